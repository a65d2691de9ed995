"""Short forms for the tests of expressions."""

from __future__ import annotations

from typing import Any

from gitops_guard.cel import Blame, CelError, compile_expression
from gitops_guard.model.fieldpath import format_path


def run(text: str, **bindings: Any) -> Any:
    return compile_expression(text, frozenset(bindings)).evaluate(bindings)


def error(text: str, **bindings: Any) -> CelError:
    result = run(text, **bindings)
    assert isinstance(result, CelError), f"{text} gave {result!r}"
    return result


def blame(text: str, **bindings: Any) -> list[str]:
    """`object.spec.containers[2].image`; a missing key behind a `!`: `object.spec!replicas`."""
    places = compile_expression(text, frozenset(bindings)).blame(bindings)
    return [show(place) for place in places]


def show(place: Blame) -> str:
    return format_path((place.variable, *place.path)) + (f"!{place.missing}" if place.missing else "")

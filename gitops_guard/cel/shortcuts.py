"""Methods on a string with a literal string as argument, which rules are full of, without the general dispatch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from gitops_guard.cel.cost import LONG_TEXT, Frame, Run

Shortcut: TypeAlias = Callable[[Run, str, Run], Run]
"""Target, literal argument, and the general closure for whatever is no short string."""


def _starts_with(target: Run, text: str, general: Run) -> Run:
    def run(frame: Frame) -> Any:
        value = target(frame)
        return value.startswith(text) if type(value) is str else general(frame)

    return run


def _ends_with(target: Run, text: str, general: Run) -> Run:
    def run(frame: Frame) -> Any:
        value = target(frame)
        return value.endswith(text) if type(value) is str else general(frame)

    return run


def _contains(target: Run, text: str, general: Run) -> Run:
    def run(frame: Frame) -> Any:
        value = target(frame)
        return text in value if type(value) is str and len(value) < LONG_TEXT else general(frame)

    return run


SHORTCUTS: Final[dict[str, Shortcut]] = {"startsWith": _starts_with, "endsWith": _ends_with, "contains": _contains}

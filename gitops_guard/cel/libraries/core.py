"""Sizes, types and the string tests that are part of the language."""

from __future__ import annotations

from typing import Any, Final

from gitops_guard.cel.cost import Frame, charge_text
from gitops_guard.cel.library import Library
from gitops_guard.cel.values import TYPE_NAMES, CelType

library: Final = Library("core")


@library.function("size", str)
@library.function("size", bytes)
@library.function("size", list)
@library.function("size", dict)
@library.method("size", str)
@library.method("size", bytes)
@library.method("size", list)
@library.method("size", dict)
def _size(value: Any) -> int:
    """Code points of a string, bytes, elements, entries."""
    return len(value)


@library.function("type", object)
def _type_of(value: Any) -> CelType:
    return CelType(TYPE_NAMES.get(type(value), type(value).__name__))


@library.function("dyn", object)
def _dyn(value: Any) -> Any:
    return value


@library.method("startsWith", str, str)
def _starts_with(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


@library.method("endsWith", str, str)
def _ends_with(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


@library.method("contains", str, str, metered=True)
def _contains(frame: Frame, text: str, part: str) -> bool:
    charge_text(frame, len(text))
    return part in text

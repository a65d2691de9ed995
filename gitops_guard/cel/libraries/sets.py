"""Lists as sets."""

from __future__ import annotations

from typing import Any, Final

from gitops_guard.cel.cost import Frame, charge
from gitops_guard.cel.equality import contains
from gitops_guard.cel.library import Library

library: Final = Library("sets")


@library.function("sets.contains", list, list, metered=True)
def _contains(frame: Frame, items: list[Any], wanted: list[Any]) -> bool:
    """Whether every element of the second list is in the first."""
    charge(frame, len(wanted))
    return all(contains(frame, items, item) for item in wanted)


@library.function("sets.equivalent", list, list, metered=True)
def _equivalent(frame: Frame, left: list[Any], right: list[Any]) -> bool:
    return _contains(frame, left, right) and _contains(frame, right, left)


@library.function("sets.intersects", list, list, metered=True)
def _intersects(frame: Frame, left: list[Any], right: list[Any]) -> bool:
    charge(frame, len(left))
    return any(contains(frame, right, item) for item in left)

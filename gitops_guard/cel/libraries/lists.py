"""Kubernetes' list library: order, sums and positions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from gitops_guard.cel.cost import VISIT, Frame, charge
from gitops_guard.cel.equality import equals, ordered
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.operators import compute
from gitops_guard.cel.values import reject

library: Final = Library("lists")


@library.method("isSorted", list, metered=True)
def _is_sorted(frame: Frame, items: list[Any]) -> bool:
    charge(frame, VISIT * len(items))
    in_order = [ordered("<=", first, second) for first, second in pairwise(items)]
    return all(in_order)


@library.method("sum", list, metered=True)
def _total(frame: Frame, items: list[Any]) -> Any:
    """0 for no items, whatever their type would be."""
    charge(frame, VISIT * len(items))
    if not items:
        return 0
    result = items[0]
    reject(result)
    for item in items[1:]:
        result = compute(frame, "+", result, item)
    return result


@library.method("min", list, metered=True)
def _least(frame: Frame, items: list[Any]) -> Any:
    return _extreme(frame, items, "<")


@library.method("max", list, metered=True)
def _greatest(frame: Frame, items: list[Any]) -> Any:
    return _extreme(frame, items, ">")


def _extreme(frame: Frame, items: list[Any], wanted: str) -> Any:
    charge(frame, VISIT * len(items))
    if not items:
        raise failure(ErrorKind.ARGUMENT, f"{'min' if wanted == '<' else 'max'}() of an empty list")
    result = items[0]
    reject(result)
    for item in items[1:]:
        if ordered(wanted, item, result):
            result = item
    return result


@library.method("indexOf", list, object, metered=True)
def _index_of(frame: Frame, items: list[Any], wanted: Any) -> int:
    """The first position of an equal element, or -1."""
    charge(frame, VISIT * len(items))
    return next((at for at, item in enumerate(items) if equals(frame, item, wanted)), -1)


@library.method("lastIndexOf", list, object, metered=True)
def _last_index_of(frame: Frame, items: list[Any], wanted: Any) -> int:
    charge(frame, VISIT * len(items))
    return next((at for at in range(len(items) - 1, -1, -1) if equals(frame, items[at], wanted)), -1)

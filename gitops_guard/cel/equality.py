"""Equality across types, and order. Iterative: deep or cyclic data costs budget, never the stack."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from gitops_guard.cel.cost import VISIT, Frame, charge
from gitops_guard.cel.errors import ErrorKind, Stop, failure, worse
from gitops_guard.cel.times import Duration, Timestamp
from gitops_guard.cel.values import OptionalValue, UInt, reject, type_name

_NUMBERS: Final = frozenset((int, UInt, float))
_PLAIN: Final = frozenset((str, bool, float, bytes, type(None)))
_ORDERED: Final = frozenset((str, bool, bytes, Timestamp, Duration))
_CONTAINERS: Final = frozenset((list, dict, OptionalValue))


def equals(frame: Frame, left: Any, right: Any) -> bool:
    """CEL's `==`: values of different types are unequal, numbers compare by value, NaN equals nothing.

    Ends with `Stop` where an unknown or broken part leaves it open.
    """
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return bool(left == right)
    if kind in _CONTAINERS and kind is type(right):
        return _deep_equals(frame, left, right)
    reject(left, right)
    return _scalar_equals(left, right)


def _scalar_equals(left: Any, right: Any) -> bool:
    kind, other = type(left), type(right)
    if kind is other:
        return bool(left == right)
    if kind in _NUMBERS and other in _NUMBERS:
        left, right = _same_scale(left, right)
        return bool(left == right)
    return False


def _same_scale(left: Any, right: Any) -> tuple[Any, Any]:
    """An integer is compared with a double as a double, as in cel-go, even where that loses digits."""
    if type(left) is float or type(right) is float:
        return float(left), float(right)
    return left, right


def _deep_equals(frame: Frame, left: Any, right: Any) -> bool:
    """A difference anywhere decides, even beside an unknown."""
    open_question: Stop | None = None
    stack = [(left, right)]
    while stack:
        left, right = stack.pop()
        kind = type(left)
        if kind is not type(right) or kind not in _CONTAINERS:
            try:
                reject(left, right)
            except Stop as stop:
                open_question = worse(open_question, stop)
                continue
            if not _scalar_equals(left, right):
                return False
        else:
            pairs = _children(frame, left, right)
            if pairs is None:
                return False
            stack.extend(pairs)
    if open_question is not None:
        raise open_question
    return True


def _children(frame: Frame, left: Any, right: Any) -> list[tuple[Any, Any]] | None:
    """What must be equal for two containers of one type to be equal; None where they already differ."""
    if type(left) is OptionalValue:
        charge(frame, VISIT)
        if left.present != right.present:
            return None
        return [(left.value, right.value)] if left.present else []
    if len(left) != len(right):
        return None
    charge(frame, VISIT * (1 + len(left)))
    if type(left) is list:
        return list(zip(reversed(left), reversed(right), strict=True))
    if any(key not in right for key in left):
        return None
    return [(value, right[key]) for key, value in left.items()]


def contains(frame: Frame, items: list[Any], wanted: Any) -> bool:
    """CEL's `in` on a list: an equal element decides; otherwise an unknown one leaves it open."""
    if type(wanted) is str and wanted in items:
        return True
    charge(frame, VISIT * len(items))
    open_question: Stop | None = None
    for item in items:
        try:
            if equals(frame, wanted, item):
                return True
        except Stop as stop:
            open_question = worse(open_question, stop)
    if open_question is not None:
        raise open_question
    return False


ORDERINGS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ordered(name: str, left: Any, right: Any) -> bool:
    """`left < right` and its kin, for numbers of any type and for two values of one ordered type."""
    reject(left, right)
    kind, other = type(left), type(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return ORDERINGS[name](*_same_scale(left, right))
    if kind is other and kind in _ORDERED:
        return ORDERINGS[name](left, right)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"{type_name(left)} {name} {type_name(right)} is not defined")

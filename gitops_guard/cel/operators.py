"""Arithmetic, comparison and membership on evaluated operands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from gitops_guard.cel.cost import LONG_TEXT, Frame, Run, charge, charge_text
from gitops_guard.cel.equality import ORDERINGS, contains, equals, ordered
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.times import Duration, Timestamp, duration_value, timestamp_value
from gitops_guard.cel.values import (
    INT_MAX,
    INT_MIN,
    UInt,
    int_value,
    reject,
    to_key,
    type_name,
    uint_value,
)

Operation: TypeAlias = Callable[[Frame, Any, Any], Any]


def _join_text(frame: Frame, left: Any, right: Any) -> Any:
    size = len(left) + len(right)
    if size > LONG_TEXT:
        charge_text(frame, size)
    return left + right


def _join_lists(frame: Frame, left: list[Any], right: list[Any]) -> list[Any]:
    charge(frame, 1 + len(left) + len(right))
    return left + right


def _quotient(left: int, right: int) -> int:
    """Division that cuts toward zero, as in Go."""
    if right == 0:
        raise failure(ErrorKind.DIVISION, "division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    if right == 0:
        raise failure(ErrorKind.DIVISION, "modulus by zero")
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


def _divide_doubles(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    if left == 0.0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


_ARITHMETIC: Final[dict[str, dict[tuple[type, type], Operation]]] = {
    "+": {
        (int, int): lambda _, a, b: int_value(a + b),
        (str, str): _join_text,
        (float, float): lambda _, a, b: a + b,
        (list, list): _join_lists,
        (UInt, UInt): lambda _, a, b: uint_value(int(a) + int(b)),
        (bytes, bytes): _join_text,
        (Timestamp, Duration): lambda _, a, b: timestamp_value(a.nanos + b.nanos),
        (Duration, Timestamp): lambda _, a, b: timestamp_value(a.nanos + b.nanos),
        (Duration, Duration): lambda _, a, b: duration_value(a.nanos + b.nanos),
    },
    "-": {
        (int, int): lambda _, a, b: int_value(a - b),
        (float, float): lambda _, a, b: a - b,
        (UInt, UInt): lambda _, a, b: uint_value(int(a) - int(b)),
        (Timestamp, Timestamp): lambda _, a, b: duration_value(a.nanos - b.nanos),
        (Timestamp, Duration): lambda _, a, b: timestamp_value(a.nanos - b.nanos),
        (Duration, Duration): lambda _, a, b: duration_value(a.nanos - b.nanos),
    },
    "*": {
        (int, int): lambda _, a, b: int_value(a * b),
        (float, float): lambda _, a, b: a * b,
        (UInt, UInt): lambda _, a, b: uint_value(int(a) * int(b)),
    },
    "/": {
        (int, int): lambda _, a, b: int_value(_quotient(a, b)),
        (float, float): lambda _, a, b: _divide_doubles(a, b),
        (UInt, UInt): lambda _, a, b: uint_value(_quotient(int(a), int(b))),
    },
    "%": {
        (int, int): lambda _, a, b: int_value(_remainder(a, b)),
        (UInt, UInt): lambda _, a, b: uint_value(_remainder(int(a), int(b))),
    },
}


def arithmetic(operator: str, left: Run, right: Run) -> Run:
    """`left operator right` for `+ - * / %`."""
    return lambda frame: compute(frame, operator, left(frame), right(frame))


def compute(frame: Frame, operator: str, left: Any, right: Any) -> Any:
    """`left operator right` for `+ - * / %` on values."""
    operation = _ARITHMETIC[operator].get((type(left), type(right)))
    if operation is None or type(left) is int:
        reject(left, right)
    if operation is None:
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"{type_name(left)} {operator} {type_name(right)} is not defined")
    return operation(frame, left, right)


def negation(operand: Run) -> Run:
    """`-operand`."""

    def run(frame: Frame) -> Any:
        value = operand(frame)
        if type(value) is float:
            return -value
        reject(value)
        if type(value) is int:
            return int_value(-value)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"-{type_name(value)} is not defined")

    return run


def equality(left: Run, right: Run, *, negated: bool) -> Run:
    """`==` and `!=`."""

    def run(frame: Frame) -> bool:
        a = left(frame)
        b = right(frame)
        if type(a) is str and type(b) is str:
            return (a == b) is not negated
        return equals(frame, a, b) is not negated

    return run


def equality_to_text(left: Run, text: str, *, negated: bool) -> Run:
    """`==` and `!=` with a literal string."""

    def run(frame: Frame) -> bool:
        value = left(frame)
        if type(value) is str:
            return (value == text) is not negated
        return equals(frame, value, text) is not negated

    return run


def ordering(operator: str, left: Run, right: Run) -> Run:
    """`<`, `<=`, `>`, `>=`."""

    def run(frame: Frame) -> bool:
        return ordered(operator, left(frame), right(frame))

    return run


def ordering_to_int(operator: str, left: Run, limit: int) -> Run:
    """`<`, `<=`, `>`, `>=` with a literal integer."""
    compare = ORDERINGS[operator]

    def run(frame: Frame) -> bool:
        value = left(frame)
        if type(value) is int and INT_MIN <= value <= INT_MAX:
            return compare(value, limit)
        return ordered(operator, value, limit)

    return run


def membership(left: Run, right: Run) -> Run:
    """`left in right`: an element of a list, a key of a map."""

    def run(frame: Frame) -> bool:
        wanted = left(frame)
        container = right(frame)
        if isinstance(container, dict):
            return to_key(wanted) in container
        if type(container) is list:
            return contains(frame, container, wanted)
        reject(container, wanted)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"{type_name(wanted)} in {type_name(container)} is not defined")

    return run


def membership_in_texts(left: Run, texts: list[str]) -> Run:
    """`left in ['a', 'b']` with literal strings."""
    known = frozenset(texts)

    def run(frame: Frame) -> bool:
        wanted = left(frame)
        if type(wanted) is str:
            return wanted in known
        reject(wanted)
        return False

    return run

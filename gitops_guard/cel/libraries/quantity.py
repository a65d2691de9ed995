"""Kubernetes' quantities: `quantity('500m').isLessThan(quantity('1'))`.

A quantity is a whole number of nano-units, as in apimachinery, which rounds what is finer away from zero.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gitops_guard.cel.errors import ErrorKind, Stop, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.values import INT_MAX, INT_MIN, name_type

library: Final = Library("quantity")

_NANO: Final = 10**9
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_FORM: Final = r"([+-]?)([0-9]*)(?:\.([0-9]*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]+)?"
_MAX_LENGTH: Final = 100
_MAX_EXPONENT: Final = 100


class Quantity(NamedTuple):
    """An amount in nano-units."""

    nanos: int


name_type(Quantity, "kubernetes.Quantity")


def parse_quantity(text: str) -> Quantity | None:
    """The quantity that a text stands for; None where it is none."""
    found = re.fullmatch(_FORM, text) if len(text) <= _MAX_LENGTH else None
    if found is None or not (found[2] or found[3]):
        return None
    sign, whole, fraction, suffix = found.groups()
    fraction = fraction or ""
    numerator = int(whole + fraction) * _NANO
    scale = len(fraction)
    suffix = suffix or ""
    if suffix in _BINARY:
        numerator <<= _BINARY[suffix]
    else:
        exponent = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:])
        if abs(exponent) > _MAX_EXPONENT:
            return None
        scale -= exponent
    amount = -(-numerator // 10**scale) if scale > 0 else numerator * 10**-scale
    return Quantity(-amount if sign == "-" else amount)


def _too_big(what: str) -> Stop:
    return failure(ErrorKind.OVERFLOW, f"cannot convert the quantity to {what}")


@library.function("quantity", str)
def _quantity(text: str) -> Quantity:
    parsed = parse_quantity(text)
    if parsed is None:
        raise failure(ErrorKind.CONVERSION, f"not a quantity: {text[:60]!r}")
    return parsed


@library.function("isQuantity", str)
def _is_quantity(text: str) -> bool:
    return parse_quantity(text) is not None


@library.method("sign", Quantity)
def _sign(amount: Quantity) -> int:
    return (amount.nanos > 0) - (amount.nanos < 0)


@library.method("isInteger", Quantity)
def _is_integer(amount: Quantity) -> bool:
    """Whether `asInteger` has a result."""
    return amount.nanos % _NANO == 0 and INT_MIN <= amount.nanos // _NANO <= INT_MAX


@library.method("asInteger", Quantity)
def _as_integer(amount: Quantity) -> int:
    if not _is_integer(amount):
        raise _too_big("an integer")
    return amount.nanos // _NANO


@library.method("asApproximateFloat", Quantity)
def _as_float(amount: Quantity) -> float:
    return amount.nanos / _NANO


@library.method("add", Quantity, Quantity)
def _add(left: Quantity, right: Quantity) -> Quantity:
    return Quantity(left.nanos + right.nanos)


@library.method("add", Quantity, int)
def _add_integer(left: Quantity, right: int) -> Quantity:
    return Quantity(left.nanos + right * _NANO)


@library.method("sub", Quantity, Quantity)
def _subtract(left: Quantity, right: Quantity) -> Quantity:
    return Quantity(left.nanos - right.nanos)


@library.method("sub", Quantity, int)
def _subtract_integer(left: Quantity, right: int) -> Quantity:
    return Quantity(left.nanos - right * _NANO)


@library.method("compareTo", Quantity, Quantity)
def _compare(left: Quantity, right: Quantity) -> int:
    return (left.nanos > right.nanos) - (left.nanos < right.nanos)


@library.method("isGreaterThan", Quantity, Quantity)
def _is_greater(left: Quantity, right: Quantity) -> bool:
    return left.nanos > right.nanos


@library.method("isLessThan", Quantity, Quantity)
def _is_less(left: Quantity, right: Quantity) -> bool:
    return left.nanos < right.nanos

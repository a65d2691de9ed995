"""The values of CEL that plain Python data lacks, and the limits of those that it has.

int is `int` (64 bits, checked), double `float`, string `str`, bool `bool`, bytes `bytes`, null `None`, list `list`,
map `dict`. A boolean key of a map is stored as a `BoolKey`, because Python takes `True` and `1` for the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gitops_guard.cel.errors import CelError, ErrorKind, Stop, failure
from gitops_guard.model.unknown import Unknown

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1


class UInt(int):
    """CEL's unsigned integer. Python's arithmetic on it gives `int`; make a new one with `uint_value`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


class BoolKey(NamedTuple):
    """A boolean as the key of a map."""

    value: bool


class CelType(NamedTuple):
    """A type as a value: what `type(x)` gives."""

    name: str


class OptionalValue(NamedTuple):
    """`optional.of(value)`, or `optional.none()` where `present` is false."""

    value: Any
    present: bool = True


NONE: Final = OptionalValue(None, present=False)

TYPE_NAMES: Final[dict[type, str]] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    dict: "map",
    CelType: "type",
    OptionalValue: "optional_type",
}
"""Names of the types by their Python class; libraries add their own with `name_type`."""


def name_type(cls: type, name: str) -> None:
    """Declares the CEL name of an opaque type."""
    TYPE_NAMES[cls] = name


def type_named(name: str) -> CelType | None:
    """The type that a name in an expression stands for."""
    return CelType(name) if name in TYPE_NAMES.values() else None


def type_name(value: object) -> str:
    """The CEL name of the value's type, for messages."""
    return TYPE_NAMES.get(type(value), type(value).__name__)


def reject(*values: object) -> None:
    """Ends the evaluation where one of the values is an unknown, an error, or an integer of more than 64 bits.

    An unknown is preferred: it says more than an error that it may have caused.
    """
    for value in values:
        if type(value) is Unknown:
            raise Stop(value)
    for value in values:
        if type(value) is CelError:
            raise Stop(value)
        if type(value) is int and not INT_MIN <= value <= INT_MAX:
            raise failure(ErrorKind.OVERFLOW, f"the integer {_short(value)} has more than 64 bits")


def _short(value: int) -> str:
    return str(value) if value.bit_length() < 256 else "given"


def int_value(value: int) -> int:
    """`value`, or the error that CEL raises where it does not fit in 64 bits."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise failure(ErrorKind.OVERFLOW, "integer overflow")


def uint_value(value: int) -> UInt:
    """`value` as an unsigned integer, or an overflow error."""
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise failure(ErrorKind.OVERFLOW, "unsigned integer overflow")


def to_key(value: object) -> Any:
    """A CEL value as the key under which a map stores it. Numbers that are equal are the same key."""
    kind = type(value)
    if kind is str or kind is UInt:
        return value
    if kind is bool:
        return BoolKey(bool(value))
    reject(value)
    if kind is int or kind is float:
        return value
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} cannot be the key of a map")


def from_key(key: object) -> Any:
    """The CEL value of a stored key."""
    return key.value if type(key) is BoolKey else key


def keys_of(mapping: Mapping[Any, Any]) -> list[Any]:
    """The keys of a map as CEL values, in its order."""
    return [key.value if type(key) is BoolKey else key for key in mapping]

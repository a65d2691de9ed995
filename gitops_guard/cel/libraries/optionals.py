"""Optional values: `optional.of(x)`, `x.orValue(y)`."""

from __future__ import annotations

from typing import Any, Final

from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.times import Duration
from gitops_guard.cel.values import NONE, OptionalValue

library: Final = Library("optionals")


@library.function("optional.of", object)
def _of(value: Any) -> OptionalValue:
    return OptionalValue(value)


@library.function("optional.none")
def _none() -> OptionalValue:
    return NONE


@library.function("optional.ofNonZeroValue", object)
def _of_non_zero_value(value: Any) -> OptionalValue:
    """Nothing for null, false, 0, and what is empty."""
    if value == Duration(0) or (not value and not isinstance(value, (Duration, OptionalValue))):
        return NONE
    return OptionalValue(value)


@library.method("hasValue", OptionalValue)
def _has_value(optional: OptionalValue) -> bool:
    return optional.present


@library.method("value", OptionalValue)
def _value_of(optional: OptionalValue) -> Any:
    if not optional.present:
        raise failure(ErrorKind.ARGUMENT, "optional.none() dereference")
    return optional.value


@library.method("or", OptionalValue, OptionalValue)
def _either(optional: OptionalValue, other: OptionalValue) -> OptionalValue:
    return optional if optional.present else other


@library.method("orValue", OptionalValue, object)
def _or_value(optional: OptionalValue, other: Any) -> Any:
    return optional.value if optional.present else other


@library.function("optional.unwrap", list)
@library.method("unwrapOpt", list)
def _unwrap(optionals: list[Any]) -> list[Any]:
    """The values of those that have one."""
    return [item.value for item in optionals if isinstance(item, OptionalValue) and item.present]

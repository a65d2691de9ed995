"""Fields, keys and indexes: `a.b`, `a[b]`, `has(a.b)` and their optional forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitops_guard.cel.cost import Frame, Run
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.values import NONE, OptionalValue, UInt, reject, to_key, type_name


def select(value: Any, field: str) -> Any:
    """`value.field`. On an optional it gives an optional, as everything after `.?` does."""
    if isinstance(value, dict):
        try:
            return value[field]
        except KeyError:
            raise failure(ErrorKind.NO_SUCH_FIELD, f"no such key: {field}") from None
    if type(value) is OptionalValue:
        return select_optional(value, field)
    reject(value)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} has no field {field!r}")


def select_optional(value: Any, field: str) -> OptionalValue:
    """`value.?field`."""
    if type(value) is OptionalValue:
        if not value.present:
            return NONE
        value = value.value
    return OptionalValue(select(value, field)) if has(value, field) else NONE


def has(value: Any, field: str) -> bool:
    """`has(value.field)`. A field whose value is unknown, or null, is there."""
    if isinstance(value, dict):
        return field in value
    if type(value) is OptionalValue:
        return value.present and has(value.value, field)
    reject(value)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} has no field {field!r}")


def index(value: Any, key: Any) -> Any:
    """`value[key]`."""
    if type(value) is OptionalValue:
        return index_optional(value, key)
    found = index_optional(value, key)
    if found.present:
        return found.value
    if type(value) is list:
        raise failure(ErrorKind.INDEX, f"index out of bounds: {key}")
    raise failure(ErrorKind.NO_SUCH_FIELD, f"no such key: {key}")


def index_optional(value: Any, key: Any) -> OptionalValue:
    """`value[?key]`: nothing where the index is out of bounds or the key is not there."""
    if type(value) is OptionalValue:
        if not value.present:
            return NONE
        value = value.value
    if isinstance(value, dict):
        stored = to_key(key)
        return OptionalValue(value[stored]) if stored in value else NONE
    if type(value) is not list:
        reject(value, key)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} cannot be indexed")
    at = list_index(key)
    return OptionalValue(value[at]) if 0 <= at < len(value) else NONE


def list_index(key: Any) -> int:
    """An index of a list: an integer, or another number that is one."""
    kind = type(key)
    if kind is int or kind is UInt or (kind is float and key.is_integer()):
        return int(key)
    reject(key)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a list cannot be indexed with a {type_name(key)}")


def walk(value: Any, fields: Sequence[str]) -> Any:
    """The careful form of a chain of `select`, which knows the reason where the quick form fails."""
    for field in fields:
        value = select(value, field)
    return value


def path_reader(slot: int, fields: tuple[str, ...]) -> Run:
    """`name.a.b.c` in one step. Whatever is no plain mapping on the way is left to `walk`."""
    if len(fields) == 1:
        return _one_field(slot, fields)
    if len(fields) == 2:
        return _two_fields(slot, fields)
    if len(fields) == 3:
        return _three_fields(slot, fields)

    def read(frame: Frame) -> Any:
        value = frame[slot]
        try:
            for field in fields:
                value = value[field]
        except (KeyError, TypeError):
            return walk(frame[slot], fields)
        return value

    return read


def _one_field(slot: int, fields: tuple[str, ...]) -> Run:
    (first,) = fields

    def read(frame: Frame) -> Any:
        try:
            return frame[slot][first]
        except (KeyError, TypeError):
            return walk(frame[slot], fields)

    return read


def _two_fields(slot: int, fields: tuple[str, ...]) -> Run:
    first, second = fields

    def read(frame: Frame) -> Any:
        try:
            return frame[slot][first][second]
        except (KeyError, TypeError):
            return walk(frame[slot], fields)

    return read


def _three_fields(slot: int, fields: tuple[str, ...]) -> Run:
    first, second, third = fields

    def read(frame: Frame) -> Any:
        try:
            return frame[slot][first][second][third]
        except (KeyError, TypeError):
            return walk(frame[slot], fields)

    return read


def field_reader(operand: Run, field: str) -> Run:
    """`operand.field` on a computed operand."""

    def read(frame: Frame) -> Any:
        value = operand(frame)
        try:
            return value[field]
        except (KeyError, TypeError):
            return select(value, field)

    return read


def presence(operand: Run, field: str) -> Run:
    """`has(operand.field)`."""

    def test(frame: Frame) -> bool:
        value = operand(frame)
        if type(value) is dict:
            return field in value
        return has(value, field)

    return test


def index_reader(operand: Run, key: Run, *, optional: bool) -> Run:
    """`operand[key]` and `operand[?key]`. The quick way takes only text keys of maps and indexes within lists."""
    if optional:
        return lambda frame: index_optional(operand(frame), key(frame))

    def read(frame: Frame) -> Any:
        value = operand(frame)
        wanted = key(frame)
        if type(value) is dict and type(wanted) is str and wanted in value:
            return value[wanted]
        if type(value) is list and type(wanted) is int and 0 <= wanted < len(value):
            return value[wanted]
        return index(value, wanted)

    return read

"""The loops that macros stand for.

Every loop charges its rounds before it starts: `weight` is the number of nodes in its body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from gitops_guard.cel.cost import Frame, Run, charge
from gitops_guard.cel.errors import ErrorKind, Stop, failure, worse
from gitops_guard.cel.logic import not_bool
from gitops_guard.cel.values import NONE, OptionalValue, from_key, keys_of, reject, to_key, type_name


class Loop(NamedTuple):
    """The compiled parts of a comprehension. Two slots are index (or key) and value; one is element (or key)."""

    source: Run
    slots: tuple[int, ...]
    body: tuple[Run, ...]
    weight: int


def elements(frame: Frame, value: Any, weight: int) -> list[Any]:
    """What a loop with one variable goes over; its rounds are charged."""
    if isinstance(value, dict):
        value = keys_of(value)
    if type(value) is not list:
        reject(value)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} cannot be iterated")
    charge(frame, 1 + len(value) * weight)
    return value


def pairs(frame: Frame, value: Any, weight: int) -> list[tuple[Any, Any]]:
    """What a loop with two variables goes over; its rounds are charged."""
    if isinstance(value, dict):
        charge(frame, 1 + len(value) * weight)
        return [(from_key(key), item) for key, item in value.items()]
    if type(value) is not list:
        reject(value)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} cannot be iterated")
    charge(frame, 1 + len(value) * weight)
    return list(enumerate(value))


def _with_two(loop: Loop) -> tuple[Run, int, Run]:
    """Source, slot and body of the loop with one variable that a loop of two is: the body unpacks the pair."""
    first, second = loop.slots
    inner = loop.body[0]

    def source(frame: Frame) -> list[Any]:
        return list(pairs(frame, loop.source(frame), loop.weight))

    def body(frame: Frame) -> Any:
        frame[first], frame[second] = frame[first]
        return inner(frame)

    return source, first, body


def _quantifier(loop: Loop, *, decisive: bool) -> Run:
    """`all` (a false round decides) and `exists` (a true one does); a decisive round wins over errors and unknowns."""
    source, slot, body, weight = loop.source, loop.slots[0], loop.body[0], loop.weight
    if len(loop.slots) == 2:
        source, slot, body = _with_two(loop)

    def run(frame: Frame) -> Any:
        pending: Stop | None = None
        for item in elements(frame, source(frame), weight):
            frame[slot] = item
            try:
                value = body(frame)
                if value is decisive:
                    return decisive
                if value is not True and value is not False:
                    raise not_bool(value)
            except Stop as stop:
                pending = worse(pending, stop)
        if pending is not None:
            raise pending
        return not decisive

    return run


def _all(loop: Loop) -> Run:
    return _quantifier(loop, decisive=False)


def _exists(loop: Loop) -> Run:
    return _quantifier(loop, decisive=True)


def _exists_one(loop: Loop) -> Run:
    source, slot, body, weight = loop.source, loop.slots[0], loop.body[0], loop.weight
    if len(loop.slots) == 2:
        source, slot, body = _with_two(loop)

    def run(frame: Frame) -> bool:
        count = 0
        for item in elements(frame, source(frame), weight):
            frame[slot] = item
            count += _holds(body(frame))
        return count == 1

    return run


def _holds(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise not_bool(value)


def _filter(loop: Loop) -> Run:
    source, slot, body, weight = loop.source, loop.slots[0], loop.body[0], loop.weight

    def run(frame: Frame) -> list[Any]:
        kept = []
        for item in elements(frame, source(frame), weight):
            frame[slot] = item
            if _holds(body(frame)):
                kept.append(item)
        return kept

    return run


def _map(loop: Loop) -> Run:
    source, slot, weight = loop.source, loop.slots[0], loop.weight
    condition = loop.body[0] if len(loop.body) == 2 else None
    transform = loop.body[-1]

    def run(frame: Frame) -> list[Any]:
        made = []
        for item in elements(frame, source(frame), weight):
            frame[slot] = item
            if condition is None or _holds(condition(frame)):
                made.append(transform(frame))
        return made

    return run


def _transform_list(loop: Loop) -> Run:
    (first, second), weight = loop.slots, loop.weight
    condition = loop.body[0] if len(loop.body) == 2 else None
    transform = loop.body[-1]

    def run(frame: Frame) -> list[Any]:
        made = []
        for key, item in pairs(frame, loop.source(frame), weight):
            frame[first], frame[second] = key, item
            if condition is None or _holds(condition(frame)):
                made.append(transform(frame))
        return made

    return run


def _transform_map(loop: Loop) -> Run:
    (first, second), weight = loop.slots, loop.weight
    condition = loop.body[0] if len(loop.body) == 2 else None
    transform = loop.body[-1]

    def run(frame: Frame) -> dict[Any, Any]:
        made = {}
        for key, item in pairs(frame, loop.source(frame), weight):
            frame[first], frame[second] = key, item
            if condition is None or _holds(condition(frame)):
                made[to_key(key)] = transform(frame)
        return made

    return run


def _transform_map_entry(loop: Loop) -> Run:
    (first, second), weight = loop.slots, loop.weight
    condition = loop.body[0] if len(loop.body) == 2 else None
    transform = loop.body[-1]

    def run(frame: Frame) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key, item in pairs(frame, loop.source(frame), weight):
            frame[first], frame[second] = key, item
            if condition is None or _holds(condition(frame)):
                _insert(frame, made, transform(frame))
        return made

    return run


def _insert(frame: Frame, made: dict[Any, Any], entries: Any) -> None:
    if type(entries) is not dict:
        reject(entries)
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"transformMapEntry() makes maps, not a {type_name(entries)}")
    charge(frame, len(entries))
    for key, value in entries.items():
        if key in made:
            raise failure(ErrorKind.ARGUMENT, f"insert failed: key {from_key(key)!r} already exists")
        made[key] = value


LOOPS: Final[dict[str, Callable[[Loop], Run]]] = {
    "all": _all,
    "exists": _exists,
    "existsOne": _exists_one,
    "filter": _filter,
    "map": _map,
    "transformList": _transform_list,
    "transformMap": _transform_map,
    "transformMapEntry": _transform_map_entry,
}


def binding(value: Run, slot: int, body: Run) -> Run:
    """`cel.bind`. A value that fails is only an error where the body uses it."""

    def run(frame: Frame) -> Any:
        try:
            frame[slot] = value(frame)
        except Stop as stop:
            frame[slot] = stop.outcome
        return body(frame)

    return run


def optional_map(target: Run, slot: int, body: Run, *, flat: bool) -> Run:
    """`optMap` and `optFlatMap`."""

    def run(frame: Frame) -> OptionalValue:
        optional = _optional(target(frame))
        if not optional.present:
            return NONE
        frame[slot] = optional.value
        result = body(frame)
        return _optional(result) if flat else OptionalValue(result)

    return run


def _optional(value: Any) -> OptionalValue:
    if type(value) is OptionalValue:
        return value
    reject(value)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} is not an optional value")

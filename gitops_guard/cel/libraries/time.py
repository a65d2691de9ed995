"""The parts of timestamps and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from gitops_guard.cel.library import Library
from gitops_guard.cel.times import SECOND, Duration, Timestamp, in_zone

library: Final = Library("time")

_PARTS: Final[dict[str, Callable[[datetime], int]]] = {
    "getFullYear": lambda moment: moment.year,
    "getMonth": lambda moment: moment.month - 1,
    "getDate": lambda moment: moment.day,
    "getDayOfMonth": lambda moment: moment.day - 1,
    "getDayOfWeek": lambda moment: moment.isoweekday() % 7,
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday - 1,
    "getHours": lambda moment: moment.hour,
    "getMinutes": lambda moment: moment.minute,
    "getSeconds": lambda moment: moment.second,
}
"""Months, days of the month (but for `getDate`), of the week (Sunday) and of the year count from 0."""

_MILLISECOND: Final = 1_000_000
_UNITS: Final = {"getHours": 3600 * SECOND, "getMinutes": 60 * SECOND, "getSeconds": SECOND}


def _declare_part(name: str, part: Callable[[datetime], int]) -> None:
    @library.method(name, Timestamp)
    def in_utc(moment: Timestamp) -> int:
        return part(in_zone(moment, "UTC"))

    @library.method(name, Timestamp, str)
    def in_named_zone(moment: Timestamp, zone: str) -> int:
        return part(in_zone(moment, zone))


def _declare_unit(name: str, unit: int) -> None:
    @library.method(name, Duration)
    def whole_units(span: Duration) -> int:
        return _cut(span.nanos, unit)


def _cut(nanos: int, unit: int) -> int:
    return nanos // unit if nanos >= 0 else -(-nanos // unit)


for _name, _part in _PARTS.items():
    _declare_part(_name, _part)
for _name, _unit in _UNITS.items():
    _declare_unit(_name, _unit)


@library.method("getMilliseconds", Timestamp)
def _milliseconds(moment: Timestamp) -> int:
    return moment.nanos % SECOND // _MILLISECOND


@library.method("getMilliseconds", Timestamp, str)
def _milliseconds_in_zone(moment: Timestamp, zone: str) -> int:
    in_zone(moment, zone)
    return _milliseconds(moment)


@library.method("getMilliseconds", Duration)
def _milliseconds_of_span(span: Duration) -> int:
    """The part below the second, as the specification has it."""
    return _cut(span.nanos, _MILLISECOND) % 1000 if span.nanos >= 0 else -(-span.nanos // _MILLISECOND % 1000)

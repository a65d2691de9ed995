"""Timestamps and durations with the nanoseconds that `datetime` lacks, and their text forms.

Limits: years 1 to 9999, and durations of 64 bits of nanoseconds (about 292 years), as in cel-go, which Kubernetes runs.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.values import INT_MAX, INT_MIN, name_type

SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = -62_135_596_800 * SECOND
_LAST: Final = 253_402_300_799 * SECOND + SECOND - 1


class Timestamp(NamedTuple):
    """Nanoseconds since 1970-01-01T00:00:00Z."""

    nanos: int


class Duration(NamedTuple):
    """A span of time in nanoseconds."""

    nanos: int


name_type(Timestamp, "google.protobuf.Timestamp")
name_type(Duration, "google.protobuf.Duration")


def timestamp_value(nanos: int) -> Timestamp:
    """A timestamp, or the error that it lies outside the years 1 to 9999."""
    if _FIRST <= nanos <= _LAST:
        return Timestamp(nanos)
    raise failure(ErrorKind.OVERFLOW, "timestamp out of range: years 1 to 9999")


def duration_value(nanos: int) -> Duration:
    """A duration, or an overflow error."""
    if INT_MIN <= nanos <= INT_MAX:
        return Duration(nanos)
    raise failure(ErrorKind.OVERFLOW, "duration overflow")


_TIMESTAMP: Final = r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)"


def parse_timestamp(text: str) -> Timestamp:
    """RFC 3339, to the nanosecond."""
    found = re.fullmatch(_TIMESTAMP, text, re.ASCII)
    if found:
        date, clock, fraction, zone = found.groups()
        try:
            moment = datetime.fromisoformat(f"{date}T{clock}{'+00:00' if zone in 'zZ' else zone}")
            delta = moment - _EPOCH
        except (ValueError, OverflowError):
            delta = None
        if delta is not None:
            seconds = delta.days * 86400 + delta.seconds
            return timestamp_value(seconds * SECOND + int((fraction or "0").ljust(9, "0")))
    raise failure(ErrorKind.CONVERSION, f"not an RFC 3339 timestamp: {text[:60]!r}")


def format_timestamp(moment: Timestamp) -> str:
    """RFC 3339 in UTC, with as many digits of the second as it needs."""
    seconds, nanos = divmod(moment.nanos, SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{text}{fraction}Z"


_UNITS: Final = {
    "h": 3600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1000,
    "\u00b5s": 1000,
    "\u03bcs": 1000,
    "ns": 1,
}
_TERM: Final = "(\\d*)(?:\\.(\\d*))?(h|ms|m|s|us|\u00b5s|\u03bcs|ns)"


def parse_duration(text: str) -> Duration:
    """Go's form: `1h30m`, `-1.5s`, `10ms`; fractions below a nanosecond are cut."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return Duration(0)
    total = at = 0
    for term in re.finditer(_TERM, body, re.ASCII):
        whole, fraction, unit = term.groups()
        if term.start() != at or not (whole or fraction) or len(whole) > 40:
            break
        at = term.end()
        digits = (fraction or "")[:30]
        total += int(whole or "0") * _UNITS[unit]
        if digits:
            total += int(digits) * _UNITS[unit] // 10 ** len(digits)
    if not body or at != len(body):
        raise failure(ErrorKind.CONVERSION, f"not a duration: {text[:60]!r}")
    return duration_value(-total if text.startswith("-") else total)


def format_duration(span: Duration) -> str:
    """Seconds with an `s`, as cel-go's `string(duration)`: `3723.5s`."""
    seconds, nanos = divmod(abs(span.nanos), SECOND)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{'-' if span.nanos < 0 else ''}{seconds}{fraction}s"


def in_zone(moment: Timestamp, zone: str) -> datetime:
    """The wall clock in a zone: a name (`Europe/Berlin`, `UTC`) or an offset (`-08:00`)."""
    seconds = moment.nanos // SECOND
    try:
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(_zone(zone))
    except OverflowError:
        raise failure(ErrorKind.OVERFLOW, "timestamp out of range in that time zone") from None


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"([+-]?)(\d\d):(\d\d)", name, re.ASCII)
    if offset:
        sign, hours, minutes = offset.groups()
        if int(hours) < 24 and int(minutes) < 60:
            delta = timedelta(hours=int(hours), minutes=int(minutes))
            return timezone(-delta if sign == "-" else delta)
    found = _named_zone(name)
    if found is None:
        raise failure(ErrorKind.ARGUMENT, f"unknown time zone: {name[:60]!r}")
    return found


@lru_cache(maxsize=64)
def _named_zone(name: str) -> tzinfo | None:
    if name in ("", "UTC"):
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None

"""Time stamps as go-yaml recognises them (`parseTimestamp` in resolve.go, with the semantics of Go's `time.Parse`)."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Final

_DATE: Final = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
_CLOCK: Final = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
_ZONE: Final = r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})"
_TIME: Final = re.compile(rf"{_DATE}(?:[Tt]{_CLOCK}{_ZONE}| +{_CLOCK.replace('P<', 'P<s')})?")
_QUICK: Final = re.compile(r"[0-9]{4}-")


def json_time(text: str) -> str | None:
    """The RFC 3339 text that JSON makes of the time stamp, or None where `text` is none.

    >>> json_time("2001-1-1")
    '2001-01-01T00:00:00Z'
    """
    if not _QUICK.match(text):
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    clock = [parts[name] or parts["s" + name] for name in ("hour", "minute", "second")]
    fraction = (parts["fraction"] or parts["sfraction"] or "")[:9].rstrip("0")
    year, month, day = (int(parts[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(part or 0) for part in clock)
    if not (1 <= month <= 12 and 1 <= day <= _days(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    zone = _json_zone(parts["zone"] or "Z")
    if zone is None:
        return None
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{'.' + fraction if fraction else ''}{zone}"


def _json_zone(zone: str) -> str | None:
    """Go takes 60 minutes for an hour. An offset of a day or more has no JSON, so that kustomize fails."""
    if zone == "Z":
        return zone
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    if int(zone[4:6]) > 60 or minutes >= 24 * 60:
        return None
    return f"{zone[0]}{minutes // 60:02}:{minutes % 60:02}" if minutes else "Z"


def _days(year: int, month: int) -> int:
    # The calendar module knows no year 0; Go does, and it is a leap year.
    return monthrange(year or 2000, month)[1]

"""Conversions between types: `int('1')`, `string(1.5)`, `bytes('a')`."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.times import (
    SECOND,
    Duration,
    Timestamp,
    duration_value,
    format_duration,
    format_timestamp,
    parse_duration,
    parse_timestamp,
    timestamp_value,
)
from gitops_guard.cel.values import CelType, UInt, int_value, uint_value

library: Final = Library("conversions")

_MAX_DIGITS: Final = 400
_INTEGER: Final = r"[+-]?[0-9]+"
_DOUBLE: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:[iI]nf(?:inity)?)|NaN|nan"
_TRUE: Final = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE: Final = frozenset(("0", "f", "F", "false", "FALSE", "False"))


@library.function("bool", bool)
@library.function("int", int)
@library.function("double", float)
@library.function("string", str)
@library.function("bytes", bytes)
@library.function("uint", UInt)
@library.function("timestamp", Timestamp)
@library.function("duration", Duration)
def _same(value: Any) -> Any:
    return value


@library.function("bool", str)
def _bool_of_text(text: str) -> bool:
    if text in _TRUE:
        return True
    if text not in _FALSE:
        raise failure(ErrorKind.CONVERSION, f"not a bool: {text[:60]!r}")
    return False


@library.function("int", UInt)
def _int_of_uint(value: UInt) -> int:
    return int_value(int(value))


@library.function("int", float)
def _int_of_double(value: float) -> int:
    """Cut toward zero. The two ends of the range are refused, as in cel-go, since a double cannot tell them apart."""
    if not -(2.0**63) < value < 2.0**63:
        raise failure(ErrorKind.OVERFLOW, "integer overflow")
    return int(value)


@library.function("int", str)
def _int_of_text(text: str) -> int:
    return int_value(_parse_integer(text, _INTEGER))


def _parse_integer(text: str, pattern: str) -> int:
    if len(text) > _MAX_DIGITS or not re.fullmatch(pattern, text):
        raise failure(ErrorKind.CONVERSION, f"not an integer: {text[:60]!r}")
    return int(text)


@library.function("int", Timestamp)
def _int_of_timestamp(moment: Timestamp) -> int:
    """Seconds since 1970."""
    return moment.nanos // SECOND


@library.function("int", Duration)
def _int_of_duration(span: Duration) -> int:
    """Nanoseconds, as in cel-go."""
    return span.nanos


@library.function("uint", int)
def _uint_of_int(value: int) -> UInt:
    return uint_value(value)


@library.function("uint", float)
def _uint_of_double(value: float) -> UInt:
    if not 0.0 <= value < 2.0**64:
        raise failure(ErrorKind.OVERFLOW, "unsigned integer overflow")
    return UInt(value)


@library.function("uint", str)
def _uint_of_text(text: str) -> UInt:
    return uint_value(_parse_integer(text, "[0-9]+"))


@library.function("double", int)
@library.function("double", UInt)
def _double_of_integer(value: int) -> float:
    return float(value)


@library.function("double", str)
def _double_of_text(text: str) -> float:
    if not re.fullmatch(_DOUBLE, text):
        raise failure(ErrorKind.CONVERSION, f"not a double: {text[:60]!r}")
    value = float(text)
    if math.isinf(value) and "n" not in text.lower():
        raise failure(ErrorKind.CONVERSION, f"out of the range of a double: {text[:60]!r}")
    return value


@library.function("string", bool)
def _text_of_bool(value: bool) -> str:
    return "true" if value else "false"


@library.function("string", int)
@library.function("string", UInt)
def _text_of_integer(value: int) -> str:
    return str(int(value))


@library.function("string", float)
def _text_of_double(value: float) -> str:
    """The shortest text that reads back the same, in the form of Go's `%g`: `1e+06`, `0.5`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    digits, _, exponent = f"{value!r}".partition("e")
    if not exponent and abs(value) < 1e6:
        return digits.removesuffix(".0")
    return _scientific(value)


def _scientific(value: float) -> str:
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) + len(whole) - 1
    digits = digits.rstrip("0") or "0"
    text = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{sign}{text}e{'-' if power < 0 else '+'}{abs(power):02d}"


@library.function("string", bytes)
def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise failure(ErrorKind.CONVERSION, "the bytes are not UTF-8") from None


@library.function("string", Timestamp)
def _text_of_timestamp(moment: Timestamp) -> str:
    return format_timestamp(moment)


@library.function("string", Duration)
def _text_of_duration(span: Duration) -> str:
    return format_duration(span)


@library.function("string", CelType)
def _text_of_type(kind: CelType) -> str:
    return kind.name


@library.function("bytes", str)
def _bytes_of_text(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise failure(ErrorKind.CONVERSION, "the string holds half a surrogate pair") from None


@library.function("timestamp", str)
def _timestamp_of_text(text: str) -> Timestamp:
    return parse_timestamp(text)


@library.function("timestamp", int)
def _timestamp_of_seconds(seconds: int) -> Timestamp:
    return timestamp_value(seconds * SECOND)


@library.function("duration", str)
def _duration_of_text(text: str) -> Duration:
    return parse_duration(text)


@library.function("duration", int)
def _duration_of_nanos(nanos: int) -> Duration:
    return duration_value(nanos)

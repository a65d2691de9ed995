"""`'%s has %d'.format([name, count])`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from gitops_guard.cel.cost import VISIT, Frame, charge, charge_text
from gitops_guard.cel.errors import ErrorKind, Stop, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.times import Duration, Timestamp, format_duration, format_timestamp
from gitops_guard.cel.values import CelType, UInt, from_key, reject, type_name

library: Final = Library("format")

_CLAUSE: Final = r"%(?:(%)|(?:\.([0-9]*))?(.?))"
_MAX_PRECISION: Final = 1000
_MAX_DEPTH: Final = 100
"""Nested lists and maps that are written; Kubernetes has no limit of its own, but a stack of many gigabytes."""


@library.method("format", str, list, metered=True)
def _format(frame: Frame, template: str, arguments: list[Any]) -> str:
    """Clauses: `%s %d %f %e %b %x %X %o`, `%.3f`, and `%%`."""
    charge_text(frame, len(template))
    pending = iter(enumerate(arguments))
    parts = []
    at = 0
    for clause in re.finditer(_CLAUSE, template, re.DOTALL):
        parts.append(template[at : clause.start()])
        at = clause.end()
        parts.append("%" if clause[1] else _substitute(frame, clause[3], clause[2], pending, len(arguments)))
        charge_text(frame, len(parts[-1]))
    parts.append(template[at:])
    return "".join(parts)


def _substitute(frame: Frame, verb: str, precision: str | None, pending: Any, count: int) -> str:
    write = _VERBS.get(verb)
    if write is None:
        raise failure(ErrorKind.ARGUMENT, f'unrecognized formatting clause "{verb}"')
    digits = 6 if not precision else min(int(precision[:6]), _MAX_PRECISION + 1)
    if digits > _MAX_PRECISION:
        raise failure(ErrorKind.ARGUMENT, f"format() writes at most {_MAX_PRECISION} digits")
    _, value = next(pending, (0, pending))
    if value is pending:
        raise failure(ErrorKind.INDEX, f"index {count} out of range: format() has more clauses than arguments")
    reject(value)
    return write(frame, value, digits)


def _refuse(clause: str, value: Any) -> Stop:
    return failure(ErrorKind.ARGUMENT, f"error during formatting: a {type_name(value)} cannot be formatted as {clause}")


def _not_finite(value: Any) -> str:
    """The name of a double that is no number, or the empty string."""
    if type(value) is not float or math.isfinite(value):
        return ""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _decimal(_: Frame, value: Any, __: int) -> str:
    if type(value) in (int, UInt):
        return str(int(value))
    if name := _not_finite(value):
        return name
    raise _refuse("decimal", value)


def _fixed(_: Frame, value: Any, precision: int) -> str:
    return _floating("f", value, precision)


def _exponent(_: Frame, value: Any, precision: int) -> str:
    return _floating("e", value, precision)


def _floating(verb: str, value: Any, precision: int) -> str:
    if type(value) not in (int, UInt, float):
        raise _refuse("a floating point number", value)
    return _not_finite(value) or f"{float(value):.{precision}{verb}}"


def _binary(_: Frame, value: Any, __: int) -> str:
    if type(value) not in (int, UInt, bool):
        raise _refuse("binary", value)
    return f"{int(value):b}"


def _octal(_: Frame, value: Any, __: int) -> str:
    if type(value) not in (int, UInt):
        raise _refuse("octal", value)
    return f"{int(value):o}"


def _hexadecimal(_: Frame, value: Any, __: int) -> str:
    if type(value) in (int, UInt):
        return f"{int(value):x}"
    if type(value) is str:
        return value.encode("utf-8", "replace").hex()
    if type(value) is bytes:
        return value.hex()
    raise _refuse("hexadecimal", value)


def _upper_hexadecimal(frame: Frame, value: Any, precision: int) -> str:
    return _hexadecimal(frame, value, precision).upper()


def _text(frame: Frame, value: Any, _: int) -> str:
    return _written(frame, value, _MAX_DEPTH)


def _written(frame: Frame, value: Any, depth: int) -> str:
    charge(frame, VISIT)
    if depth == 0:
        raise failure(ErrorKind.ARGUMENT, f"format() writes at most {_MAX_DEPTH} nested values")
    write = _SCALARS.get(type(value))
    if write is not None:
        text = write(value)
        charge_text(frame, len(text))
        return text
    if type(value) is list:
        return f"[{', '.join([_written(frame, item, depth - 1) for item in value])}]"
    if type(value) is dict:
        entries = [
            f"{_written(frame, from_key(key), depth - 1)}: {_written(frame, item, depth - 1)}"
            for key, item in value.items()
        ]
        return f"{{{', '.join(sorted(entries))}}}"
    reject(value)
    raise _refuse("a string", value)


def _double(value: float) -> str:
    """All digits and no exponent, as Go's `%f` with the least precision that reads back the same."""
    from decimal import Decimal

    return _not_finite(value) or f"{Decimal(repr(value)):f}".removesuffix(".0")


def _integer(value: int) -> str:
    reject(value)
    return str(int(value))


_SCALARS: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: _integer,
    UInt: _integer,
    float: _double,
    bytes: lambda value: value.decode("utf-8", "replace"),
    type(None): lambda _: "null",
    CelType: lambda value: value.name,
    Timestamp: format_timestamp,
    Duration: format_duration,
}

_VERBS: Final[dict[str, Callable[[Frame, Any, int], str]]] = {
    "s": _text,
    "d": _decimal,
    "f": _fixed,
    "e": _exponent,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": _upper_hexadecimal,
}

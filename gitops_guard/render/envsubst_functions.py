"""The functions of Flux's substitution (github.com/fluxcd/pkg/envsubst, funcs.go), on strings that count in bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from gitops_guard.render.shellmatch import BadPatternError, matches

MAX_TRIM_WORK: Final = 200_000
"""Length of the value squared, times the length of the pattern, up to which a value is still trimmed."""
MAX_LENGTH: Final = 16 << 20
"""Characters that a replacement may yield."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}\Z")


def apply(function: str, value: str, arguments: Sequence[str]) -> str:
    """The value of `${name<function>arguments}`. Raises `ValueError` where Flux's code panics, or for too much work."""
    if function == "#":
        return str(len(value.encode("utf-8", "surrogatepass"))) if not arguments else _trim(value, arguments[0], 1)
    found = _FUNCTIONS.get(function)
    return found(value, arguments) if found else value or "".join(arguments)


def _lower(value: str) -> str:
    # Go maps rune by rune; Python's lower and upper may give several characters for one.
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in value)


def _upper(value: str) -> str:
    return "".join(char.upper() if len(char.upper()) == 1 else char for char in value)


def _substring(value: str, arguments: Sequence[str]) -> str:
    data = value.encode("utf-8", "surrogatepass")
    if not _INTEGER.match(arguments[0]):
        return value
    start = int(arguments[0])
    if start < 0:
        start = max(0, len(data) + start)
    if len(arguments) == 1:
        return _text(data[start:])
    if not _INTEGER.match(arguments[1]):
        return value
    length = int(arguments[1])
    # A negative length counts back from the end of the string (since envsubst v1.8).
    end = start + length if length >= 0 else len(data) + length
    return _text(data[start:end]) if end > start else ""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("an offset or a length cuts a character in two") from None


def _replace_first(value: str, arguments: Sequence[str]) -> str:
    return value.replace(arguments[0], arguments[1] if len(arguments) > 1 else "", 1)


def _replace_all(value: str, arguments: Sequence[str]) -> str:
    new = arguments[1] if len(arguments) > 1 else ""
    if value.count(arguments[0]) * len(new) > MAX_LENGTH:
        raise ValueError("a replacement yields too long a text")
    return value.replace(arguments[0], new)


def _replace_prefix(value: str, arguments: Sequence[str]) -> str:
    if len(arguments) == 2 and value.startswith(arguments[0]):
        return arguments[1] + value[len(arguments[0]) :]
    return value


def _replace_suffix(value: str, arguments: Sequence[str]) -> str:
    if len(arguments) == 2 and value.endswith(arguments[0]):
        return value[: len(value) - len(arguments[0])] + arguments[1]
    return value


def _trim(value: str, pattern: str, step: int) -> str:
    """Without the shortest (`step` 1) or longest (-1) prefix that matches; an empty match counts as none."""
    if len(value) ** 2 * len(pattern) > MAX_TRIM_WORK:
        raise ValueError("a value or pattern is too long to be trimmed here")
    shortest = None
    try:
        for end in range(len(value), 0, -1):
            if matches(pattern, value[:end]):
                shortest = end
                if step < 0:
                    break
    except BadPatternError:
        return value
    return value if shortest is None else value[shortest:]


def _trim_suffix(value: str, pattern: str, step: int) -> str:
    # Upstream turns both around, pattern characters and all, so that `[ab]` is no class in a suffix.
    return _trim(value[::-1], pattern[::-1], step)[::-1]


_FUNCTIONS: Final[dict[str, Callable[[str, Sequence[str]], str]]] = {
    ",": lambda value, _: _lower(value[:1]) + value[1:],
    ",,": lambda value, _: _lower(value),
    "^": lambda value, _: _upper(value[:1]) + value[1:],
    "^^": lambda value, _: _upper(value),
    ":": _substring,
    "##": lambda value, arguments: _trim(value, arguments[0], -1),
    "%": lambda value, arguments: _trim_suffix(value, arguments[0], 1),
    "%%": lambda value, arguments: _trim_suffix(value, arguments[0], -1),
    "/": _replace_first,
    "//": _replace_all,
    "/#": _replace_prefix,
    "/%": _replace_suffix,
}

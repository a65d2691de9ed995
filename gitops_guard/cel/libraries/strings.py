"""The extended strings library, without `format`. Positions count code points."""

from __future__ import annotations

from typing import Any, Final

from gitops_guard.cel.cost import Frame, charge, charge_text
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.values import reject, type_name

library: Final = Library("strings")

_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space as Unicode, and so Go, has it; Python's own notion has four more control characters."""
_UPPER: Final = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_LOWER: Final = {small: large for large, small in _UPPER.items()}
_QUOTED: Final = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)


def _within(at: int, last: int) -> None:
    if not 0 <= at <= last:
        raise failure(ErrorKind.INDEX, f"index out of range: {at}")


@library.method("charAt", str, int)
def _char_at(text: str, at: int) -> str:
    """The character at `at`; the empty string just behind the end."""
    _within(at, len(text))
    return text[at : at + 1]


@library.method("indexOf", str, str, metered=True)
def _index_of(frame: Frame, text: str, part: str) -> int:
    return _index_from(frame, text, part, 0)


@library.method("indexOf", str, str, int, metered=True)
def _index_from(frame: Frame, text: str, part: str, start: int) -> int:
    """The first position from `start` on, or -1."""
    charge_text(frame, len(text))
    _within(start, len(text))
    return text.find(part, start)


@library.method("lastIndexOf", str, str, metered=True)
def _last_index_of(frame: Frame, text: str, part: str) -> int:
    charge_text(frame, len(text))
    return text.rfind(part)


@library.method("lastIndexOf", str, str, int, metered=True)
def _last_index_from(frame: Frame, text: str, part: str, start: int) -> int:
    """The last position that is not behind `start`, or -1."""
    charge_text(frame, len(text))
    _within(start, len(text))
    return text.rfind(part, 0, start + len(part))


@library.method("join", list, metered=True)
def _join(frame: Frame, parts: list[Any]) -> str:
    return _join_with(frame, parts, "")


@library.method("join", list, str, metered=True)
def _join_with(frame: Frame, parts: list[Any], separator: str) -> str:
    charge(frame, len(parts))
    for part in parts:
        if type(part) is not str:
            reject(part)
            raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"join() needs strings, not a {type_name(part)}")
    charge_text(frame, sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


@library.method("split", str, str, metered=True)
def _split(frame: Frame, text: str, separator: str) -> list[str]:
    return _split_some(frame, text, separator, -1)


@library.method("split", str, str, int, metered=True)
def _split_some(frame: Frame, text: str, separator: str, limit: int) -> list[str]:
    """At most `limit` parts, all where it is negative. An empty separator parts all characters."""
    charge_text(frame, len(text))
    if limit == 0:
        return []
    if separator:
        charge(frame, text.count(separator))
        return text.split(separator, limit - 1 if limit > 0 else -1)
    charge(frame, len(text))
    if limit < 0 or limit >= len(text):
        return list(text)
    return [*text[: limit - 1], text[limit - 1 :]]


@library.method("replace", str, str, str, metered=True)
def _replace(frame: Frame, text: str, old: str, new: str) -> str:
    return _replace_some(frame, text, old, new, -1)


@library.method("replace", str, str, str, int, metered=True)
def _replace_some(frame: Frame, text: str, old: str, new: str, limit: int) -> str:
    """The first `limit` occurrences, all where it is negative."""
    found = text.count(old)
    charge_text(frame, len(text) + len(new) * (found if limit < 0 else min(found, limit)))
    return text.replace(old, new, max(limit, -1))


@library.method("substring", str, int)
def _substring_from(text: str, start: int) -> str:
    _within(start, len(text))
    return text[start:]


@library.method("substring", str, int, int)
def _substring(text: str, start: int, end: int) -> str:
    _within(start, len(text))
    _within(end, len(text))
    if start > end:
        raise failure(ErrorKind.INDEX, f"invalid substring range: start {start}, end {end}")
    return text[start:end]


@library.method("trim", str)
def _trim(text: str) -> str:
    return text.strip(_SPACE)


@library.method("lowerAscii", str, metered=True)
def _lower_ascii(frame: Frame, text: str) -> str:
    charge_text(frame, len(text))
    return text.translate(_UPPER)


@library.method("upperAscii", str, metered=True)
def _upper_ascii(frame: Frame, text: str) -> str:
    charge_text(frame, len(text))
    return text.translate(_LOWER)


@library.method("reverse", str, metered=True)
def _reverse(frame: Frame, text: str) -> str:
    charge_text(frame, len(text))
    return text[::-1]


@library.function("strings.quote", str, metered=True)
def _quote(frame: Frame, text: str) -> str:
    """The string as a literal with escapes, safe to print on one line."""
    charge_text(frame, 2 * len(text))
    return f'"{text.translate(_QUOTED)}"'

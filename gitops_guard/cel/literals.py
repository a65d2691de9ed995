"""The values that literals stand for."""

from __future__ import annotations

import re
from typing import Final

from gitops_guard.cel.errors import Misplaced
from gitops_guard.cel.lexer import Token
from gitops_guard.cel.values import INT_MAX, INT_MIN, UINT_MAX, UInt

_MAX_DIGITS: Final = 400
"""Longer numbers are out of range whatever they say; Python's conversion of them would be slow."""


def number(token: Token, negative: bool) -> int | float:
    """The value of an int, uint or double token, with the sign that stood before it."""
    text = f"-{token.text}" if negative else token.text
    if token.kind == "double":
        return float(text)
    digits = text.rstrip("uU")
    value = int(digits, 16 if "0x" in digits else 10) if len(digits) <= _MAX_DIGITS else UINT_MAX + 1
    if token.kind == "uint":
        if value > UINT_MAX:
            raise Misplaced("this unsigned integer has more than 64 bits", token.at)
        return UInt(value)
    if not INT_MIN <= value <= INT_MAX:
        raise Misplaced("this integer has more than 64 bits", token.at)
    return value


_ESCAPE: Final = (
    r"\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\'\"`?])|)"
)
_SIMPLE: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_LAST_CODE_POINT: Final = 0x10FFFF


def string(token: Token) -> str | bytes:
    """The value of a string or bytes token. Escapes above 0xFF in bytes are their UTF-8 encoding."""
    prefix = token.text[: len(token.text) - len(token.text.lstrip("rRbB"))].lower()
    body = token.text[len(prefix) :]
    quotes = 3 if body[:3] in ('"""', "'''") else 1
    body = body[quotes:-quotes]
    offset = token.at + len(prefix) + quotes
    if "b" in prefix:
        return _bytes(body, offset, raw="r" in prefix)
    if "r" in prefix or "\\" not in body:
        return body
    return re.sub(_ESCAPE, lambda found: _character(found, offset), body)


def _code(found: re.Match[str], offset: int) -> int | None:
    """The code point of an escape, None for a simple one."""
    small, capital, short, long, octal, simple = found.groups()
    if simple is not None:
        return None
    if octal is not None:
        return int(octal, 8)
    digits = small or capital or short or long
    if digits is None:
        raise Misplaced(
            "unknown escape; write \\\\ for a backslash, or r'...' for a raw string", offset + found.start()
        )
    code = int(digits, 16)
    if code > _LAST_CODE_POINT or 0xD800 <= code <= 0xDFFF:
        raise Misplaced(f"\\{found.group()[1:]} is no Unicode character", offset + found.start())
    return code


def _character(found: re.Match[str], offset: int) -> str:
    code = _code(found, offset)
    return _SIMPLE.get(found[6], found[6]) if code is None else chr(code)


def _bytes(body: str, offset: int, *, raw: bool) -> bytes:
    if raw or "\\" not in body:
        return body.encode("utf-8", "surrogatepass")
    parts = []
    at = 0
    for found in re.finditer(_ESCAPE, body):
        parts.append(body[at : found.start()].encode("utf-8", "surrogatepass"))
        if found[3] or found[4]:
            raise Misplaced("\\u and \\U stand for characters; bytes take \\x", offset + found.start())
        code = _code(found, offset)
        parts.append(_SIMPLE.get(found[6], found[6]).encode() if code is None else bytes((code,)))
        at = found.end()
    parts.append(body[at:].encode("utf-8", "surrogatepass"))
    return b"".join(parts)

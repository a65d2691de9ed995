"""Go's globs. Patterns come from the repository, so that none of them may backtrack without bound.

`path_glob` is `path.Match` on one segment; `doublestar` is `Match` of github.com/bmatcuk/doublestar on a whole path.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Matcher = Callable[[str], bool]

_LONGEST: Final = 1024
_SPECIAL: Final = frozenset("*?[\\")
_STAR: Final = "*"


class _MalformedError(Exception):
    """A pattern that Go refuses; it matches nothing."""


def is_literal(pattern: str) -> bool:
    """Whether a pattern matches only itself."""
    return _SPECIAL.isdisjoint(pattern)


@lru_cache(maxsize=1024)
def path_glob(pattern: str) -> Matcher:
    """A matcher of one path segment: `*`, `?`, `[a-z]`, `[^a-z]`, and `\\` before a literal character."""
    if is_literal(pattern):
        return pattern.__eq__
    try:
        tokens = _tokens(pattern, negations="^")
    except _MalformedError:
        return lambda _: False
    found = re.compile(_joined(tokens), re.DOTALL)
    return lambda text: found.fullmatch(text) is not None


def _joined(tokens: list[str]) -> str:
    """One regular expression. Between two stars the first place that fits is as good as any later one."""
    chunks = [""]
    for token in tokens:
        if token != _STAR:
            chunks[-1] += token
        elif chunks[-1] or len(chunks) == 1:
            chunks.append("")
    first, *middle = chunks
    if not middle:
        return first
    last = middle.pop()
    # Atomic groups: what has matched once is not tried again.
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in middle) + f"[^/]*{last}"


def _tokens(pattern: str, negations: str) -> list[str]:
    """The parts of a pattern as regular expressions; `_STAR` for stars. Raises `_MalformedError`."""
    if len(pattern) > _LONGEST:
        raise _MalformedError
    tokens: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "[":
            token, at = _character_class(pattern, at + 1, negations)
            tokens.append(token)
            continue
        if character == "\\":
            literal, at = _class_character(pattern, at)
            tokens.append(re.escape(literal))
            continue
        tokens.append(_STAR if character == "*" else "[^/]" if character == "?" else re.escape(character))
        at += 1
    return tokens


def _character_class(pattern: str, at: int, negations: str) -> tuple[str, int]:
    """The class whose text begins at `at`, after the bracket, and where the rest begins."""
    negated = at < len(pattern) and pattern[at] in negations
    at += negated
    ranges: list[str] = []
    while pattern[at : at + 1] != "]" or not ranges:
        if pattern[at : at + 1] in ("", "]", "-"):
            raise _MalformedError
        low, at = _class_character(pattern, at)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _class_character(pattern, at + 1)
        # A range that is the wrong way round matches nothing; an empty one keeps the class well formed.
        ranges.append(f"{_escaped(low)}-{_escaped(high)}" if low <= high else "")
    inside = "".join(ranges)
    if not inside:
        return ("[^/]" if negated else "(?!)"), at + 1
    return (f"[^/{inside}]" if negated else f"[{inside}]"), at + 1


def _class_character(pattern: str, at: int) -> tuple[str, int]:
    """The character at `at`, which a backslash may escape, and where the rest begins."""
    if pattern[at : at + 1] == "\\":
        at += 1
    if at >= len(pattern):
        raise _MalformedError
    return pattern[at], at + 1


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "\\]^-[&~|" else character


@lru_cache(maxsize=256)
def doublestar(pattern: str) -> Matcher:
    """A matcher of a whole path: `path_glob`'s syntax, `**` for any number of segments, `{a,b}`, `[!a-z]`."""
    # Alternatives cannot be matched without backtracking by the standard library; RE2 needs no such care.
    import re2

    try:
        expression = _doublestar(pattern)
    except _MalformedError:
        return lambda _: False
    found = re2.compile(expression)
    return lambda text: found.fullmatch(text) is not None


def _doublestar(pattern: str) -> str:
    if len(pattern) > _LONGEST:
        raise _MalformedError
    parts: list[str] = []
    depth = at = 0
    while at < len(pattern):
        boundary = at == 0 or pattern[at - 1] in "/{,"
        if boundary and pattern.startswith("**/", at):
            parts.append("(?:[^/]+/)*")
            at += 3
            continue
        if pattern.startswith("/**", at) and pattern[at + 3 : at + 4] in ("", "}", ","):
            parts.append("(?:/.*)?")  # `a/**` matches `a` as well
            at += 3
            continue
        if boundary and pattern.startswith("**", at) and pattern[at + 2 : at + 3] in ("", "}", ","):
            parts.append(".*")
            at += 2
            continue
        character = pattern[at]
        if character == "[":
            token, at = _character_class(pattern, at + 1, negations="^!")
            parts.append(token.replace("(?!)", "[^\\x00-\\x{10FFFF}]"))
            continue
        if character == "\\":
            literal, at = _class_character(pattern, at)
            parts.append(re.escape(literal))
            continue
        at += 1
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            raise _MalformedError
        parts.append(_doublestar_token(character, depth))
    if depth:
        raise _MalformedError
    return "(?s)" + "".join(parts)


def _doublestar_token(character: str, depth: int) -> str:
    """A single character of a pattern. `{` and `}` group; a comma separates alternatives inside of them."""
    if character == "," and depth:
        return "|"
    return {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}.get(character) or re.escape(character)

"""Shell patterns as Flux's substitution matches them (github.com/fluxcd/pkg/envsubst/path, from Go's path.Match).

Unlike Go's, `*` matches slashes too, and a `*` at the end matches everything that is left.
"""

from __future__ import annotations


class BadPatternError(Exception):
    """The pattern is malformed: a class that is not closed, a backslash at the end."""


def matches(pattern: str, name: str) -> bool:
    """Whether `pattern` matches the whole of `name`. Never backtracks over an earlier `*`."""
    while pattern:
        star, chunk, pattern = _next_chunk(pattern)
        if star and not chunk:
            return True
        rest = _match_chunk(chunk, name)
        if rest is not None and (not rest or pattern):
            name = rest
            continue
        if star:
            rest = _search(chunk, name, last=not pattern)
            if rest is not None:
                name = rest
                continue
        return False
    return not name


def _search(chunk: str, name: str, *, last: bool) -> str | None:
    """What is left of `name` after the first place behind its start where `chunk` matches."""
    for index in range(len(name)):
        rest = _match_chunk(chunk, name[index + 1 :])
        if rest is not None and not (last and rest):
            return rest
    return None


def _next_chunk(pattern: str) -> tuple[bool, str, str]:
    stripped = pattern.lstrip("*")
    star = len(stripped) < len(pattern)
    inside = False
    at = 0
    while at < len(stripped):
        char = stripped[at]
        if char == "\\" and at + 1 < len(stripped):
            at += 1
        elif char == "[":
            inside = True
        elif char == "]":
            inside = False
        elif char == "*" and not inside:
            break
        at += 1
    return star, stripped[:at], stripped[at:]


def _match_chunk(chunk: str, name: str) -> str | None:
    at = 0
    while at < len(chunk):
        if not name:
            return None
        char = chunk[at]
        if char == "[":
            matched, at = _match_class(chunk, at + 1, name[0])
            if not matched:
                return None
            name = name[1:]
            continue
        if char == "\\":
            at += 1
            if at >= len(chunk):
                raise BadPatternError
        if char != "?" and chunk[at] != name[0]:
            return None
        name = name[1:]
        at += 1
    return name


def _match_class(chunk: str, at: int, char: str) -> tuple[bool, int]:
    negated = chunk.startswith("^", at)
    at += negated
    found = False
    ranges = 0
    while not (ranges and chunk.startswith("]", at)):
        low, at = _class_character(chunk, at)
        high = low
        if chunk[at] == "-":
            high, at = _class_character(chunk, at + 1)
        found = found or low <= char <= high
        ranges += 1
    return found != negated, at + 1


def _class_character(chunk: str, at: int) -> tuple[str, int]:
    if at >= len(chunk) or chunk[at] in "-]":
        raise BadPatternError
    if chunk[at] == "\\":
        at += 1
        if at >= len(chunk):
            raise BadPatternError
    if at + 1 >= len(chunk):
        raise BadPatternError
    return chunk[at], at + 1

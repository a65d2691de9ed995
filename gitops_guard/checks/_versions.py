"""Versions and ranges of versions, as Flux, Helm and Argo CD read them (github.com/Masterminds/semver, v3).

An expression that is one full version (`1.2.3`, `v1.2.3-rc.1`, `=1.2.3`) always resolves to the same release. All
else floats: `NewConstraint` takes a version with parts left out (`1.2`, `1.x`) for a range, and no text at all for `*`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

# The text is somebody else's: no pattern can match it in two ways, and its length is bounded.
_LONGEST: Final = 512
_SUFFIX: Final = r"(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
_PART: Final = r"(?:[0-9]+|[xX*])"
_EXACT: Final = re.compile(rf"=?\s*v?[0-9]+\.[0-9]+\.[0-9]+{_SUFFIX}")
_TERM: Final = re.compile(rf"(!=|>=|=>|<=|=<|~>|[=><~^])?v?({_PART}(?:\.{_PART}){{0,2}})({_SUFFIX})")
_SPACE_AFTER_OPERATOR: Final = re.compile(r"(?<=[=><~^])\s+")
_SEPARATOR: Final = re.compile(r"\|\||,|\s-\s|\s")
_FLOORS: Final = frozenset({"", "=", ">=", "=>", "~", "~>", "^"})


@dataclass(frozen=True, slots=True)
class Floating:
    """Why an expression is no pin: a clause for a message, and a version to write as an example where it names one."""

    why: str
    example: str = ""
    broken: bool = False
    """Nothing resolves it: it is no range either."""


def is_exact_version(text: str) -> bool:
    """Whether the expression can only ever mean one version."""
    return len(text) <= _LONGEST and _EXACT.fullmatch(text.strip()) is not None


def is_range(text: str) -> bool:
    """Whether the expression is a range: terms such as `>=1.2`, `1.x`, `*` and nothing else, not one exact version."""
    return not is_exact_version(text) and bool(_terms(text))


def lower_bound(text: str) -> str:
    """The lowest version that a range admits, or an empty string where it has none: `^1.2` -> `1.2.0`."""
    for operator, parts, suffix in _terms(text.partition("||")[0]):
        numbers = list(takewhile(str.isdigit, parts.split(".")))
        if numbers and operator in _FLOORS:
            return ".".join([*numbers, "0", "0"][:3]) + suffix
    return ""


def floating(version: object) -> Floating | None:
    """Why a version, as a manifest holds it (any plain value, None where absent), is no pin; None where it is one."""
    if version is None or (isinstance(version, str) and not version.strip()):
        return Floating("no version is given")
    if not isinstance(version, str):
        return Floating(f"{version} without quotes is {'a number' if _is_number(version) else 'no text'}", broken=True)
    if is_exact_version(version):
        return None
    if is_range(version):
        return Floating(f'"{version}" is a range', lower_bound(version))
    return Floating(f'"{version[:60]}" is no version', broken=True)


def version_fix(floats: Floating, key: str = "version") -> str:
    """What to write instead."""
    return f'write the exact version that should run, e.g. {key}: "{floats.example or "1.2.3"}"'


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _terms(text: str) -> list[tuple[str, str, str]]:
    """(operator, numbers, suffix) of each term; none where something else than terms stands in the text."""
    if len(text) > _LONGEST:
        return []
    words = _SEPARATOR.split(_SPACE_AFTER_OPERATOR.sub("", text))
    found = [_TERM.fullmatch(word) for word in words if word]
    terms = [(match[1] or "", match[2], match[3]) for match in found if match]
    return terms if len(terms) == len(found) else []

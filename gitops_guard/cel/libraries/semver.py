"""Kubernetes' semantic versions: `semver('1.2.3').isLessThan(semver('1.10.0'))`."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.values import name_type

library: Final = Library("semver")

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,18})"
_PART: Final = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_FORM: Final = (
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_MAX_LENGTH: Final = 256


class Semver(NamedTuple):
    """`before` holds the prerelease's parts as they are ordered: numbers below words; a release is above all."""

    major: int
    minor: int
    patch: int
    release: bool
    before: tuple[tuple[int, int, str], ...]


name_type(Semver, "kubernetes.Semver")


def parse_semver(text: str) -> Semver | None:
    """Semantic Versioning 2.0.0, with no leading `v`; None where it is none. Build metadata does not count."""
    found = re.fullmatch(_FORM, text) if len(text) <= _MAX_LENGTH else None
    if found is None:
        return None
    major, minor, patch, before = found.groups()
    parts = before.split(".") if before else []
    ranked = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return Semver(int(major), int(minor), int(patch), not parts, ranked)


def normalize(text: str) -> str:
    """What the lenient form of `semver(text, true)` reads: no `v`, no leading zeros, missing numbers are 0."""
    found = re.fullmatch(r"v?([0-9]+(?:\.[0-9]+){0,2})([-+].*)?", text, re.DOTALL)
    if found is None:
        return text
    numbers = [number.lstrip("0") or "0" for number in found[1].split(".")]
    return ".".join([*numbers, "0", "0"][:3]) + (found[2] or "")


def _required(text: str) -> Semver:
    parsed = parse_semver(text)
    if parsed is None:
        raise failure(ErrorKind.CONVERSION, f"not a semantic version: {text[:60]!r}")
    return parsed


@library.function("semver", str)
def _semver(text: str) -> Semver:
    return _required(text)


@library.function("semver", str, bool)
def _lenient_semver(text: str, lenient: Any) -> Semver:
    return _required(normalize(text) if lenient else text)


@library.function("isSemver", str)
def _is_semver(text: str) -> bool:
    return parse_semver(text) is not None


@library.function("isSemver", str, bool)
def _is_lenient_semver(text: str, lenient: Any) -> bool:
    return parse_semver(normalize(text) if lenient else text) is not None


@library.method("major", Semver)
def _major(version: Semver) -> int:
    return version.major


@library.method("minor", Semver)
def _minor(version: Semver) -> int:
    return version.minor


@library.method("patch", Semver)
def _patch(version: Semver) -> int:
    return version.patch


@library.method("compareTo", Semver, Semver)
def _compare(left: Semver, right: Semver) -> int:
    return (left > right) - (left < right)


@library.method("isGreaterThan", Semver, Semver)
def _is_greater(left: Semver, right: Semver) -> bool:
    return left > right


@library.method("isLessThan", Semver, Semver)
def _is_less(left: Semver, right: Semver) -> bool:
    return left < right

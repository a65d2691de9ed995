"""Git revisions as people write them into manifests: which stay what they are, and which move."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from gitops_guard.checks._versions import is_exact_version

_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_VERSION_AT_END: Final = re.compile(r"(?:.*[/@_-])?(v?[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)", re.DOTALL)
_MOVING_PREFIXES: Final = ("refs/heads/", "refs/remotes/", "refs/pull/", "refs/merge-requests/", "origin/", "heads/")
_LONGEST: Final = 512


class Revision(Enum):
    PINNED = "pinned"
    """A commit, or a tag by the look of it."""
    MOVING = "moving"
    """A branch, `HEAD`, nothing, a range."""
    UNCLEAR = "unclear"
    """`release-1.2` may be a branch or a tag; only the other repository knows."""


def classify_revision(text: str) -> Revision:
    """What a git revision is, as far as its spelling tells. The empty text is the default branch."""
    if len(text) > _LONGEST:
        return Revision.UNCLEAR
    if text.startswith(("refs/tags/", "tags/")) or _COMMIT.fullmatch(text):
        return Revision.PINNED
    if text.startswith(_MOVING_PREFIXES) or set(text) & set("*<>^~|, "):
        return Revision.MOVING
    version = _VERSION_AT_END.fullmatch(text)
    if version and is_exact_version(version[1]):
        return Revision.PINNED
    # A release is named with a number; a name without one is a branch, or a tag that somebody moves.
    return Revision.UNCLEAR if re.search(r"[0-9]", text) else Revision.MOVING


def describe_revision(text: str) -> str:
    """The revision as a message names it."""
    return f'"{text[:60]}"' if text else "no revision, which is the default branch,"

"""Which entries of a kustomization kustomize would fetch over the network (its api/internal/git/repospec.go)."""

from __future__ import annotations

import re
from typing import Final

_SCHEMES: Final = ("http://", "https://", "ssh://", "file://", "git::", "oci://", "s3::", "gcs::", "hg::")
_GITHUB: Final = ("github.com/", "github.com:", "gh:")
_USER_AT_HOST: Final = re.compile(r"(?:git::)?[A-Za-z][A-Za-z0-9-]*@[^/]*[:/]")


def is_remote(entry: str) -> bool:
    """Whether kustomize takes `entry` for a URL: a scheme, `github.com/...`, or `user@host:path`."""
    lowered = entry.strip().lower()
    return lowered.startswith((*_SCHEMES, *_GITHUB)) or _USER_AT_HOST.match(entry.strip()) is not None


def is_allowed(entry: str, allowed: tuple[str, ...]) -> bool:
    """Whether the configuration's `allowed_remotes` (URL prefixes, ending on a border) cover `entry`."""
    text = entry.strip().removeprefix("git::")
    return any(
        text == prefix or (text.startswith(prefix) and (prefix.endswith("/") or text[len(prefix)] in "/?.:#"))
        for prefix in allowed
        if prefix
    )

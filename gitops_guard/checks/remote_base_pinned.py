"""Remote bases in a kustomization.yaml that are not held by a tag or a commit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from gitops_guard.checks._kustomizations import is_used, kustomization
from gitops_guard.checks._revisions import Revision, classify_revision, describe_revision
from gitops_guard.model.fieldpath import list_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.rule import Context

_FIELDS: Final = ("resources", "components", "bases", "crds")
# kustomize, api/internal/git/repospec.go: what it takes for a repository rather than for a local path.
_REPOSITORY: Final = re.compile(
    r"(?:git::|ssh://|git://|git@|[\w.+-]+@[\w.-]+:|(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)[/:])"
)
_WEB: Final = re.compile(r"(?:git::)?https?://", re.IGNORECASE)
_FILE: Final = re.compile(r"\.(?:ya?ml|json)\Z", re.IGNORECASE)
_FIX: Final = "name a tag or a commit, e.g. ?ref=v1.2.3"


def check(file: SourceFile, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope file."""
    found = kustomization(file)
    if found is None or not is_used(context.fleet, file.path):
        return
    for field in _FIELDS:
        for index, entry in enumerate(list_at(found.value, field)):
            if not isinstance(entry, str):
                continue
            revision = remote_revision(entry)
            kind = Revision.PINNED if revision is None else classify_revision("" if revision == "HEAD" else revision)
            at = (field, index)
            if kind is Revision.MOVING and revision is not None:
                yield Hit(
                    f"this base is fetched at {describe_revision(revision)} at each build: whatever is pushed there "
                    "runs here, with no change in this repository",
                    found,
                    at,
                    fix=_FIX
                    if not _FILE.search(urlsplit(entry).path)
                    else "use the address of a release or of a commit",
                    cause=entry,
                )
            elif kind is Revision.UNCLEAR:
                yield NotJudged(f'"{revision}" may be a branch or a tag', found, at, cause=entry)


def remote_revision(entry: str) -> str | None:
    """The revision that a remote resource names: empty for the default branch; None for a path or a fixed file."""
    web = _WEB.match(entry)
    if not web and not _REPOSITORY.match(entry):
        return None
    try:
        parts = urlsplit(entry)
    except ValueError:
        return None
    query = parse_qs(parts.query)
    stated = query.get("ref") or query.get("version")
    if stated:
        return stated[0]
    if web and _FILE.search(parts.path):
        return _revision_of_address(parts.hostname or "", parts.path)
    return ""


def _revision_of_address(host: str, path: str) -> str | None:
    """The revision in the address of a single file: of GitHub's raw files and release assets; None for any other."""
    steps = [step for step in path.split("/") if step]
    match host, steps:
        case "raw.githubusercontent.com", [_, _, "refs", kind, revision, *_]:
            return f"refs/{kind}/{revision}"
        case "raw.githubusercontent.com", [_, _, revision, *_]:
            return revision
        case "github.com", [_, _, "releases", "latest", *_]:
            return "latest"
        case "github.com", [_, _, "releases", "download", revision, *_]:
            return f"refs/tags/{revision}"
        case "github.com", [_, _, "raw" | "blob", revision, *_]:
            return revision
    return "latest" if "latest" in steps else None

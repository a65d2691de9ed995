"""What git lists, as entries: the index and commits. Sizes are asked for, so that nothing huge is ever read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from gitops_guard.git.command import Git
from gitops_guard.git.disk import MAX_FILE, TOO_LARGE
from gitops_guard.git.errors import HostileTreeError, UnmergedIndexError
from gitops_guard.git.objects import BlobReader
from gitops_guard.model.tree import Entry, EntryKind

_EMPTY_BLOBS: Final = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)
_EMPTY_TREES: Final = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""By the length of an object id: SHA-1, SHA-256."""

_KINDS: Final = {"120000": EntryKind.SYMLINK, "160000": EntryKind.SUBMODULE}
_EDGES: Final = (b".", b"/", b"")
_BAD_NAME: Final = re.compile(rb"(?:\A|/)(?:\.{0,2}|\.git)(?:/|\Z)", re.IGNORECASE)


class Staged(NamedTuple):
    """One entry of the index. `stage` is `0` unless there is a conflict; `sparse` is left out of the working tree."""

    path: str
    kind: EntryKind
    oid: str
    stage: str
    sparse: bool

    @property
    def entry(self) -> Entry:
        """As an entry of a tree."""
        return Entry(self.path, self.kind, self.oid)


def path_of(raw: bytes) -> str:
    """The path, bytes that are no UTF-8 kept as surrogates. Raises `HostileTreeError` for what git never writes."""
    path = raw.decode("utf-8", "surrogateescape")
    # Only names that begin with a dot or have an empty part can be bad; the pattern takes ten times as long.
    if (b"/." in raw or b"//" in raw or raw[:1] in _EDGES or raw[-1:] == b"/") and _BAD_NAME.search(raw):
        raise HostileTreeError(f"the tree holds the path {path!r}, which git refuses to check out")
    return path


def list_staged(git: Git) -> list[Staged]:
    """The index as it stands, conflicts and all."""
    return [_staged(record) for record in git.run("ls-files", "--stage", "-t", "-z").split(b"\0") if record]


def _staged(record: bytes) -> Staged:
    """`H 100644 <oid> 0\\t<path>`; the tag S means skip-worktree."""
    head, _, raw = record.partition(b"\t")
    tag, mode, oid, stage = head.decode("ascii").split(" ")
    return Staged(path_of(raw), _kind(mode), oid, stage, tag == "S")


def list_index(git: Git, blobs: BlobReader) -> dict[str, Entry]:
    """What a commit made now would hold. Raises `UnmergedIndexError` where it could not be made."""
    staged = list_staged(git)
    conflicts = sorted({item.path for item in staged if item.stage != "0"})
    if conflicts:
        raise UnmergedIndexError(
            f"the index has conflicts in {', '.join(conflicts[:3])}{' and others' if len(conflicts) > 3 else ''}; "
            "resolve them and `git add` the files"
        )
    entries = {item.path: item.entry for item in staged}
    if any(entry.oid in _EMPTY_BLOBS for entry in entries.values()):
        entries = _without_intended(git, entries)
    return _without_huge(entries, blobs)


def _without_huge(entries: dict[str, Entry], blobs: BlobReader) -> dict[str, Entry]:
    """Marks what is too large to be read."""
    stored = [entry for entry in entries.values() if entry.kind is EntryKind.FILE]
    for entry, size in zip(stored, blobs.sizes([entry.oid for entry in stored]), strict=True):
        if size > MAX_FILE:
            entries[entry.path] = Entry(entry.path, EntryKind.UNREADABLE, entry.oid, TOO_LARGE)
    return entries


def _without_intended(git: Git, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Leaves out what `git add --intent-to-add` noted down: an empty blob in the index, and not in the next commit."""
    length = len(next(iter(entries.values())).oid)
    added = git.run("diff-index", "--cached", "--ita-invisible-in-index", "--name-only", "-z", _EMPTY_TREES[length])
    real = {path_of(raw) for raw in added.split(b"\0") if raw}
    return {path: entry for path, entry in entries.items() if path in real}


def list_commit(git: Git, blobs: BlobReader, commit: str) -> dict[str, Entry]:
    """The entries of a commit's tree. Raises `HostileTreeError` for names that no checkout could hold."""
    entries: dict[str, Entry] = {}
    records = git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    for record in records[:-1]:
        head, _, raw = record.partition(b"\t")  # `100644 blob <oid>\t<path>`
        mode, _, oid = head.decode("ascii").split()
        path = path_of(raw)
        if path in entries:
            raise HostileTreeError(f"the tree holds the path {path!r} twice")
        entries[path] = Entry(path, _kind(mode), oid)
    for folder in _folders(entries):
        if folder in entries:
            raise HostileTreeError(f"the tree holds {folder!r} as a file and as a folder")
    return _without_huge(entries, blobs)


def _folders(entries: Mapping[str, Entry]) -> Iterator[str]:
    seen = {""}
    for path in entries:
        folder = path.rpartition("/")[0]
        while folder not in seen:
            seen.add(folder)
            yield folder
            folder = folder.rpartition("/")[0]


def _kind(mode: str) -> EntryKind:
    return _KINDS.get(mode, EntryKind.FILE)

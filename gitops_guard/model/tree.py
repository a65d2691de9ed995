"""A tree of files to be judged: a commit, the index, the working tree, or a test's dictionary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    UNREADABLE = "unreadable"
    """Something that is not read: too large, no permission, a pipe or a device. `read` raises `KeyError` for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree. `path` is relative to the root, with `/`. `oid` is git's blob id of the content.

    `oid` is empty where it is not known (an unreadable file on disk, a nested repository that is not a submodule).
    """

    path: str
    kind: EntryKind
    oid: str
    reason: str = ""
    """Why it is unreadable, for a person: "larger than 32 MiB"."""


class Tree(Protocol):
    """Read access to one state of the repository. Implementations are in `git/`; all are safe on hostile trees."""

    @property
    def label(self) -> str:
        """For people: "working tree", "index", "commit 1a2b3c4"."""
        ...

    def entries(self) -> Mapping[str, Entry]:
        """Every entry by path; no directories. Symbolic links are entries and are never followed."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file; the target text of a symbolic link. Raises `KeyError` where there is no entry."""
        ...

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """`read` for many paths, in their order, in one pass."""
        ...


def blob_oid(data: bytes) -> str:
    """git's object id of a blob with this content (SHA-1 repositories)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class MemoryTree:
    """A tree from a dictionary, for standard input and tests. `links` maps a path to its symbolic link's target."""

    files: Mapping[str, bytes]
    links: Mapping[str, str] = field(default_factory=dict)
    label: str = "memory"

    def entries(self) -> Mapping[str, Entry]:
        """Every entry by path."""
        found = {path: Entry(path, EntryKind.FILE, blob_oid(data)) for path, data in self.files.items()}
        for path, target in self.links.items():
            found[path] = Entry(path, EntryKind.SYMLINK, blob_oid(target.encode()))
        return found

    def read(self, path: str) -> bytes:
        """Raises `KeyError` where nothing stands at `path`."""
        return self.links[path].encode() if path in self.links else self.files[path]

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """`read` for each, in order."""
        return ((path, self.read(path)) for path in paths)

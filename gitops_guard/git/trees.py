"""Trees of git's objects (the index, a commit), a view of a folder of any tree, and what differs between two trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from gitops_guard.git.objects import BlobReader
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Problem
from gitops_guard.model.tree import Entry, EntryKind, Tree


class ObjectTree:
    """A tree that git holds as objects. It never changes once it is listed."""

    def __init__(self, label: str, entries: Mapping[str, Entry], blobs: BlobReader) -> None:
        self.label = label
        self._entries = entries
        self._blobs = blobs

    def entries(self) -> Mapping[str, Entry]:
        """Every entry by path."""
        return self._entries

    def read(self, path: str) -> bytes:
        """Raises `KeyError` where nothing can be read at `path`."""
        return self._blobs.read(self._oid(path))

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """`read` for each, in order."""
        wanted = list(paths)
        return zip(wanted, self._blobs.read_many([self._oid(path) for path in wanted]), strict=True)

    def _oid(self, path: str) -> str:
        entry = self._entries[path]
        if not has_content(entry):
            raise KeyError(path)
        return entry.oid


class SubTree:
    """One folder of a tree, as a tree. `prefix` is its path, without a slash at its ends; empty is the whole tree."""

    def __init__(self, tree: Tree, prefix: str) -> None:
        self._tree = tree
        self._prefix = f"{prefix}/" if prefix else ""

    @property
    def label(self) -> str:
        """For people."""
        return self._tree.label

    def entries(self) -> Mapping[str, Entry]:
        """Every entry by path."""
        return self._entries

    def read(self, path: str) -> bytes:
        """Raises `KeyError` where nothing can be read at `path`."""
        return self._tree.read(self._prefix + path)

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """`read` for each, in order."""
        cut = len(self._prefix)
        return ((path[cut:], data) for path, data in self._tree.read_many(self._prefix + path for path in paths))

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        cut = len(self._prefix)
        return {
            path[cut:]: Entry(path[cut:], entry.kind, entry.oid, entry.reason)
            for path, entry in self._tree.entries().items()
            if path.startswith(self._prefix)
        }


def has_content(entry: Entry) -> bool:
    """Whether `read` gives anything for it."""
    return entry.kind in (EntryKind.FILE, EntryKind.SYMLINK)


def changed_paths(base: Tree, head: Tree) -> frozenset[str]:
    """The paths that stand in only one of the trees, or differ in kind or content.

    What could not be read is the same as what is unreadable on the other side: nobody looked into either.
    """
    before, after = base.entries(), head.entries()
    return frozenset(
        path
        for path in before.keys() | after.keys()
        if (old := before.get(path)) is None
        or (new := after.get(path)) is None
        or old.kind is not new.kind
        or (old.kind is not EntryKind.UNREADABLE and old.oid != new.oid)
    )


def problems(tree: Tree) -> dict[str, Problem]:
    """A problem for each entry that cannot be read, by path. The caller knows which of them matter (no video does)."""
    return {
        path: Problem(
            code="unreadable-file",
            message=f"the file is not read: {entry.reason}",
            path=path,
            span=Span.point(1),
        )
        for path, entry in tree.entries().items()
        if entry.kind is EntryKind.UNREADABLE
    }

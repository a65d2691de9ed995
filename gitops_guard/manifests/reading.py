"""Many files of a tree at once."""

from __future__ import annotations

from collections.abc import Iterable

from gitops_guard.manifests.loader import load
from gitops_guard.model.cache import Cache
from gitops_guard.model.manifest import Dialect, SourceFile
from gitops_guard.model.tree import Tree


def read_files(
    tree: Tree, paths: Iterable[str], cache: Cache, dialect: Dialect = Dialect.KUSTOMIZE
) -> dict[str, SourceFile]:
    """Each path's `SourceFile`, in the order of `paths`. Raises `KeyError` for a path that is not in the tree."""
    wanted = list(dict.fromkeys(paths))
    entries = tree.entries()
    return {path: load(path, data, dialect, entries[path].oid) for path, data in tree.read_many(wanted)}

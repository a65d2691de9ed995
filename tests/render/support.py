"""Rendering in tests: the real engine, and a cache in memory."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from gitops_guard.fleet import discover
from gitops_guard.manifests import is_yaml_path, read_files
from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.config import Config
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Environment, Fleet, Tier
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import EntryKind, MemoryTree, Tree
from gitops_guard.render import Builder, KubectlBuilder, find_kubectl, render_fleet


class MemoryCache:
    """Stores in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], bytes] = {}

    def get(self, space: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: self.stored[space, key] for key in keys if (space, key) in self.stored}

    def put(self, space: str, items: Mapping[str, bytes]) -> None:
        self.stored.update({(space, key): data for key, data in items.items()})


@functools.cache
def shared_cache() -> MemoryCache:
    """One for all tests of a process that render the corpora."""
    return MemoryCache()


def engine() -> KubectlBuilder:
    """The kubectl of the wheel."""
    program = find_kubectl()
    assert program is not None
    return KubectlBuilder(program)


def parsed(tree: Tree) -> dict[str, SourceFile]:
    """The YAML files of a tree."""
    entries = tree.entries()
    paths = [path for path, entry in entries.items() if is_yaml_path(path) and entry.kind is EntryKind.FILE]
    return read_files(tree, paths, NoCache())


def render(
    tree: Tree,
    files: Mapping[str, SourceFile] | None = None,
    cache: Cache | None = None,
    config: Config | None = None,
    builder: Builder | None = None,
) -> FleetFacts:
    """Discovers and renders a tree."""
    known = parsed(tree) if files is None else files
    chosen = config or Config()
    fleet = discover(tree, known, chosen, [])
    return render_fleet(tree, known, fleet, chosen, builder or engine(), NoCache() if cache is None else cache)


def tree_of(files: Mapping[str, str], links: Mapping[str, str] | None = None) -> MemoryTree:
    """A tree from texts."""
    return MemoryTree({path: text.encode() for path, text in files.items()}, links or {})


def folder_fleet(path: str) -> Fleet:
    """One environment that applies one folder."""
    entry = EntryPoint(EntryPointKind.DIRECTORY, path)
    return Fleet((Environment("test", Tier.STAGING, (entry,)),))

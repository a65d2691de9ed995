"""Trees for tests: from dictionaries, and the real repositories beside the project."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gitops_guard.fleet import discover, ignored
from gitops_guard.manifests import is_yaml_path, read_files
from gitops_guard.model.cache import NoCache
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Fleet
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import MemoryTree

CORPORA = Path(__file__).parents[2] / "../shared/corpora"


def tree_of(files: Mapping[str, str]) -> MemoryTree:
    return MemoryTree({path: textwrap.dedent(text).encode() for path, text in files.items()})


def corpus(name: str) -> MemoryTree:
    root = CORPORA / name
    if not root.is_dir():
        pytest.skip(f"the corpora are not here: {CORPORA}")
    return MemoryTree(
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    )


def files_of(tree: MemoryTree, config: Config | None = None) -> dict[str, SourceFile]:
    is_ignored = ignored(tree, config or Config())
    return read_files(tree, [path for path in tree.entries() if is_yaml_path(path) and not is_ignored(path)], NoCache())


def discovered(tree: MemoryTree, config: Config | None = None, remotes: Sequence[str] = ()) -> Fleet:
    return discover(tree, files_of(tree, config), config or Config(), remotes)


def told(fleet: Fleet) -> dict[str, list[tuple[str, str]]]:
    """The environments by name, each with the kind and path of its entry points."""
    return {
        environment.name: [(entry.kind.value, entry.path) for entry in environment.entry_points]
        for environment in fleet.environments
    }


def kustomization(name: str, path: str = "", **spec: object) -> str:
    """A Flux Kustomization of the bootstrap source."""
    fields = {"sourceRef": {"kind": "GitRepository", "name": "flux-system"}, "path": path, "prune": True, **spec}
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec: {fields}\n"
    )


def resources(*entries: str) -> str:
    return f"resources: [{', '.join(entries)}]\n"


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"

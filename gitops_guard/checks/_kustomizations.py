"""kustomization.yaml files, as rules of scope file and fleet see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.manifest import Manifest, SourceFile

# kustomize, api/konfig: RecognizedKustomizationFileNames.
KUSTOMIZATION_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def is_kustomization_path(path: str) -> bool:
    """Whether kustomize reads a file of this name as the kustomization of its folder."""
    return path.rpartition("/")[2] in KUSTOMIZATION_NAMES


def kustomization(file: SourceFile) -> Manifest | None:
    """The kustomization that a file holds, or None where it holds none."""
    return file.manifests[0] if file.manifests and is_kustomization_path(file.path) else None


def is_used(fleet: FleetFacts, path: str) -> bool:
    """Whether an environment reads the file. Without rendering nobody knows, and every file counts."""
    return not fleet.rendered or path in fleet.reached_by


def parents(path: str) -> Iterator[str]:
    """The folders above a path, nearest first; the root is the empty string."""
    while path:
        path = path.rpartition("/")[0]
        yield path

"""Manifests that lie beside what is applied, and that nothing applies."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._kustomizations import is_kustomization_path, parents
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rule import Context


def check(fleet: FleetFacts, _: Context) -> Iterator[Hit]:
    """Scope fleet. A folder is used where an environment reads its kustomization.yaml.

    A folder with a kustomization of its own that is not used is one finding, at that kustomization.
    """
    if not fleet.rendered:
        return
    folders = {path.rpartition("/")[0]: path for path in fleet.files if is_kustomization_path(path)}
    failed = _failed(fleet)
    for path, file in fleet.files.items():
        manifest = _manifest(file)
        if manifest is None or path in fleet.reached_by or _left_out(path, fleet):
            continue
        owner = _owner(path, folders, fleet)
        if owner and owner in fleet.reached_by and not any(place in failed for place in parents(owner)):
            yield Hit(
                f"nothing applies this: {owner} does not lead to it, and no environment reads it",
                manifest,
                ("kind",) if "kind" in manifest.value else (),
                fix=f"list it in {owner}, or delete it",
                cause=path,
                environments=tuple(sorted(fleet.reached_by[owner])),
            )


def _left_out(path: str, fleet: FleetFacts) -> bool:
    """Whether a kustomization lists the file, or a folder above it, in a comment: that was meant."""
    return path in fleet.commented_out or any(folder in fleet.commented_out for folder in parents(path))


def _manifest(file: SourceFile) -> Manifest | None:
    """The first Kubernetes object of a file, or its kustomization."""
    kustomizes = is_kustomization_path(file.path)
    return next(
        (item for item in file.manifests if kustomizes or ("apiVersion" in item.value and "kind" in item.value)), None
    )


def _owner(path: str, folders: dict[str, str], fleet: FleetFacts) -> str:
    """The kustomization that ought to lead to a file: the nearest one above it, its own left out. Charts have none."""
    for folder in parents(path):
        if (f"{folder}/Chart.yaml" if folder else "Chart.yaml") in fleet.paths:
            return ""
        found = folders.get(folder, path)
        if found != path:
            return found
    return ""


def _failed(fleet: FleetFacts) -> frozenset[str]:
    """Folders whose build failed: what they would have read is not known."""
    files = (failure.file for facts in fleet.environments for failure in facts.failures)
    return frozenset(file.rpartition("/")[0] for file in files if file)

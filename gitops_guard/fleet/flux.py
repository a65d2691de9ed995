"""Where Flux enters a repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from gitops_guard.fleet.candidates import Candidate
from gitops_guard.fleet.entry import FLUX_NAMESPACE, instance_sync, sync_path
from gitops_guard.fleet.order import entry_nodes
from gitops_guard.fleet.paths import ancestors, parent, source_path
from gitops_guard.fleet.reach import Applied, Reach
from gitops_guard.graph import flux_kustomization
from gitops_guard.graph.helm import HELM_GROUP
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.graph.operator import OPERATOR_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.environment import EntryPoint, EntryPointKind
from gitops_guard.model.manifest import Manifest

GOTK_SYNC: Final = "gotk-sync.yaml"
_CLUSTERS: Final = "clusters"
_FLUX_KINDS: Final = (
    *("Kustomization", "HelmRelease", "GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart"),
    *("FluxInstance", "ResourceSet"),
)
_FLUX_GROUPS: Final = frozenset({KUSTOMIZE_GROUP, HELM_GROUP, SOURCE_GROUP, OPERATOR_GROUP})


def flux_candidates(reach: Reach) -> list[Candidate]:
    """Every entry point of Flux, sorted by folder.

    First what says so itself: `gotk-sync.yaml` (empty ones as well: `flux bootstrap` fills them), the `sync` of a
    FluxInstance. Then folders `clusters/<name>` that hold Kustomizations which nothing applies. Last, other
    Kustomizations that nothing applies, unless they stand in or right above a folder that is entered otherwise: those
    are forgotten in a kustomization.yaml, and no entry points.
    """
    found = list(_bootstrapped(reach))
    taken = {candidate.entry.path for candidate in found}
    for candidate in _instances(reach):
        if candidate.entry.path not in taken:
            taken.add(candidate.entry.path)
            found.append(candidate)
    applied = reach.from_folders(candidate.entry.path for candidate in found)
    clusters = list(_cluster_folders(_loose(reach, applied, taken)))
    if clusters:
        found.extend(clusters)
        taken |= {candidate.entry.path for candidate in clusters}
        applied = reach.from_folders(sorted(taken))
    found.extend(_loose_candidates(reach, _loose(reach, applied, taken)))
    return sorted(found, key=lambda candidate: (candidate.folder, candidate.entry.path))


def _bootstrapped(reach: Reach) -> Iterator[Candidate]:
    for file in reach.files(GOTK_SYNC):
        folder, _, name = file.path.rpartition("/")
        if name != GOTK_SYNC:
            continue
        cluster = parent(folder) if folder.rpartition("/")[2] == FLUX_NAMESPACE else folder
        syncs = [item for item in file.manifests if flux_kustomization(item.value) is not None]
        for manifest in syncs:
            target = _path_of(manifest, cluster)
            yield Candidate(target or cluster, EntryPoint(EntryPointKind.FLUX, target, manifest, file.path))
        if not syncs:
            yield Candidate(cluster, EntryPoint(EntryPointKind.FLUX, cluster, None, f"{file.path}, not filled in yet"))


def _path_of(manifest: Manifest, default: str = "") -> str:
    view = flux_kustomization(manifest.value)
    return source_path(view.path) if view and isinstance(view.path, str) else default


def _instances(reach: Reach) -> Iterator[Candidate]:
    for manifest in reach.of_kind("FluxInstance", "HelmRelease"):
        sync = instance_sync(manifest)
        folder = sync_path(sync) if sync else None
        if folder is not None and folder in reach.folders.all:
            reason = f"sync of {manifest.id} in {manifest.path}"
            yield Candidate(folder or parent(manifest.path), EntryPoint(EntryPointKind.FLUX, folder, manifest, reason))


def _loose(reach: Reach, applied: Applied, taken: set[str]) -> list[Manifest]:
    """Kustomizations that nothing applies, and that stand neither in nor right above a folder that something enters."""
    entered = {parent(path) for path in applied.files | applied.kustomizations} | taken
    entered.discard("")
    around = {folder for path in entered for folder in ancestors(path)} - {""}
    loose: list[Manifest] = []
    for manifest in reach.of_kind("Kustomization"):
        folder = parent(manifest.path)
        if manifest.path in applied.files or folder in around or not entered.isdisjoint(ancestors(manifest.path)):
            continue
        view = flux_kustomization(manifest.value)
        if view is not None and view.source is not None and view.source.complete:
            loose.append(manifest)
    return loose


def _cluster_folders(loose: Sequence[Manifest]) -> Iterator[Candidate]:
    folders: dict[str, str] = {}
    for manifest in loose:
        steps = manifest.path.split("/")[:-1]
        if _CLUSTERS in steps[:-1]:
            folder = "/".join(steps[: steps.index(_CLUSTERS) + 2])
            folders.setdefault(folder, manifest.path)
    for folder, path in sorted(folders.items()):
        reason = f"{folder} holds Kustomizations that nothing applies ({path})"
        yield Candidate(folder, EntryPoint(EntryPointKind.FLUX, folder, None, reason))


def _loose_candidates(reach: Reach, loose: Sequence[Manifest]) -> Iterator[Candidate]:
    """Those that no other one applies; of several that apply each other, the first."""
    entries = entry_manifests(reach, loose)
    applied = reach.from_manifests(entries)
    chosen = set(entries)
    beside = _flux_objects_by_folder(reach)
    for manifest in entries:
        folder = parent(manifest.path)
        companions = tuple(item for item in beside[folder] if item not in chosen and item.path not in applied.files)
        reason = f"nothing applies {manifest.id} in {manifest.path}"
        yield Candidate(folder, EntryPoint(EntryPointKind.FLUX, _path_of(manifest), manifest, reason, companions))


def entry_manifests(reach: Reach, manifests: Sequence[Manifest]) -> list[Manifest]:
    """The fewest of these Kustomizations or Applications that apply all of them."""
    by_file: defaultdict[str, list[int]] = defaultdict(list)
    for index, manifest in enumerate(manifests):
        by_file[manifest.path].append(index)
    successors = {
        index: [
            other
            for applied in reach.applied_through(manifest)
            for path in sorted(by_file.keys() & applied.files)
            for other in by_file[path]
        ]
        for index, manifest in enumerate(manifests)
    }
    return [manifests[index] for index in entry_nodes(successors)]


def _flux_objects_by_folder(reach: Reach) -> defaultdict[str, list[Manifest]]:
    found: defaultdict[str, list[Manifest]] = defaultdict(list)
    for manifest in reach.of_kind(*_FLUX_KINDS):
        if manifest.id.group in _FLUX_GROUPS:
            found[parent(manifest.path)].append(manifest)
    return found

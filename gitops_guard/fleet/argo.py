"""Where Argo CD enters a repository."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.fleet.candidates import Candidate
from gitops_guard.fleet.paths import parent, source_path
from gitops_guard.fleet.reach import Reach
from gitops_guard.fleet.tiers import tier_of
from gitops_guard.graph import Application, argo_application, is_application_set
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Tier, Undecided
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest

_IN_CLUSTER = frozenset({"in-cluster", "https://kubernetes.default.svc"})


def argo_candidates(reach: Reach) -> list[Candidate]:
    """Applications that no other Application applies; of several that apply each other, the first."""
    found = [
        (manifest, application)
        for _, manifest in reach.all_manifests()
        if (application := argo_application(manifest.value)) is not None
    ]
    applies = [reach.from_manifest(manifest).files for manifest, _ in found]
    roots: list[Candidate] = []
    for index, (manifest, application) in enumerate(found):
        appliers = [other for other, files in enumerate(applies) if other != index and manifest.path in files]
        if all(found[other][0].path in applies[index] and index < other for other in appliers):
            roots.append(_candidate(manifest, application))
    return sorted(roots, key=lambda candidate: (candidate.folder, candidate.entry.path))


def _candidate(manifest: Manifest, application: Application) -> Candidate:
    paths = [source_path(source.path) for source in application.sources if isinstance(source.path, str)]
    path = paths[0] if paths else ""
    reason = f"nothing applies {manifest.id} in {manifest.path}"
    return Candidate(_folder(manifest, application, path), EntryPoint(EntryPointKind.ARGOCD, path, manifest, reason))


def _folder(manifest: Manifest, application: Application, path: str) -> str:
    """What tells the environment: a folder with a tier's name on the way to the Application or to what it applies, the
    cluster it is meant for, or the folder where it stands."""
    for place in (parent(manifest.path), path):
        steps = place.split("/")
        for index, step in enumerate(steps):
            if tier_of(step) is not Tier.UNKNOWN:
                return "/".join(steps[: index + 1])
    for destination in (application.destination_name, application.destination_server):
        if isinstance(destination, str) and destination and destination not in _IN_CLUSTER:
            return destination.rpartition("/")[2]
    return parent(manifest.path)


def application_sets(reach: Reach) -> Iterator[Undecided]:
    """ApplicationSets, whose Applications only their controller knows."""
    for path, manifest in reach.all_manifests():
        if is_application_set(manifest.value):
            yield Undecided(
                f"what {manifest.id} generates",
                "name the folders that it applies under environments.<name>.entry",
                Location(path, Span.point(manifest.line)),
            )

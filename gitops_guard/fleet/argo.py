"""Where Argo CD enters a repository."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.fleet.candidates import Candidate
from gitops_guard.fleet.flux import entry_manifests
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
    found = [item for item in reach.of_kind("Application") if argo_application(item.value) is not None]
    roots = [_candidate(manifest) for manifest in entry_manifests(reach, found)]
    return sorted(roots, key=lambda candidate: (candidate.folder, candidate.entry.path))


def _candidate(manifest: Manifest) -> Candidate:
    application = argo_application(manifest.value)
    assert application is not None, "it was asked for before"
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
    for manifest in reach.of_kind("ApplicationSet"):
        if is_application_set(manifest.value):
            yield Undecided(
                f"what {manifest.id} generates",
                "name the folders that it applies under environments.<name>.entry",
                Location(manifest.path, Span.point(manifest.line)),
            )

"""Whether an entry point that discovery found takes its files from this repository at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitops_guard.fleet.entry import FLUX_NAMESPACE
from gitops_guard.fleet.identity import SourceIdentity
from gitops_guard.fleet.paths import common_depth, is_within, source_path
from gitops_guard.fleet.reach import Reach
from gitops_guard.graph import FluxKustomization, flux_kustomization
from gitops_guard.model.config import Config
from gitops_guard.model.environment import EntryPoint, Undecided
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.resource import ResourceId


def foreign_entry(entry: EntryPoint, reach: Reach, config: Config, remotes: Sequence[str]) -> Undecided | None:
    """None where the entry point is one of this repository; otherwise what a person should write.

    A Kustomization that applies the file in which it stands, or that has the name that `flux bootstrap` gives, takes
    its files from here by definition. Another one does where its source's URL says so; where that cannot be told (no
    git remotes are known, or the source is declared nowhere), where its path is a folder of this repository.
    """
    manifest = entry.manifest
    view = flux_kustomization(manifest.value) if manifest else None
    if manifest is None or view is None or view.source is None or _is_bootstrap(view, manifest, entry):
        return None
    declared = _declaration(reach, view.source.target, manifest.path)
    match = SourceIdentity(remotes, config.sources).identify(view.source.target, declared)
    decided = match.ours or (bool(remotes) and declared is not None)
    ours = match.ours if decided else source_path(entry.path) in reach.folders.all
    if ours:
        return None
    return Undecided(
        f"what {manifest.id} applies: {match.reason}",
        "if that source is this repository, name it under sources",
        Location(manifest.path, Span.point(manifest.line)),
    )


def _is_bootstrap(view: FluxKustomization, manifest: Manifest, entry: EntryPoint) -> bool:
    named = view.id.name == FLUX_NAMESPACE and view.id.namespace in ("", FLUX_NAMESPACE)
    return named or (bool(entry.path) and is_within(manifest.path, entry.path))


def _declaration(reach: Reach, source: ResourceId, near: str) -> Mapping[str, object] | None:
    """The object of a source: of several with its name the one that stands nearest. Namespaces may be added later."""
    found = [
        (common_depth(manifest.path, near), manifest.value)
        for manifest in reach.of_kind(source.kind)
        if (manifest.id.group, manifest.id.name) == (source.group, source.name)
        and (not source.namespace or manifest.id.namespace in ("", source.namespace))
    ]
    return max(found, key=lambda item: item[0])[1] if found else None

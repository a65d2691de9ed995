"""The Kustomization that stands at an entry point."""

from __future__ import annotations

from typing import Final

from gitops_guard.fleet.paths import source_path
from gitops_guard.graph import FluxKustomization, InstanceSync, flux_instance, flux_kustomization, helm_release, raw_at
from gitops_guard.model.environment import EntryPoint, EntryPointKind
from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.resource import ResourceId

FLUX_NAMESPACE: Final = "flux-system"
"""The namespace, and the name of the source and of the Kustomization, that `flux bootstrap` uses."""


def entry_kustomization(entry: EntryPoint) -> FluxKustomization | None:
    """The Flux Kustomization of an entry point; None for entry points of other kinds.

    It is the entry's manifest where that is a Kustomization; what the Flux Operator makes where it is a FluxInstance
    (or a HelmRelease of the chart flux-instance); and what `flux bootstrap` would write where there is none.
    """
    if entry.kind is not EntryPointKind.FLUX:
        return None
    if entry.manifest is None:
        return _bootstrap(entry.path)
    written = flux_kustomization(entry.manifest.value)
    if written is not None:
        return written
    sync = instance_sync(entry.manifest)
    return _of_sync(sync) if sync is not None else _bootstrap(entry.path)


def instance_sync(manifest: Manifest) -> InstanceSync | None:
    """`sync` of a FluxInstance, or of a HelmRelease of the Flux Operator's chart flux-instance."""
    instance = flux_instance(manifest.value)
    if instance is not None:
        return instance.sync
    release = helm_release(manifest.value)
    if release is None or not isinstance(raw_at(release.values, "instance", "sync"), dict):
        return None
    target = text_at(manifest.value, "spec", "targetNamespace")
    # The chart writes `.Values.instance` as the spec of a FluxInstance with the release's name.
    made = flux_instance(
        {
            "apiVersion": "fluxcd.controlplane.io/v1",
            "kind": "FluxInstance",
            "metadata": {
                "name": "flux",
                "namespace": target or release.id.namespace or FLUX_NAMESPACE,
            },
            "spec": raw_at(release.values, "instance"),
        }
    )
    return made.sync if made else None


def sync_path(sync: InstanceSync) -> str | None:
    """The folder that a FluxInstance applies; None where it syncs nothing or its path is not known."""
    return source_path(sync.path) if isinstance(sync.path, str) else None


def _bootstrap(path: str) -> FluxKustomization | None:
    return flux_kustomization(
        {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": {"name": FLUX_NAMESPACE, "namespace": FLUX_NAMESPACE},
            "spec": {
                "path": f"./{path}",
                "prune": True,
                "sourceRef": {"kind": "GitRepository", "name": FLUX_NAMESPACE},
            },
        }
    )


def _of_sync(sync: InstanceSync) -> FluxKustomization | None:
    source: ResourceId = sync.source
    return flux_kustomization(
        {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": {"name": sync.kustomization.name, "namespace": sync.kustomization.namespace},
            "spec": {"path": sync.path, "prune": True, "sourceRef": {"kind": source.kind, "name": source.name}},
        }
    )

"""The Flux Operator's objects as types (github.com/controlplaneio-fluxcd/flux-operator, api/v1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import raw_at
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.resource import ResourceId, kind_of

OPERATOR_GROUP: Final = "fluxcd.controlplane.io"


@dataclass(frozen=True, slots=True)
class InstanceSync:
    """`spec.sync`: the operator makes a source of this kind and a Kustomization, both of the same name.

    `path` is the Kustomization's path; its path in the object is `spec.sync.path`.
    """

    source: ResourceId
    kustomization: ResourceId
    url: object
    ref: object
    path: object


@dataclass(frozen=True, slots=True)
class FluxInstance:
    """`version` is a semver expression (`2.x`); `artifact` an `oci://` URL, absent in most instances."""

    id: ResourceId
    version: object
    artifact: object
    registry: object
    sync: InstanceSync | None


def flux_instance(value: Mapping[str, object]) -> FluxInstance | None:
    """None where the object is no FluxInstance."""
    if kind_of(value) != (OPERATOR_GROUP, "FluxInstance"):
        return None
    found = ResourceId.of(value)
    return FluxInstance(
        id=found,
        version=raw_at(value, "spec", "distribution", "version"),
        artifact=raw_at(value, "spec", "distribution", "artifact"),
        registry=raw_at(value, "spec", "distribution", "registry"),
        sync=_sync(value, found.namespace),
    )


def _sync(value: Mapping[str, object], namespace: str) -> InstanceSync | None:
    sync = raw_at(value, "spec", "sync")
    if not isinstance(sync, Mapping):
        return None
    # "When not specified, the name is set to the namespace name of the FluxInstance" (api/v1, Sync.Name).
    name = text_at(sync, "name") or namespace
    return InstanceSync(
        source=ResourceId(SOURCE_GROUP, text_at(sync, "kind") or "GitRepository", namespace, name),
        kustomization=ResourceId(KUSTOMIZE_GROUP, "Kustomization", namespace, name),
        url=raw_at(sync, "url"),
        ref=raw_at(sync, "ref"),
        path=raw_at(sync, "path"),
    )


def is_resource_set(value: Mapping[str, object]) -> bool:
    """Whether the object is a ResourceSet: a template whose objects only the operator knows."""
    return kind_of(value) == (OPERATOR_GROUP, "ResourceSet")

"""Which documents are objects for a cluster, and under which identity it would know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.resource import ResourceId
from gitops_guard.render.scopes import CLUSTER_SCOPED
from gitops_guard.render.vtree import KUSTOMIZATION_NAMES

_KUSTOMIZE_GROUP: Final = "kustomize.config.k8s.io/"


def is_cluster_scoped(kind: tuple[str, str], scopes: Mapping[tuple[str, str], bool]) -> bool:
    """By the CustomResourceDefinitions of the repository, else by what is known of Kubernetes."""
    return scopes.get(kind, kind in CLUSTER_SCOPED)


def identity_of(value: Mapping[str, object], scopes: Mapping[tuple[str, str], bool]) -> ResourceId:
    """The identity that the API server would see: a namespace on a cluster-scoped object is dropped."""
    found = ResourceId.of(value)
    if found.namespace and is_cluster_scoped((found.group, found.kind), scopes):
        return ResourceId(found.group, found.kind, "", found.name)
    return found


def is_object(manifest: Manifest) -> bool:
    """Whether a document is an object for a cluster: API version, kind, name, and not kustomize's own."""
    api_version = text_at(manifest.value, "apiVersion")
    named = text_at(manifest.value, "metadata", "name") or text_at(manifest.value, "metadata", "generateName")
    is_kustomize = api_version.startswith(_KUSTOMIZE_GROUP) or manifest.path.rpartition("/")[2] in KUSTOMIZATION_NAMES
    return bool(api_version and text_at(manifest.value, "kind") and named) and not is_kustomize

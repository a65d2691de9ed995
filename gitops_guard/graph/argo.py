"""Argo CD's objects as types (argoproj.io; github.com/argoproj/argo-cd, pkg/apis/application/v1alpha1/types.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import items_at, raw_at
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.resource import ResourceId, kind_of

ARGO_GROUP: Final = "argoproj.io"


@dataclass(frozen=True, slots=True)
class ApplicationSource:
    """One source of an Application: `chart` is set for Helm repositories, `path` for git; no revision is `HEAD`."""

    field: FieldPath
    repo_url: object
    path: object
    chart: object
    target_revision: object
    directory: Mapping[str, object]
    """`{recurse, include, exclude, jsonnet}` for a folder of plain manifests."""
    kustomize: Mapping[str, object]
    helm: Mapping[str, object]
    plugin: Mapping[str, object]
    ref: object
    """A name that other sources' value files use; such a source may have no path of its own."""

    @property
    def revision_path(self) -> FieldPath:
        """Where the revision stands, or belongs."""
        return (*self.field, "targetRevision")


@dataclass(frozen=True, slots=True)
class Application:
    """`sources` is `spec.sources`, or `spec.source` alone where that list is empty (`ApplicationSpec.GetSources`)."""

    id: ResourceId
    sources: tuple[ApplicationSource, ...]
    destination_server: object
    destination_name: object
    destination_namespace: object
    project: object


def argo_application(value: Mapping[str, object]) -> Application | None:
    """None where the object is no Argo CD Application."""
    if kind_of(value) != (ARGO_GROUP, "Application"):
        return None
    found = ResourceId.of(value)
    destination = mapping_at(value, "spec", "destination")
    return Application(
        id=found,
        sources=tuple(_sources(value)),
        destination_server=raw_at(destination, "server"),
        destination_name=raw_at(destination, "name"),
        destination_namespace=raw_at(destination, "namespace"),
        project=raw_at(value, "spec", "project"),
    )


def is_application_set(value: Mapping[str, object]) -> bool:
    """Whether the object is an ApplicationSet: its Applications are known to its controller alone."""
    return kind_of(value) == (ARGO_GROUP, "ApplicationSet")


def _sources(value: Mapping[str, object]) -> Iterator[ApplicationSource]:
    listed = list(items_at(value, ("spec", "sources")))
    single = raw_at(value, "spec", "source")
    if not listed and isinstance(single, Mapping):
        listed = [(("spec", "source"), single)]
    for path, item in listed:
        yield ApplicationSource(
            field=path,
            repo_url=raw_at(item, "repoURL"),
            path=raw_at(item, "path"),
            chart=raw_at(item, "chart"),
            target_revision=raw_at(item, "targetRevision"),
            directory=mapping_at(item, "directory"),
            kustomize=mapping_at(item, "kustomize"),
            helm=mapping_at(item, "helm"),
            plugin=mapping_at(item, "plugin"),
            ref=raw_at(item, "ref"),
        )

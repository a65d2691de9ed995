"""Flux's HelmRelease as a type (github.com/fluxcd/helm-controller, api/v2; the same fields in v2beta1 and v2beta2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, items_at, raw_at, reference_at
from gitops_guard.graph.kustomization import depends_on
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.resource import ResourceId, kind_of
from gitops_guard.model.unknown import Unknown

HELM_GROUP: Final = "helm.toolkit.fluxcd.io"


@dataclass(frozen=True, slots=True)
class ChartTemplate:
    """`spec.chart.spec`. `version` is ignored unless the source is a HelmRepository; absent it is the latest, `*`."""

    chart: object
    version: object
    source: ObjectRef | None
    verify: Mapping[str, object] | None
    path: FieldPath = ("spec", "chart", "spec")

    @property
    def version_path(self) -> FieldPath:
        """Where the version stands, or belongs."""
        return (*self.path, "version")


@dataclass(frozen=True, slots=True)
class ValuesFrom:
    """One entry of `valuesFrom`: a ConfigMap or Secret in the release's own namespace; no `key` is `values.yaml`."""

    ref: ObjectRef
    key: object
    target_path: object
    optional: bool | Unknown


@dataclass(frozen=True, slots=True)
class HelmRelease:
    """One of `chart` and `chart_ref` is set in a valid release. Scalar fields are `object` as in `sources`."""

    id: ResourceId
    chart: ChartTemplate | None
    chart_ref: ObjectRef | None
    release_name: object
    """As written; see `effective_release_name`."""
    target_namespace: object
    storage_namespace: object
    depends_on: tuple[ObjectRef, ...]
    values: Mapping[str, object]
    values_from: tuple[ValuesFrom, ...]
    post_renderers: tuple[Mapping[str, object], ...]
    suspend: bool | Unknown
    kube_config: Mapping[str, object] | None

    @property
    def release_namespace(self) -> object:
        """`GetReleaseNamespace`: the target namespace, or else the release's own."""
        return self.target_namespace or self.id.namespace

    @property
    def effective_release_name(self) -> object:
        """`GetReleaseName`: as stated, or `<targetNamespace>-<name>`, or the name. Flux cuts it to 53 characters."""
        if self.release_name:
            return self.release_name
        if isinstance(self.target_namespace, Unknown):
            return self.target_namespace
        return f"{self.target_namespace}-{self.id.name}" if self.target_namespace else self.id.name


def helm_release(value: Mapping[str, object]) -> HelmRelease | None:
    """None where the object is no HelmRelease of helm-controller."""
    if kind_of(value) != (HELM_GROUP, "HelmRelease"):
        return None
    found = ResourceId.of(value)
    spec = mapping_at(value, "spec")
    kube_config = raw_at(spec, "kubeConfig")
    return HelmRelease(
        id=found,
        chart=_chart(value, found.namespace),
        chart_ref=reference_at(value, ("spec", "chartRef"), group=SOURCE_GROUP, namespace=found.namespace),
        release_name=raw_at(spec, "releaseName"),
        target_namespace=raw_at(spec, "targetNamespace"),
        storage_namespace=raw_at(spec, "storageNamespace"),
        depends_on=depends_on(value, found),
        values=mapping_at(spec, "values"),
        values_from=tuple(_values_from(value, found.namespace)),
        post_renderers=tuple(item for _, item in items_at(value, ("spec", "postRenderers"))),
        suspend=flag_at(spec, "suspend"),
        kube_config=kube_config if isinstance(kube_config, Mapping) else None,
    )


def _chart(value: Mapping[str, object], namespace: str) -> ChartTemplate | None:
    if not isinstance(raw_at(value, "spec", "chart"), Mapping):
        return None
    spec = mapping_at(value, "spec", "chart", "spec")
    verify = raw_at(spec, "verify")
    return ChartTemplate(
        chart=raw_at(spec, "chart"),
        version=raw_at(spec, "version"),
        source=reference_at(value, ("spec", "chart", "spec", "sourceRef"), group=SOURCE_GROUP, namespace=namespace),
        verify=verify if isinstance(verify, Mapping) else None,
    )


def _values_from(value: Mapping[str, object], namespace: str) -> Iterator[ValuesFrom]:
    for path, item in items_at(value, ("spec", "valuesFrom")):
        ref = reference_at(value, path, group="", namespace=namespace, local=True)
        if ref is not None:
            yield ValuesFrom(ref, raw_at(item, "valuesKey"), raw_at(item, "targetPath"), flag_at(item, "optional"))

"""Flagger's Canary as a type (flagger.app; github.com/fluxcd/flagger, pkg/apis/flagger/v1beta1/canary.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, reference_at
from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.resource import ResourceId, kind_of, split_api_version
from gitops_guard.model.unknown import Unknown

FLAGGER_GROUP: Final = "flagger.app"


@dataclass(frozen=True, slots=True)
class Canary:
    """`service_name` is what its Services are named after; empty where that is not known.

    Flagger makes the Services `<name>`, `<name>-primary` and `<name>-canary` (`GetServiceNames`), the workload
    `<target>-primary` and the autoscaler `<autoscaler>-primary`.
    """

    id: ResourceId
    target: ObjectRef | None
    autoscaler: ObjectRef | None
    service_name: str
    suspend: bool | Unknown

    @property
    def service_names(self) -> tuple[str, ...]:
        """The Services that it makes; empty where they are not known."""
        name = self.service_name
        return (name, f"{name}-primary", f"{name}-canary") if name else ()


def flagger_canary(value: Mapping[str, object]) -> Canary | None:
    """None where the object is no Canary of Flagger."""
    if kind_of(value) != (FLAGGER_GROUP, "Canary"):
        return None
    found = ResourceId.of(value)
    target = _workload(value, "targetRef", found.namespace)
    service = text_at(value, "spec", "service", "name")
    return Canary(
        id=found,
        target=target,
        autoscaler=_workload(value, "autoscalerRef", found.namespace),
        service_name=service or (target.target.name if target and target.complete else ""),
        suspend=flag_at(value, "spec", "suspend"),
    )


def _workload(value: Mapping[str, object], key: str, namespace: str) -> ObjectRef | None:
    group, _ = split_api_version(text_at(value, "spec", key, "apiVersion"))
    return reference_at(value, ("spec", key), group=group, namespace=namespace, local=True)

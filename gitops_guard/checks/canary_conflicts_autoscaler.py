"""Canaries, autoscalers and fixed replicas that fight over one workload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.graph import Canary, Role, flagger_canary, references
from gitops_guard.graph.flagger import FLAGGER_GROUP
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath, lookup
from gitops_guard.model.finding import Hit, Related
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context

_SCALERS: Final = (("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject"))
_REPLICAS: Final[FieldPath] = ("spec", "replicas")


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment."""
    scalers = _scalers(facts)
    for item in facts.of_kind(FLAGGER_GROUP, "Canary"):
        canary = flagger_canary(item.value)
        if canary is None or canary.target is None or not canary.target.complete:
            continue
        target = canary.target.target
        scaler = scalers.get(target)
        if scaler and not _refers_to(canary, scaler):
            yield _not_referenced(item, canary, scaler)
        for workload in facts.by_id.get(target, ())[:1] if scaler or canary.autoscaler else ():
            replicas = lookup(workload.value, _REPLICAS)
            if isinstance(replicas, int) and replicas > 0:
                yield _fixed(workload, item, replicas)


def _scalers(facts: EnvironmentFacts) -> dict[ResourceId, RenderedObject]:
    """Autoscalers by the workload that they scale."""
    found: dict[ResourceId, RenderedObject] = {}
    for group, kind in _SCALERS:
        for item in facts.of_kind(group, kind):
            for reference in references(item.value):
                if reference.role is Role.SCALE_TARGET and reference.unknown is None:
                    found.setdefault(reference.target, item)
    return found


def _refers_to(canary: Canary, scaler: RenderedObject) -> bool:
    """An autoscaler reference that is not known may well be the right one."""
    ref = canary.autoscaler
    if ref is None:
        return False
    return not ref.complete or (ref.target.kind, ref.target.name) == (scaler.id.kind, scaler.id.name)


def _not_referenced(item: RenderedObject, canary: Canary, scaler: RenderedObject) -> Hit:
    stated = f"names {canary.autoscaler.target.name} instead" if canary.autoscaler else "does not name it"
    return Hit(
        f"{scaler.id} scales this Canary's target, but the Canary {stated}: Flagger sends the traffic to a copy of the "
        "workload that nothing scales",
        item,
        canary.autoscaler.path if canary.autoscaler else ("spec", "targetRef"),
        at="value" if canary.autoscaler else "key",
        fix=f"set spec.autoscalerRef to {scaler.api_version} {scaler.id.kind} {scaler.id.name}",
        cause=str(scaler.id),
        related=(Related("the autoscaler", scaler),),
    )


def _fixed(workload: RenderedObject, canary: RenderedObject, replicas: int) -> Hit:
    return Hit(
        f"replicas is fixed to {replicas}, but Flagger and an autoscaler set it, too: each time Flux applies this, "
        "it starts or stops pods in the middle of a rollout",
        workload,
        _REPLICAS,
        fix="remove spec.replicas; the autoscaler's minReplicas says how many run at least",
        cause="replicas",
        related=(Related("the Canary", canary),),
    )

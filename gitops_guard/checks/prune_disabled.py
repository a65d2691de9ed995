"""Flux Kustomizations that never delete what was removed from git."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import lookup
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context

# Deleting one of these deletes data, or every object of a kind: here `prune: false` is care.
_KEPT_ON_PURPOSE: Final = frozenset(
    {
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("", "Namespace"),
        ("", "PersistentVolumeClaim"),
        ("", "PersistentVolume"),
        ("apps", "StatefulSet"),
    }
)

_UNSEEN: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: it needs to know what a Kustomization applies."""
    applied: dict[object, set[tuple[str, str]]] = {}
    for item in facts.objects:
        applied.setdefault(item.applier, set()).add((item.id.group, item.id.kind))
    path = ("spec", "prune")
    for item in facts.of_kind(KUSTOMIZE_GROUP, "Kustomization"):
        if lookup(item.value, path) is not False:
            continue
        kinds = applied.get(item.id, set())
        gap = next((gap for gap in facts.gaps if gap.cause == item.id), None)
        if kinds & _KEPT_ON_PURPOSE:
            continue
        if gap is not None or not kinds:
            yield NotJudged(gap.reason if gap else "what it applies could not be rendered", item, path)
        elif _UNSEEN in kinds:
            yield NotJudged("a chart may hold CustomResourceDefinitions or volumes", item, path)
        else:
            yield Hit(
                "prune is off: what is removed from git keeps running in the cluster",
                item,
                path,
                fix="set prune: true",
                cause="false",
            )

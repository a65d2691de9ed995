"""Which sources of an environment are this repository."""

from __future__ import annotations

from typing import Final

from gitops_guard.graph import flux_kustomization
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.resource import ResourceId

_FETCHED: Final = frozenset({"GitRepository", "OCIRepository", "Bucket"})


def own_sources(facts: EnvironmentFacts) -> frozenset[ResourceId]:
    """The declared ones, and those that bootstrap or an operator makes.

    The latter are no objects of the environment. They are known by what was rendered from them: an undeclared source
    that a Kustomization could be built from must be this repository.
    """
    appliers = {item.applier for item in facts.objects}
    found = set(facts.own_sources)
    for item in facts.of_kind(KUSTOMIZE_GROUP, "Kustomization"):
        view = flux_kustomization(item.value) if item.id in appliers else None
        source = view.source if view else None
        if source and source.complete and source.target.kind in _FETCHED and source.target not in facts.by_id:
            found.add(source.target)
    return frozenset(found)

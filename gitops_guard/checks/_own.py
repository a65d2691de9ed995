"""Which sources of an environment are this repository."""

from __future__ import annotations

from typing import Final

from gitops_guard.graph import ObjectRef, reference_at
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.rendered import RenderedObject
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
        source = source_of(item) if item.id in appliers else None
        if source and source.complete and source.target.kind in _FETCHED and source.target not in facts.by_id:
            found.add(source.target)
    return frozenset(found)


def source_of(item: RenderedObject) -> ObjectRef | None:
    """The `sourceRef` of a Flux Kustomization; many rules need nothing else of it."""
    return reference_at(item.value, ("spec", "sourceRef"), group=SOURCE_GROUP, namespace=item.id.namespace)

"""Kustomizations or HelmReleases that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitops_guard.graph import ObjectRef
from gitops_guard.graph.helm import HELM_GROUP
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP, depends_on
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context

Dependencies = dict[ResourceId, dict[ResourceId, ObjectRef]]


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment. One finding for each cycle, on the member with the lowest name."""
    items: dict[ResourceId, RenderedObject] = {}
    wanted: Dependencies = {}
    for item in (*facts.of_kind(KUSTOMIZE_GROUP, "Kustomization"), *facts.of_kind(HELM_GROUP, "HelmRelease")):
        items.setdefault(item.id, item)
        wanted.setdefault(item.id, {ref.target: ref for ref in depends_on(item.value, item.id) if ref.complete})
    for cycle in find_cycles(wanted):
        first = cycle.index(min(cycle))
        ordered = [*cycle[first:], *cycle[:first]]
        head, following = ordered[0], ordered[1 % len(ordered)]
        names = " -> ".join(member.name for member in (*ordered, head))
        yield Hit(
            f"{head.kind}s wait for each other: {names}: none of them is ever applied",
            items[head],
            wanted[head][following].path,
            fix="remove one of these dependsOn",
            cause=" ".join(sorted(str(member) for member in cycle)),
        )


def find_cycles(wanted: Mapping[ResourceId, Mapping[ResourceId, object]]) -> Iterator[list[ResourceId]]:
    """Cycles of a graph, at least one of each knot, in time linear in its edges.

    What depends on nothing that is left cannot be on a cycle and is taken away; from what stays, every walk along
    dependencies must come back to where it has been.
    """
    left = _without_ends(wanted)
    walked: set[ResourceId] = set()
    for start in sorted(left):
        walk: dict[ResourceId, int] = {}
        node = start
        while node not in walked:
            if node in walk:
                path = list(walk)
                yield path[walk[node] :]
                break
            walk[node] = len(walk)
            node = min(target for target in wanted[node] if target in left)
        walked.update(walk)


def _without_ends(wanted: Mapping[ResourceId, Mapping[ResourceId, object]]) -> set[ResourceId]:
    waiting = {node: sum(target in wanted for target in targets) for node, targets in wanted.items()}
    dependents: dict[ResourceId, list[ResourceId]] = {node: [] for node in wanted}
    for node, targets in wanted.items():
        for target in targets:
            if target in dependents:
                dependents[target].append(node)
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        for dependent in dependents[ready.pop()]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                ready.append(dependent)
    return {node for node, count in waiting.items() if count}

"""Every knot of dependencies is reported, and nothing that is not a cycle."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.checks.depends_on_cycle import find_cycles
from gitops_guard.model.resource import ResourceId

NODES = [ResourceId("kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", f"n{number}") for number in range(7)]
graphs = st.dictionaries(
    st.sampled_from(NODES[:6]), st.dictionaries(st.sampled_from(NODES), st.none(), max_size=4), max_size=6
)


@given(graphs)
def test_cycles(graph: dict[ResourceId, dict[ResourceId, None]]) -> None:
    cycles = list(find_cycles(graph))
    for cycle in cycles:
        assert len(set(cycle)) == len(cycle)
        for member, following in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert following in graph[member]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        assert cycles
    else:
        assert not cycles


@given(graphs)
def test_a_member_is_in_one_cycle_at_most(graph: dict[ResourceId, dict[ResourceId, None]]) -> None:
    members = [member for cycle in find_cycles(graph) for member in cycle]
    assert len(set(members)) == len(members)


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [ResourceId("", "", "", f"{number:06}") for number in range(20_000)]
    graph = {member: {following: None} for member, following in zip(chain, [*chain[1:], chain[0]], strict=True)}
    assert [len(cycle) for cycle in find_cycles(graph)] == [20_000]

"""Paths, names, tiers, order, and the Kustomization of an entry point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.fleet import Folders, dependency_order, entry_kustomization, source_path
from gitops_guard.fleet.order import entry_nodes
from gitops_guard.fleet.tiers import discovered_tier, environment_name, tier_of, unique_names
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Tier


@pytest.mark.parametrize(
    ("text", "path"),
    [("./apps/", "apps"), ("", ""), (".", ""), ("/apps", "apps"), ("a/../../b", "b"), ("a//b", "a/b")],
)
def test_source_paths_stay_inside(text: str, path: str) -> None:
    assert source_path(text) == path


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        *(
            (name, Tier.PRODUCTION)
            for name in ("production", "c2-production", "prod1", "euProd", "prd", "live", "prod-test")
        ),
        *(
            (name, Tier.STAGING)
            for name in ("staging", "stg", "pre-prod", "preprod", "nonprod", "uat2", "non-production")
        ),
        *((name, Tier.DEVELOPMENT) for name in ("dev", "playground", "test", "homelab", "sandbox-eu", "e2e")),
        *((name, Tier.UNKNOWN) for name in ("c3", "monitoring", "delivery", "devops", "productive", "olive", "")),
    ],
)
def test_tiers(name: str, tier: Tier) -> None:
    assert tier_of(name) is tier


def test_a_folder_on_the_way_tells_the_tier_as_well() -> None:
    assert discovered_tier("eu-1", ["clusters/prod/eu-1"]) == (Tier.PRODUCTION, "its folder clusters/prod/eu-1")


def test_names() -> None:
    assert environment_name("clusters/c2-production") == "c2-production"
    assert environment_name("clusters/prod/flux-system") == "prod"
    assert environment_name("kubernetes/flux/cluster") == "cluster"
    assert unique_names(["clusters/eu/prod", "clusters/us/prod", "dev"]) == {
        "clusters/eu/prod": "eu-prod",
        "clusters/us/prod": "us-prod",
        "dev": "dev",
    }


@given(
    st.lists(st.lists(st.sampled_from(["clusters", "prod", "eu", "us", "apps"]), max_size=4).map("/".join), unique=True)
)
def test_names_are_unique(folders: list[str]) -> None:
    names = unique_names(folders)
    assert set(names) == set(folders)
    assert len(set(names.values())) == len(names)
    assert all(names.values())


_ITEMS = st.integers(0, 12)


@given(st.dictionaries(_ITEMS, st.sets(_ITEMS, max_size=4), max_size=13))
def test_dependencies_come_first(dependencies: dict[int, set[int]]) -> None:
    ordered = dependency_order(dependencies)
    assert sorted(ordered) == sorted(dependencies)
    acyclic = {item: {other for other in needed if other < item} for item, needed in dependencies.items()}
    place = {item: index for index, item in enumerate(dependency_order(acyclic))}
    assert all(place[other] < place[item] for item, needed in acyclic.items() for other in needed if other in place)


def test_order_is_by_name_where_nothing_else_decides() -> None:
    assert dependency_order({"b": [], "a": [], "c": ["gone"]}) == ["a", "b", "c"]
    assert dependency_order({"a": ["b"], "b": ["a"], "c": []}) == ["c", "a", "b"]


@given(st.dictionaries(_ITEMS, st.lists(_ITEMS, max_size=4), max_size=13))
def test_entry_nodes_reach_everything_and_none_is_spare(graph: dict[int, list[int]]) -> None:
    def reached(start: int) -> set[int]:
        found, waiting = set[int](), [start]
        while waiting:
            item = waiting.pop()
            if item in graph and item not in found:
                found.add(item)
                waiting.extend(graph[item])
        return found

    entries = entry_nodes(graph)
    assert set().union(*map(reached, entries)) == set(graph)
    assert all(other not in reached(item) for item in entries for other in entries if other != item)


def test_of_a_cycle_the_first_is_the_entry() -> None:
    assert entry_nodes({"b": ["a"], "a": ["b", "c"], "c": [], "d": ["d"]}) == ["b", "d"]
    assert len(entry_nodes({index: [index + 1] for index in range(20_000)})) == 1


def test_folders() -> None:
    folders = Folders(["a/b/x.yaml", "a-b/y.yaml", "z.yaml", "a/kustomization.yml"])
    assert folders.below("a") == ["a/b/x.yaml", "a/kustomization.yml"]
    assert folders.children("") == ["a", "a-b"]
    assert folders.names("") == ["a", "a-b", "z.yaml"]
    assert folders.kustomization_of("a") == "a/kustomization.yml"
    assert folders.kustomization_of("a/b") is None
    assert "a" not in folders
    assert folders.all == {"", "a", "a/b", "a-b"}


def test_the_kustomization_that_bootstrap_would_write() -> None:
    view = entry_kustomization(EntryPoint(EntryPointKind.FLUX, "clusters/prod"))
    assert view is not None
    assert (str(view.id), view.path, view.prune) == ("Kustomization/flux-system/flux-system", "./clusters/prod", True)
    assert view.source is not None
    assert str(view.source.target) == "GitRepository/flux-system/flux-system"
    assert entry_kustomization(EntryPoint(EntryPointKind.DIRECTORY, "x")) is None

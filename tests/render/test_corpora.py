"""Real repositories: everything renders, or has a failure that is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops_guard.git import DirectoryTree
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import lookup
from gitops_guard.model.unknown import find_unknowns
from tests.render.support import MemoryCache, engine, render, shared_cache

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="shared/corpora is not here")


def environments(corpus: str) -> dict[str, EnvironmentFacts]:
    facts = render(DirectoryTree(CORPORA / corpus), cache=shared_cache())
    return {found.environment.name: found for found in facts.environments}


def failures(found: EnvironmentFacts) -> set[tuple[str, str]]:
    return {(failure.code, failure.applier.name if failure.applier else "") for failure in found.failures}


def test_the_reference_layout() -> None:
    found = environments("flux2-kustomize-helm-example")
    assert {name: len(facts.objects) for name, facts in found.items()} == {"production": 16, "staging": 16}
    assert all(not facts.failures for facts in found.values())
    versions = {
        name: [
            lookup(item.value, ("spec", "chart", "spec", "version"))
            for item in facts.of_kind("helm.toolkit.fluxcd.io", "HelmRelease")
            if item.id.name == "podinfo"
        ]
        for name, facts in found.items()
    }
    assert versions["production"] == [">=1.0.0"]
    servers = {
        name: [
            lookup(item.value, ("spec", "acme", "server")) for item in facts.of_kind("cert-manager.io", "ClusterIssuer")
        ]
        for name, facts in found.items()
    }
    assert servers["production"] == ["https://acme-v02.api.letsencrypt.org/directory"]
    assert servers["staging"] != servers["production"]


def test_tenants() -> None:
    found = environments("flux2-multi-tenancy")
    assert {name: len(facts.objects) for name, facts in found.items()} == {"production": 12, "staging": 12}
    assert all(not facts.failures for facts in found.values())


def test_variables_of_six_clusters() -> None:
    found = environments("radix-flux")
    assert len(found) == 6
    for facts in found.values():
        # The remote bases are in no repository of ours; nothing else fails.
        assert {code for code, _ in failures(facts)} == {"remote-refused"}
        assert not any(item.undefined for item in facts.substitutions)
        for item in facts.of_kind("helm.toolkit.fluxcd.io", "HelmRelease"):
            version = lookup(item.value, ("spec", "chart", "spec", "version"))
            assert "${" not in str(version) or list(find_unknowns(version))


def test_home_ops() -> None:
    (facts,) = environments("home-ops").values()
    assert len(facts.objects) > 500
    # The corpus holds YAML only: sonarr's generator reads two shell scripts.
    assert failures(facts) == {("resource-file-exists", "sonarr")}


def test_what_is_cached_is_the_same() -> None:
    tree, cache = DirectoryTree(CORPORA / "flux2-kustomize-helm-example"), MemoryCache()
    cold = render(tree, cache=cache)
    stored = dict(cache.stored)
    warm = render(tree, cache=cache)
    assert cache.stored == stored
    assert stored
    for one, other in zip(cold.environments, warm.environments, strict=True):
        assert [(item.id, item.digest, item.value) for item in one.objects] == [
            (item.id, item.digest, item.value) for item in other.objects
        ]
    assert engine().identity

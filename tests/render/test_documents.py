"""Documents as they stand."""

from __future__ import annotations

from gitops_guard.model.cache import NoCache
from gitops_guard.model.config import Config, EnvironmentConfig
from gitops_guard.model.environment import Tier
from gitops_guard.model.resource import ResourceId
from gitops_guard.render import documents_facts, render_fleet
from tests.render.support import engine, folder_fleet, parsed, tree_of

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {k: on}\n"
FILES = {
    "app/kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\npatchesStrategicMerge: [q.yaml]\n",
    "app/a.yaml": OBJECT + "---\n" + OBJECT.replace("x", "second"),
    "app/p.yaml": OBJECT,
    "app/q.yaml": OBJECT,
    "app/values.yaml": "replicas: 1\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    "chart/templates/t.yaml": OBJECT,
}


def test_patches_kustomizations_and_charts_are_no_objects() -> None:
    tree = tree_of(FILES)
    facts = documents_facts(tree, parsed(tree), Config())
    (environment,) = facts.environments
    assert [(item.origin.path, item.origin.document, item.id.name) for item in environment.objects] == [
        ("app/a.yaml", 0, "x"),
        ("app/a.yaml", 1, "second"),
    ]
    assert not facts.rendered
    assert environment.environment.tier is Tier.UNKNOWN
    assert environment.gap_for(ResourceId("", "Secret", "any", "thing"))
    assert str(facts.locator.locate(environment.objects[1], ("data", "k"))) == "app/a.yaml:9:11"


def test_the_tier_of_the_environment_that_all_paths_belong_to() -> None:
    tree = tree_of(FILES)
    config = Config(environments=(EnvironmentConfig("staging", Tier.STAGING, ("app", "chart"), "1.33"),))
    (found,) = documents_facts(tree, parsed(tree), config).environments
    assert (found.environment.tier, found.environment.cluster_version) == (Tier.STAGING, "1.33")
    (found,) = documents_facts(tree, parsed(tree), config, tier=Tier.PRODUCTION).environments
    assert found.environment.tier is Tier.PRODUCTION


def test_only_the_paths_that_were_asked_for() -> None:
    tree = tree_of(FILES)
    (found,) = documents_facts(tree, parsed(tree), Config(), paths=["app/p.yaml"]).environments
    assert found.objects == ()


def test_a_folder_without_kustomization_is_applied_as_kubectl_reads_it() -> None:
    tree = tree_of({"plain/sub/a.yaml": OBJECT, "plain/values.yaml": "x: 1\n", "plain/n.txt": ""})
    facts = render_fleet(tree, parsed(tree), folder_fleet("plain"), Config(), engine(), NoCache())
    (found,) = facts.environments[0].objects
    assert found.value["data"] == {"k": True}
    assert str(facts.locator.locate(found, ("data", "k"))) == "plain/sub/a.yaml:4:11"

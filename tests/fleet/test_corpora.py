"""What discovery finds in real repositories."""

from __future__ import annotations

import pytest

from gitops_guard.model.environment import Tier
from tests.fleet.trees import corpus, discovered, told

PRODUCTION, STAGING, DEVELOPMENT, UNKNOWN = Tier.PRODUCTION, Tier.STAGING, Tier.DEVELOPMENT, Tier.UNKNOWN


@pytest.mark.parametrize(
    ("name", "tiers"),
    [
        ("flux2-kustomize-helm-example", {"production": PRODUCTION, "staging": STAGING}),
        ("flux2-multi-tenancy", {"production": PRODUCTION, "staging": STAGING}),
        (
            "radix-flux",
            {
                "c2-production": PRODUCTION,
                "c3": UNKNOWN,
                "development": DEVELOPMENT,
                "monitoring": UNKNOWN,
                "playground": DEVELOPMENT,
                "production": PRODUCTION,
            },
        ),
    ],
)
def test_clusters(name: str, tiers: dict[str, Tier]) -> None:
    fleet = discovered(corpus(name))
    assert told(fleet) == {environment: [("flux", f"clusters/{environment}")] for environment in tiers}
    assert {item.name: item.tier for item in fleet.environments} == tiers
    assert fleet.undecided == ()
    assert fleet.discovered


def test_home_ops_is_the_one_cluster_that_its_flux_instance_syncs() -> None:
    fleet = discovered(corpus("home-ops"))
    assert told(fleet) == {"cluster": [("flux", "kubernetes/flux/cluster")]}
    assert fleet.environments[0].tier_reason == "not known: judged as production"


def test_an_environment_whose_tier_is_not_known_is_told_so() -> None:
    environment = discovered(corpus("radix-flux")).environment("c3")
    assert environment.tier.judged_as_production
    assert "not known" in environment.tier_reason

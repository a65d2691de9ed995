"""Environment names, and the tier that a name tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from gitops_guard.model.environment import Tier

_TIERS: Final[Mapping[Tier, frozenset[str]]] = {
    Tier.PRODUCTION: frozenset({"production", "prod", "prd", "live"}),
    Tier.STAGING: frozenset(
        {
            *("staging", "stage", "stg", "uat", "qa", "acceptance", "preprod", "preproduction", "preprd", "nonprod"),
            *("nonproduction", "nonprd", "rc"),
        }
    ),
    Tier.DEVELOPMENT: frozenset(
        {
            *("development", "develop", "devel", "dev", "test", "testing", "tst", "sandbox", "sbx", "playground"),
            *("play", "lab", "homelab", "demo", "local", "integration", "ci", "e2e", "preview", "ephemeral"),
            *("experimental", "poc", "kind", "minikube", "k3d"),
        }
    ),
}
_NEGATIONS: Final = frozenset({"pre", "non", "not", "no"})
_SPLIT: Final = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
UNKNOWN_REASON: Final = "not known: judged as production"

# Folder names that say what is in a folder and not which environment it is.
_GENERIC: Final = frozenset(
    {
        *(
            "app",
            "apps",
            "argo",
            "argocd",
            "base",
            "bootstrap",
            "cluster",
            "clusters",
            "config",
            "deploy",
            "deployment",
        ),
        *("deployments", "environment", "environments", "envs", "flux", "flux-system", "gitops", "infra"),
        *("infrastructure", "k8s", "kubernetes", "main", "manifests", "overlays", "root", "src", "sync"),
    }
)
FALLBACK_NAME: Final = "cluster"


def words_of(name: str) -> list[str]:
    """`c2-production` -> `c2`, `production`; `euProd1` -> `eu`, `prod`; `pre-prod` -> `preprod`."""
    words = [word.lower() for word in _SPLIT.split(name) if word]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _NEGATIONS:
            joined[-1] += word
        else:
            joined.append(word)
    return [word.rstrip("0123456789") or word for word in joined]


def tier_of(name: str) -> Tier:
    """The tier whose words the name has, the strictest where it has several; UNKNOWN where it has none."""
    words = frozenset(words_of(name))
    return next((tier for tier, known in _TIERS.items() if words & known), Tier.UNKNOWN)


def discovered_tier(name: str, folders: Iterable[str]) -> tuple[Tier, str]:
    """The tier of an environment by its name, or else by the folders where it enters the tree, with the reason."""
    found = tier_of(name)
    if found is not Tier.UNKNOWN:
        return found, "its name"
    for folder in folders:
        found = tier_of(folder.replace("/", " "))
        if found is not Tier.UNKNOWN:
            return found, f"its folder {folder}"
    return Tier.UNKNOWN, UNKNOWN_REASON


def environment_name(folder: str) -> str:
    """The name that a folder gives to the environment that enters there: its last telling segment."""
    steps = [step for step in folder.split("/") if step]
    return next((step for step in reversed(steps) if step.lower() not in _GENERIC), FALLBACK_NAME)


def unique_names(folders: Iterable[str]) -> dict[str, str]:
    """A name for each folder; where two would share one, more of their paths is put before it."""
    wanted = list(dict.fromkeys(folders))
    names = {folder: environment_name(folder) for folder in wanted}
    for folder in wanted:
        if sum(1 for other in wanted if names[other] == names[folder]) > 1:
            clashing = [other for other in wanted if environment_name(other) == environment_name(folder)]
            names.update({other: _longer(other, clashing) for other in clashing})
    return names


def _longer(folder: str, clashing: list[str]) -> str:
    """The shortest end of the path that no other of the clashing ones shares; the whole path at worst."""
    steps = folder.split("/")
    for count in range(2, len(steps) + 1):
        end = steps[-count:]
        if sum(1 for other in clashing if other.split("/")[-count:] == end) == 1:
            telling = [step for step in end if step.lower() not in _GENERIC]
            return "-".join(telling if len(telling) > 1 else end)
    return "-".join(steps) or FALLBACK_NAME

"""Environment names, and the tier that a name tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count
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
    return _spellings(folder)[0]


def unique_names(folders: Iterable[str]) -> dict[str, str]:
    """A name for each folder; those that would share one take more of their paths into it, and numbers at last."""
    wanted = list(dict.fromkeys(folders))
    spellings = {folder: _spellings(folder) for folder in wanted}
    lengths = dict.fromkeys(wanted, 0)
    while True:
        names = {folder: spellings[folder][lengths[folder]] for folder in wanted}
        counts = Counter(names.values())
        clashing = [f for f in wanted if counts[names[f]] > 1 and lengths[f] + 1 < len(spellings[f])]
        if not clashing:
            return _numbered(names)
        for folder in clashing:
            lengths[folder] += 1


def _spellings(folder: str) -> list[str]:
    """Names for a folder, shortest first: ever more of its telling segments, then the whole path."""
    steps = [step for step in folder.split("/") if step]
    telling = [step for step in steps if step.lower() not in _GENERIC]
    ends = ["-".join(telling[-length:]) for length in range(1, len(telling) + 1)]
    return list(dict.fromkeys([*(ends or [FALLBACK_NAME]), "-".join(steps) or FALLBACK_NAME]))


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    taken: set[str] = set()
    result: dict[str, str] = {}
    for folder, name in names.items():
        numbers = (f"{name}-{number}" for number in count(2))
        result[folder] = name if name not in taken else next(text for text in numbers if text not in taken)
        taken.add(result[folder])
    return result

"""Named targets and where they enter the repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gitops_guard.model.location import Location
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.resource import ResourceId


class Tier(StrEnum):
    """How much depends on an environment."""

    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"
    UNKNOWN = "unknown"

    @property
    def judged_as_production(self) -> bool:
        """An environment whose tier is not known is judged as production."""
        return self in (Tier.PRODUCTION, Tier.UNKNOWN)


class EntryPointKind(StrEnum):
    """Who applies what stands at an entry point."""

    FLUX = "flux"
    """A Flux Kustomization; `manifest` is it, or None for a bootstrap whose gotk-sync.yaml is not committed yet."""
    DIRECTORY = "directory"
    """A folder that is applied as it is (`kubectl apply -k`)."""
    ARGOCD = "argocd"
    """An Argo CD Application; `manifest` is it."""


@dataclass(frozen=True, slots=True, eq=False)
class EntryPoint:
    """Where an environment enters the tree. `path` is a folder of this repository ("" is its root)."""

    kind: EntryPointKind
    path: str
    manifest: Manifest | None = None
    reason: str = ""
    """Why it was taken for one: "clusters/production/flux-system/gotk-sync.yaml", "configured"."""
    beside: tuple[Manifest, ...] = ()
    """Flux objects in the folder of `manifest` that nothing applies either: whoever applied it applied them."""


class UnknownPolicy(StrEnum):
    """What it means for the verdict that a change makes something unknown, or touches it while it is."""

    BLOCK = "block"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Identity:
    """What belongs to one environment alone (used by the rules that compare environments)."""

    hosts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    vaults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Assumption:
    """An object that exists only in the cluster, supplied by configuration (`assume:`); no namespace means any."""

    kind: str
    namespace: str
    name: str
    data: Mapping[str, str]

    def covers(self, target: ResourceId) -> bool:
        """Whether `target` is this object."""
        return (target.group, target.kind, target.name) == ("", self.kind, self.name) and (
            self.namespace in ("", target.namespace)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """A named target: `staging`, `production`. `cluster_version` is `1.33`-like, empty where not stated."""

    name: str
    tier: Tier
    entry_points: tuple[EntryPoint, ...] = ()
    cluster_version: str = ""
    unknown: UnknownPolicy = UnknownPolicy.COUNT
    identity: Identity = Identity()
    assumptions: tuple[Assumption, ...] = ()
    tier_reason: str = ""
    """Why it has this tier, for the report: "configured", "its name", "not known: judged as production"."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that discovery could not decide, and what a person should write to decide it."""

    what: str
    advice: str
    location: Location | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """All environments of the repository, in order of their names unless configured."""

    environments: tuple[Environment, ...]
    undecided: tuple[Undecided, ...] = ()
    discovered: bool = True
    """False where the configuration lists the environments."""
    _by_name: dict[str, Environment] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {environment.name: environment for environment in self.environments})

    def environment(self, name: str) -> Environment:
        """Raises `KeyError` where there is none of that name."""
        return self._by_name[name]

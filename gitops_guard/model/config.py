"""The configuration as typed data; `config/` reads and validates `.gitops-guard.yaml` into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gitops_guard.model.environment import Assumption, Identity, Tier, UnknownPolicy
from gitops_guard.model.finding import Level
from gitops_guard.model.location import Location

CONFIG_PATH = ".gitops-guard.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentConfig:
    """`environments.<name>`. `entry` lists folders that are applied or hold Flux entry points; empty: discovered."""

    name: str
    tier: Tier | None = None
    entry: tuple[str, ...] = ()
    cluster_version: str = ""
    unknown: UnknownPolicy | None = None
    identity: Identity = field(default_factory=Identity)
    assumptions: tuple[Assumption, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SourceConfig:
    """`sources[]`: which Flux or Argo CD source is (a folder of) this repository.

    Matches a source object by `url`, or by `kind`, `namespace` and `name` (an empty one matches all).
    """

    url: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    """The folder of this repository that is the source's root."""


@dataclass(frozen=True, slots=True, eq=False)
class RulesConfig:
    """`rules`: the profile, further packs (folders of rule files), levels by rule id, parameters by rule id."""

    profile: str = "recommended"
    packs: tuple[str, ...] = ()
    levels: Mapping[str, Level] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Config:
    """The whole configuration; `Config()` is what holds without a file."""

    path: str = ""
    """Where it was read; empty where there is none."""
    environments: tuple[EnvironmentConfig, ...] = ()
    sources: tuple[SourceConfig, ...] = ()
    rules: RulesConfig = RulesConfig()
    waivers: str = ".gitops-guard-waivers.yaml"
    """Path of the waivers file; it need not exist."""
    ignore: tuple[str, ...] = ()
    """gitignore patterns of files that are not read at all."""
    allowed_remotes: tuple[str, ...] = ()
    """URL prefixes of remote bases that a build may fetch."""

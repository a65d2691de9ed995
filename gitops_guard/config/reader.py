"""Plain data to a `Config`, checked by hand: 30 times faster than jsonschema, whose import alone takes 0.15 s.

It says yes or no to the same data as `schema.json` (a test holds the two together), and no by raising; what is wrong,
in full, is then for `explain.py` to say.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from gitops_guard.model.config import Config, EnvironmentConfig, RulesConfig, SourceConfig
from gitops_guard.model.environment import Assumption, Identity, Tier, UnknownPolicy
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Level
from gitops_guard.model.location import Location

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]+\Z")
_PATH: Final = re.compile(r"(?!/)(?!(.*/)?\.\.(/|\Z))[^\x00-\x1f\x7f]+\Z")
_VERSION: Final = re.compile(r"v?([0-9]{1,3}\.[0-9]{1,3})(\.[0-9]+)?\Z")
_SOURCES: Final = ("GitRepository", "OCIRepository", "Bucket", "ExternalArtifact")

Locate = Callable[[FieldPath], Location]
_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class WrongConfigError(ValueError):
    """The data is no configuration; the first reason, at `path`."""

    def __init__(self, path: FieldPath, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def read(value: object, path: str, locate: Locate) -> Config:
    """The configuration that `value` (plain data) states. Raises `WrongConfigError`.

    `path` is where it was read; `locate` gives the place of the key at a field path.
    """
    top = _mapping(value, (), "version", "environments", "sources", "rules", "waivers", "ignore", "remotes")
    version = top.get("version", 1)
    if isinstance(version, bool) or version != 1:
        raise WrongConfigError(("version",), "only version 1 is known")
    remotes = _mapping(top.get("remotes"), ("remotes",), "allow")
    return Config(
        path=path,
        environments=tuple(
            _environment(name, item, ("environments", name), locate)
            for name, item in _mapping(top.get("environments"), ("environments",)).items()
        ),
        sources=_list(top.get("sources"), ("sources",), _source),
        rules=_rules(top.get("rules"), ("rules",)),
        waivers=_path(top["waivers"], ("waivers",)) if "waivers" in top else Config().waivers,
        ignore=_list(top.get("ignore"), ("ignore",), _text),
        allowed_remotes=_list(remotes.get("allow"), ("remotes", "allow"), _text),
    )


def _environment(name: str, value: object, at: FieldPath, locate: Locate) -> EnvironmentConfig:
    if not _NAME.match(name):
        raise WrongConfigError(at, "not a name")
    item = _mapping(value, at, "tier", "entry", "cluster", "unknown", "identity", "assume")
    cluster = _mapping(item.get("cluster"), (*at, "cluster"), "version")
    return EnvironmentConfig(
        name=name,
        tier=_tier(item["tier"], (*at, "tier")) if "tier" in item else None,
        entry=_list(item.get("entry"), (*at, "entry"), _path),
        cluster_version=_version(cluster["version"], (*at, "cluster", "version")) if "version" in cluster else "",
        unknown=_choice(item["unknown"], (*at, "unknown"), UnknownPolicy) if "unknown" in item else None,
        identity=_identity(item.get("identity"), (*at, "identity")),
        assumptions=_list(item.get("assume"), (*at, "assume"), _assumption),
        location=locate(at),
    )


def _identity(value: object, at: FieldPath) -> Identity:
    item = _mapping(value, at, "hosts", "namespaces", "registries", "accounts", "vaults")
    return Identity(**{name: _list(item[name], (*at, name), _text) for name in item})


def _assumption(value: object, at: FieldPath) -> Assumption:
    item = _required(value, at, "kind", "namespace", "name", "data")
    if item.get("kind") not in ("ConfigMap", "Secret"):
        raise WrongConfigError((*at, "kind"), "neither ConfigMap nor Secret")
    data = _required(item.get("data"), (*at, "data"))
    for key, text in data.items():
        if not isinstance(text, str):
            raise WrongConfigError((*at, "data", key), "not a text")
    return Assumption(
        kind=str(item["kind"]),
        namespace=_text(item["namespace"], (*at, "namespace")) if "namespace" in item else "",
        name=_text(item.get("name"), (*at, "name")),
        data={key: str(text) for key, text in data.items()},
    )


def _source(value: object, at: FieldPath) -> SourceConfig:
    item = _required(value, at, "url", "kind", "namespace", "name", "path")
    if "url" not in item and not {"kind", "name"} <= item.keys():
        raise WrongConfigError(at, 'neither "url", nor "kind" and "name"')
    if "kind" in item and item["kind"] not in _SOURCES:
        raise WrongConfigError((*at, "kind"), "not a kind of source")
    texts = {name: _text(item[name], (*at, name)) for name in item if name != "path"}
    return SourceConfig(**texts, path=_path(item["path"], (*at, "path")) if "path" in item else "")


def _rules(value: object, at: FieldPath) -> RulesConfig:
    item = _mapping(value, at, "profile", "packs", "levels", "params")
    profile = item.get("profile", RulesConfig().profile)
    if profile not in ("recommended", "strict"):
        raise WrongConfigError((*at, "profile"), "not a profile")
    levels = _mapping(item.get("levels"), (*at, "levels"))
    params = _mapping(item.get("params"), (*at, "params"))
    return RulesConfig(
        profile=str(profile),
        packs=_list(item.get("packs"), (*at, "packs"), _path),
        levels={rule: _choice(level, (*at, "levels", rule), Level) for rule, level in levels.items()},
        params={rule: _required(given, (*at, "params", rule)) for rule, given in params.items()},
    )


def _mapping(value: object, at: FieldPath, *known: str) -> Mapping[str, object]:
    """A mapping (nothing at all is an empty one) with some of the `known` keys; without `known`, with any."""
    return {} if value is None else _required(value, at, *known)


def _required(value: object, at: FieldPath, *known: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WrongConfigError(at, "not a mapping")
    if known:
        for key in value:
            if key not in known:
                raise WrongConfigError((*at, key), f'unknown key "{key}"')
    return value


def _list(value: object, at: FieldPath, read_item: Callable[[object, FieldPath], _Value]) -> tuple[_Value, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise WrongConfigError(at, "not a list")
    return tuple(read_item(item, (*at, number)) for number, item in enumerate(value))


def _text(value: object, at: FieldPath) -> str:
    if not isinstance(value, str) or not value:
        raise WrongConfigError(at, "not a text")
    return value


def _path(value: object, at: FieldPath) -> str:
    """Without `./`, doubled or closing slashes; the repository's top is empty."""
    if not isinstance(value, str) or not _PATH.match(value):
        raise WrongConfigError(at, "not a path inside the repository")
    path = posixpath.normpath(value)
    return "" if path == "." else path


def _version(value: object, at: FieldPath) -> str:
    """`v1.33.2` -> `1.33`."""
    found = _VERSION.match(value) if isinstance(value, str) else None
    if found is None:
        raise WrongConfigError(at, "not a version of Kubernetes")
    return found[1]


def _tier(value: object, at: FieldPath) -> Tier:
    tier = _choice(value, at, Tier)
    if tier is Tier.UNKNOWN:
        raise WrongConfigError(at, "that is what it is without a tier")
    return tier


def _choice(value: object, at: FieldPath, kind: type[_Choice]) -> _Choice:
    try:
        return kind(value)  # type: ignore[arg-type]  # anything may be asked for
    except ValueError:
        raise WrongConfigError(at, f"not one of {', '.join(kind)}") from None

"""The variables of a Kustomization's `postBuild`: from objects of the environment, from assumptions, and inline.

As github.com/fluxcd/pkg/kustomize does it (kustomize_varsub.go): `substituteFrom` in order, later entries win, inline
`substitute` wins over all; line ends are cut out of every value; nothing is substituted where there is no variable at
all, unless the strategy is `Always`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph import FluxKustomization
from gitops_guard.model.environment import Assumption
from gitops_guard.model.facts import VariableSource
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown
from gitops_guard.render.jobs import Subject

_NAME: Final = re.compile(r"[_A-Za-z][_A-Za-z0-9]*\Z")
_ENCRYPTED: Final = re.compile(r"\s*ENC\[AES256_GCM,")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that is set. `value` is None where only the cluster knows it; `reason` then says why."""

    value: str | None
    source: VariableSource
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Variables:
    """All variables of one Kustomization.

    `gaps` says why variables that are not in `known` may be set all the same (empty: they are not set).
    `error` is what makes Flux fail. `active` is false where Flux substitutes nothing.
    """

    known: Mapping[str, Variable]
    gaps: tuple[str, ...] = ()
    active: bool = True
    error: str = ""
    error_path: FieldPath = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """Where variables may come from: an object's data by key. `subject` is None for an assumption."""

    data: Mapping[str, Variable]
    complete: bool = True
    """False: keys that are not in `data` may be there too."""
    reason: str = ""


FindSupply = Callable[[ResourceId], "Supply | None"]


def variables_of(kustomization: FluxKustomization, subject: Subject | None, find: FindSupply) -> Variables:
    """Collects what a Kustomization substitutes. `find` looks a ConfigMap or Secret up in the environment."""
    post_build = kustomization.post_build
    if post_build is None:
        return Variables({}, active=False)
    known: dict[str, Variable] = {}
    gaps: list[str] = []
    for entry in post_build.substitute_from:
        target = entry.ref.target
        if not entry.ref.complete or target.kind not in ("ConfigMap", "Secret"):
            gaps.append(f"it is not known which object {kustomization.id} substitutes from")
            continue
        supply = find(target)
        if supply is None:
            gaps.append(f"{target} is not in this repository")
            continue
        known.update(supply.data)
        if not supply.complete:
            gaps.append(supply.reason)
    for name, value in post_build.substitute.items():
        path: FieldPath = ("spec", "postBuild", "substitute", name)
        source = VariableSource(f"spec.postBuild.substitute of {kustomization.id}", subject, path)
        if isinstance(value, Unknown):
            known[name] = Variable(None, source, value.reason)
        elif isinstance(value, str):
            known[name] = Variable(value.replace("\n", ""), source)
        else:
            # The API server refuses it: `substitute` is a map of strings.
            return Variables({}, error=f"the variable {name} must be a string", error_path=path)
    wrong = next((name for name in known if not _NAME.match(name)), None)
    if wrong is not None:
        message = f"'{wrong}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'"
        return Variables({}, error=message, error_path=known[wrong].source.path)
    return Variables(known, tuple(gaps), active=bool(known or gaps or post_build.always))


def supply_of(item: RenderedObject) -> Supply:
    """The variables in a ConfigMap or Secret that is rendered."""
    value = item.value
    data: dict[str, Variable] = {}
    label = str(item.id)
    secret = item.id.kind == "Secret"
    encrypted = secret and "sops" in value
    for name, raw in mapping_at(value, "data").items():
        source = VariableSource(label, item, ("data", name))
        data[name] = _variable(raw, source, encrypted=encrypted, encoded=secret)
    if secret:
        for name, raw in mapping_at(value, "stringData").items():
            source = VariableSource(label, item, ("stringData", name))
            data[name] = _variable(raw, source, encrypted=encrypted, encoded=False)
    return Supply(data)


def _variable(raw: object, source: VariableSource, *, encrypted: bool, encoded: bool) -> Variable:
    if isinstance(raw, Unknown):
        return Variable(None, source, raw.reason)
    if not isinstance(raw, str):
        return Variable("" if raw is None else str(raw), source)
    if encrypted or _ENCRYPTED.match(raw):
        return Variable(None, source, f"{source.label} is encrypted")
    if encoded:
        try:
            raw = base64.b64decode("".join(raw.split()), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return Variable(None, source, f"the data of {source.label} is not text in base64")
    return Variable(raw.replace("\n", ""), source)


def sealed_supply(item: RenderedObject) -> Supply:
    """The variables of the Secret that a SealedSecret makes: its keys are known, its values are not."""
    reason = f"{item.id} is encrypted"
    keys = mapping_at(item.value, "spec", "encryptedData")
    data = {
        name: Variable(None, VariableSource(str(item.id), item, ("spec", "encryptedData", name)), reason)
        for name in keys
    }
    templated = mapping_at(item.value, "spec", "template", "data")
    for name in templated:
        source = VariableSource(str(item.id), item, ("spec", "template", "data", name))
        data.setdefault(name, Variable(None, source, reason))
    return Supply(data)


def assumed_supply(assumptions: Sequence[Assumption], target: ResourceId) -> Supply | None:
    """What the configuration says (`assume:`) that an object of the cluster holds."""
    for item in assumptions:
        if item.covers(target):
            source = VariableSource(f"{target} (assumed by the configuration)", None)
            return Supply({name: Variable(value.replace("\n", ""), source) for name, value in item.data.items()})
    return None

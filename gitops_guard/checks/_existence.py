"""Whether the target of a reference exists in an environment, may exist, or surely does not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gitops_guard.checks._spelling import Spelling
from gitops_guard.graph import Provided, exists_anyway, flux_kustomization, provides
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.resource import ResourceId

# kustomize hashes generated ConfigMaps and Secrets into ten of these letters (kustomize/api/hasher, `encode`).
_HASH: Final = re.compile(r"-[bcdfghkmt2456789]{10}")
_HASH_LENGTH: Final = 11
# What `flux bootstrap` and a FluxInstance make (`sync.kind`), all of groups of Flux.
_FIRST: Final = frozenset({"GitRepository", "OCIRepository", "Bucket", "Kustomization"})


@dataclass(frozen=True, slots=True)
class Absence:
    """A target that is not among the objects of an environment.

    `maybe` says why it may exist nonetheless, empty where it surely does not. `meant` is what the reference probably
    means instead, and `hint` says so for people ("did you mean Secret shop/database?").
    """

    target: ResourceId
    maybe: str = ""
    meant: ResourceId | None = None
    hint: str = ""
    hashed: bool = False
    """`meant` is the target under a name that kustomize has given a hash."""


class _Names:
    """The names of one kind in one namespace."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    @cached_property
    def spelling(self) -> Spelling:
        return Spelling(self._names)

    @cached_property
    def hashed(self) -> Mapping[str, str]:
        """Names with the hash of a generator, by the name without it."""
        return {name[:-_HASH_LENGTH]: name for name in self._names if _HASH.fullmatch(name[-_HASH_LENGTH:])}


class Existence:
    """Looks targets up among the objects of one environment, and what these make exist."""

    def __init__(self, facts: EnvironmentFacts) -> None:
        self._facts = facts

    def absence(self, target: ResourceId) -> Absence | None:
        """None where the target exists, or something makes it exist."""
        if target in self._facts.by_id or exists_anyway(target) or self._somewhere(target):
            return None
        if any(made.covers(target) for made in self._provided[target.group, target.kind]):
            return None
        if any(assumed.covers(target) for assumed in self._facts.environment.assumptions):
            return None
        if self._bootstrapped(target):
            return None
        gap = self._facts.gap_for(target)
        return self._explain(target, gap.reason if gap else self._partial)

    def _somewhere(self, target: ResourceId) -> bool:
        """An object of this name whose namespace is not stated, or any of this name where the target's is not."""
        return any(
            not target.namespace or not other.namespace
            for other in self._named[target.group, target.name]
            if other.kind == target.kind
        )

    def _bootstrapped(self, target: ResourceId) -> bool:
        """Whether `flux bootstrap` or the Flux Operator makes the target, outside of what is rendered.

        Both name the source and the Kustomization with which everything begins after their namespace. One of another
        kind that is declared under this name means that the kind is wrong.
        """
        return (target.kind in _FIRST and target.name == target.namespace) and not any(
            other.namespace == target.namespace for other in self._named[target.group, target.name]
        )

    @cached_property
    def _partial(self) -> str:
        """Why the cluster holds more than this environment: what it begins with takes a source from elsewhere."""
        for entry in self._facts.environment.entry_points:
            view = flux_kustomization(entry.manifest.value) if entry.manifest else None
            if view and view.source and view.source.target not in self._facts.by_id:
                return (
                    f"{view.source.target}, with which {entry.path or 'this environment'} begins, is declared elsewhere"
                )
        return ""

    def _explain(self, target: ResourceId, maybe: str) -> Absence:
        same_name = self._named[target.group, target.name]
        for other in same_name:
            if other.namespace == target.namespace:
                return Absence(target, maybe, other, f"a {other.kind} of this name exists: is the kind wrong?")
        for other in same_name:
            if other.kind == target.kind:
                return Absence(target, maybe, other, f"it stands in namespace {other.namespace}")
        place = (target.group, target.kind, target.namespace)
        names = self._names[place]
        if hashed := names.hashed.get(target.name):
            meant = ResourceId(*place, hashed)
            return Absence(target, maybe, meant, f"kustomize has named it {hashed}", hashed=True)
        near = names.spelling.nearest(target.name)
        if near:
            return Absence(target, maybe, ResourceId(*place, near), f'did you mean "{near}"?')
        return Absence(target, maybe)

    @cached_property
    def _names(self) -> defaultdict[tuple[str, str, str], _Names]:
        found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for other in self._facts.by_id:
            found[other.group, other.kind, other.namespace].append(other.name)
        return defaultdict(lambda: _Names(()), {place: _Names(names) for place, names in found.items()})

    @cached_property
    def _named(self) -> defaultdict[tuple[str, str], list[ResourceId]]:
        found: defaultdict[tuple[str, str], list[ResourceId]] = defaultdict(list)
        for other in self._facts.by_id:
            found[other.group, other.name].append(other)
        return found

    @cached_property
    def _provided(self) -> defaultdict[tuple[str, str], list[Provided]]:
        found: defaultdict[tuple[str, str], list[Provided]] = defaultdict(list)
        for item in self._facts.objects:
            for made in provides(item.value):
                found[made.id.group, made.id.kind].append(made)
        return found

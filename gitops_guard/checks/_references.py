"""From a dangling reference to a finding, or to the statement that nobody can say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from gitops_guard.checks._existence import Absence, Existence
from gitops_guard.graph import Reference, Role, references
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context

_BY_HAND: Final = "not in this repository; it may live only in the cluster, and `assume:` tells what it holds"


def referring(facts: EnvironmentFacts, roles: Collection[Role]) -> Iterator[tuple[RenderedObject, Reference]]:
    """Every reference of an environment's objects in one of `roles` that must not dangle."""
    for item, reference in facts.derived(_all_references):
        if reference.role in roles and not reference.optional:
            yield item, reference


def _all_references(facts: EnvironmentFacts) -> list[tuple[RenderedObject, Reference]]:
    return [(item, reference) for item in facts.objects for reference in references(item.value)]


def judge_references(
    facts: EnvironmentFacts, context: Context, roles: Collection[Role], consequence: str
) -> Iterator[Hit | NotJudged]:
    """A hit for each target that surely does not exist; a doubt for each that may exist out of sight.

    What is probably misspelt is in doubt as well: `misspelt-reference` says of it what is meant.
    """
    existence = facts.derived(Existence)
    before = context.base_environment
    existed = before.derived(Existence) if before else None
    for item, reference in referring(facts, roles):
        if reference.unknown:
            yield NotJudged(reference.unknown.reason, item, reference.path, cause=reference.unknown.text)
            continue
        absence = existence.absence(reference.target, item.id)
        if absence is None:
            continue
        removed = existed is not None and existed.absence(reference.target, item.id) is None
        if is_certain(absence) or removed:
            yield _hit(item, reference, absence, consequence, removed)
        else:
            reason = f"{absence.target}: {_BY_HAND if _is_made_by_hand(absence.target) else absence.maybe}"
            yield NotJudged(reason, item, reference.path, cause=str(reference.target))


def is_certain(absence: Absence) -> bool:
    """Whether the target is surely missing."""
    return absence.hashed or not (absence.maybe or _is_made_by_hand(absence.target))


def _is_made_by_hand(target: ResourceId) -> bool:
    """People, and the tools that make clusters, put ConfigMaps and Secrets there without git; Flux objects seldom."""
    return target.group == "" and target.kind in ("ConfigMap", "Secret")


def _hit(item: RenderedObject, reference: Reference, absence: Absence, consequence: str, removed: bool) -> Hit:
    what = "no longer exists after this change" if removed else "does not exist"
    hint = f"; {absence.hint}" if absence.hint else ""
    return Hit(
        f"{reference.why}: {absence.target} {what}{hint}: {consequence}",
        item,
        reference.path,
        fix=_fix(absence, removed),
        cause=str(absence.target),
    )


def _fix(absence: Absence, removed: bool) -> str:
    if absence.hashed:
        return "set generatorOptions.disableNameSuffixHash, or teach kustomize this field with a nameReference"
    if absence.meant:
        return f"name {absence.meant} here"
    if removed:
        return f"keep {absence.target}, or remove this reference as well"
    return f"declare {absence.target}, or correct the name"

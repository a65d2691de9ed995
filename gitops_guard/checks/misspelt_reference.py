"""References whose target may exist out of sight, but look like a misspelling of what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._existence import Existence
from gitops_guard.checks._references import is_certain, referring
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context

_ROLES: Final = (
    Role.SOURCE,
    Role.IMAGE_REPOSITORY,
    Role.DEPENDENCY,
    Role.VALUES,
    Role.SUBSTITUTE,
    Role.CANARY_TARGET,
    Role.CANARY_AUTOSCALER,
    Role.CONFIG,
    Role.IMAGE_PULL,
    Role.BACKEND,
    Role.SCALE_TARGET,
)


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment: the references that the rules `*-exists` of this pack cannot decide."""
    existence = facts.derived(Existence)
    for item, reference in referring(facts, _ROLES):
        absence = existence.absence(reference.target, item.id) if reference.unknown is None else None
        if absence and absence.meant and not is_certain(absence):
            yield Hit(
                f"{reference.why}: {absence.target} is not declared here, but {absence.meant} is; {absence.hint}",
                item,
                reference.path,
                fix=f"name {absence.meant}, or declare {absence.target} where the gate can see it",
                cause=str(absence.target),
            )

"""Flagger Canaries whose workload or autoscaler does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._references import judge_references
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment. The Services that Flagger makes from a Canary exist because of it."""
    roles = (Role.CANARY_TARGET, Role.CANARY_AUTOSCALER)
    yield from judge_references(facts, context, roles, "Flagger never finishes, and no new version is rolled out")

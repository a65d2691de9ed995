"""`dependsOn` that names nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._references import judge_references
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: `dependsOn` of Kustomizations and HelmReleases."""
    yield from judge_references(
        facts, context, (Role.DEPENDENCY,), "Flux waits for it for ever and applies nothing new"
    )

"""References to Flux sources that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._references import judge_references
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: `sourceRef` and `chartRef` of Flux objects, `imageRepositoryRef` of ImagePolicies."""
    roles = (Role.SOURCE, Role.IMAGE_REPOSITORY)
    yield from judge_references(facts, context, roles, "Flux stops here and applies nothing new")

"""Autoscalers whose workload does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._references import judge_references
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: HorizontalPodAutoscaler, VerticalPodAutoscaler, KEDA's ScaledObject."""
    yield from judge_references(facts, context, (Role.SCALE_TARGET,), "nothing is scaled when the load comes")

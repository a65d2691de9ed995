"""What an environment applies and we could not look into."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, _: Context) -> Iterator[NotJudged]:
    """Scope environment. A HelmRelease is judged as an object, and what its chart makes is counted elsewhere."""
    told = {failure.applier for failure in facts.failures}
    for gap in facts.gaps:
        if gap.cause is None or gap.cause.kind == "HelmRelease" or gap.cause in told:
            continue
        subject = next(iter(facts.by_id.get(gap.cause, ())), None)
        yield NotJudged(gap.reason, subject, cause=str(gap.cause))

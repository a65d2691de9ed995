"""The outcome and the coverage behind it. Nothing that was not judged ever passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gitops_guard.model.environment import UnknownPolicy
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.finding import Finding, Severity, Unjudged
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.verdict import Coverage, EnvironmentCoverage, Judgement, Outcome, Waived
from gitops_guard.policy.packs import RuleSet


def conclude(
    head: FleetFacts,
    base: FleetFacts | None,
    rules: RuleSet,
    *,
    findings: Sequence[Finding] = (),
    existing: Sequence[Finding] = (),
    waived: Sequence[Waived] = (),
    not_judged: Sequence[Unjudged] = (),
    fail_on: Severity = Severity.ERROR,
) -> Judgement:
    """The judgement: fail before needs-approval before not-judged before pass, with the reasons of all of them."""
    reasons = {
        Outcome.FAIL: _blocking(findings, not_judged, head, fail_on),
        Outcome.NEEDS_APPROVAL: [*_approvals(waived), *_out_of_sight(head, base)],
        Outcome.NOT_JUDGED: _nothing_judged(head, rules),
    }
    if rules.problems or not rules.selected:
        reasons[Outcome.FAIL] = reasons[Outcome.NEEDS_APPROVAL] = []
    outcome = next((outcome for outcome, why in reasons.items() if why), Outcome.PASS)
    return Judgement(
        outcome=outcome,
        findings=tuple(findings),
        existing=tuple(existing),
        waived=tuple(waived),
        not_judged=tuple(not_judged),
        coverage=coverage(head, rules, not_judged),
        environments=tuple(facts.environment for facts in head.environments),
        head=head.label,
        base=base.label if base else "",
        reasons=tuple(reason for why in reasons.values() for reason in why),
    )


def coverage(head: FleetFacts, rules: RuleSet, not_judged: Sequence[Unjudged]) -> Coverage:
    """How much was seen, and how much of it every rule could say yes or no to."""
    doubtful = {(item.environment, item.resource) for item in not_judged if item.resource is not None}
    environments = tuple(_of_environment(facts, doubtful) for facts in head.environments)
    return Coverage(
        environments=environments,
        files=len(head.files),
        rules=len(rules.selected),
        objects=sum(item.objects for item in environments),
        judged=sum(item.judged for item in environments),
    )


def _of_environment(facts: EnvironmentFacts, doubtful: set[tuple[str, ResourceId]]) -> EnvironmentCoverage:
    environment = facts.environment
    in_doubt = sum(1 for item in facts.objects if (environment.name, item.id) in doubtful)
    causes = {gap.cause for gap in facts.gaps if gap.cause is not None and gap.cause in facts.by_id}
    return EnvironmentCoverage(
        name=environment.name,
        tier=environment.tier.value,
        tier_reason=environment.tier_reason,
        objects=len(facts.objects),
        judged=len(facts.objects) - in_doubt,
        not_rendered=dict(sorted(Counter(cause.kind for cause in causes).items())),
        failed_builds=len(facts.failures),
    )


def _blocking(
    findings: Sequence[Finding], not_judged: Sequence[Unjudged], head: FleetFacts, fail_on: Severity
) -> list[str]:
    reasons = []
    for severity in Severity:
        count = sum(1 for finding in findings if finding.severity is severity)
        if count and severity.rank <= fail_on.rank:
            reasons.append(_counted(count, severity.value))
    for facts in head.environments:
        environment = facts.environment
        unknown = [item for item in not_judged if item.new and item.environment == environment.name]
        if unknown and environment.unknown is UnknownPolicy.BLOCK:
            what = _counted(len(unknown), "value")
            reasons.append(f"{what} in {environment.name} can no longer be judged: {unknown[0].reason}")
    return reasons


def _approvals(waived: Sequence[Waived]) -> list[str]:
    count = sum(1 for item in waived if item.new_waiver)
    return [f"{_counted(count, 'finding')} covered by a waiver that the change itself brings"] if count else []


def _out_of_sight(head: FleetFacts, base: FleetFacts | None) -> list[str]:
    """Environments that the change takes away, renames or calls less than production: their rules no longer apply."""
    if base is None or not (head.rendered and base.rendered):
        return []
    now = {facts.environment.name: facts.environment for facts in head.environments}
    reasons = []
    for facts in base.environments:
        name, tier = facts.environment.name, facts.environment.tier
        if name not in now:
            reasons.append(f"environment {name} is gone: the change removes or renames it")
        elif tier.judged_as_production and not now[name].tier.judged_as_production:
            reasons.append(
                f"environment {name} is no longer judged as production: the change makes it {now[name].tier}"
            )
    return reasons


def _nothing_judged(head: FleetFacts, rules: RuleSet) -> list[str]:
    reasons = [f"{problem.path or 'rules'}:{problem.span.line}: {problem.message}" for problem in rules.problems]
    if not rules.selected:
        reasons.append("no rules are selected")
    if not head.files:
        reasons.append("there are no files to judge")
    elif head.rendered and not any(facts.objects for facts in head.environments):
        reasons.append("no environment renders any object")
    reasons += [
        f"environment {facts.environment.name} did not render: {facts.failures[0].message}"
        for facts in head.environments
        if facts.failures and not facts.objects
    ]
    return reasons


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

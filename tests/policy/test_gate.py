"""No trouble with reading or building is ever dropped, whatever its code."""

from __future__ import annotations

import pytest

from gitops_guard.model.config import Config
from gitops_guard.model.facts import BuildFailure
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Problem, SourceFile
from gitops_guard.model.verdict import Outcome
from gitops_guard.policy.judge import judge
from gitops_guard.policy.packs import load_rules

from .helpers import make_facts, make_object

RULES = load_rules(Config())
GATE = RULES.narrowed(select=["gate"])


@pytest.mark.parametrize(
    ("code", "rule"),
    [("yaml-syntax", "yaml-syntax"), ("never-heard-of", "reading-problem"), ("build-failed", "reading-problem")],
)
def test_every_problem_of_a_file_is_a_finding(code: str, rule: str) -> None:
    span = Span(3, 5, 3, 9)
    file = SourceFile("x.yaml", "oid", (), (Problem(code, "the message", "x.yaml", span, "the fix"),))
    facts = make_facts({"production": [make_object({})]}, files={"x.yaml": file})
    judgement = judge(facts, None, GATE)
    (finding,) = judgement.findings
    assert (finding.rule, finding.location.path, finding.location.span) == (rule, "x.yaml", span)
    assert finding.message.endswith("the message")
    assert finding.fix == "the fix"
    assert (code in finding.message) == (rule != code)
    assert judgement.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("code", "rule"),
    [("build-failed", "build-failed"), ("never-heard-of", "build-problem"), ("yaml-syntax", "build-problem")],
)
def test_every_failure_of_a_build_is_a_finding(code: str, rule: str) -> None:
    item = make_object({}, file="kustomization.yaml")
    for failure in (
        BuildFailure(code, "the message", subject=item, path=("kind",)),
        BuildFailure(code, "the message", file="kustomization.yaml", span=Span.point(2)),
        BuildFailure(code, "the message"),
    ):
        judgement = judge(make_facts({"production": [item]}, failures=[failure]), None, GATE)
        (finding,) = judgement.findings
        assert (finding.rule, finding.environments) == (rule, ("production",))
        assert finding.location.path == ("kustomization.yaml" if failure.subject or failure.file else "")
        assert judgement.outcome is Outcome.FAIL


def test_a_code_that_is_also_another_kind_of_rule_is_not_dropped() -> None:
    names = [rule.name for rule in RULES.rules if rule.check not in ("reported-problems", "build-failures")]
    assert names
    problems = tuple(Problem(name, "m", "x.yaml", Span.point(1)) for name in names)
    facts = make_facts({"production": [make_object({})]}, files={"x.yaml": SourceFile("x.yaml", "", (), problems)})
    findings = judge(facts, None, GATE).findings
    assert [finding.rule for finding in findings] == ["reading-problem"] * len(names)


def test_two_failures_of_one_place_are_two_findings() -> None:
    failures = [BuildFailure("build-failed", text, file="k.yaml", span=Span.point(1)) for text in ("one", "two")]
    judgement = judge(make_facts({"production": [make_object({})]}, failures=failures), None, GATE)
    assert [finding.message for finding in judgement.findings] == ["one", "two"]


def test_a_failure_that_stood_at_the_base_is_existing() -> None:
    facts = make_facts({"production": [make_object({})]}, failures=[BuildFailure("build-failed", "m")])
    judgement = judge(facts, facts, GATE)
    assert (judgement.findings, len(judgement.existing)) == ((), 1)


def test_a_broken_file_that_hides_its_environment_is_judged_as_that_environment() -> None:
    problem = Problem("yaml-template", "a template, not YAML", "entry.yaml", Span.point(1))
    broken = {"entry.yaml": SourceFile("entry.yaml", "2", (), (problem,))}
    base = make_facts({"production": [make_object({}, file="entry.yaml")], "staging": [make_object({})]})
    head = make_facts({"staging": [make_object({})]}, files=broken)
    judgement = judge(head, base, GATE)
    assert [(item.severity, item.environments) for item in judgement.findings] == [("error", ("production",))]
    assert judgement.outcome is Outcome.FAIL
    assert [item.severity for item in judge(head, None, GATE).findings] == ["warning"]

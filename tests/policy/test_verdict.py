"""The outcome: nothing that was not judged ever passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitops_guard.model.environment import Tier
from gitops_guard.model.facts import BuildFailure, Gap
from gitops_guard.model.finding import Severity
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Problem
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.verdict import Outcome
from gitops_guard.policy.judge import judge
from gitops_guard.policy.packs import RuleSet

from .helpers import make_facts, make_object, make_rule, rule_set

RULES = rule_set(
    make_rule(
        """
        severity: {production: error, staging: warning, default: info}
        validations: [{expression: "object.spec != 'bad'", message: m}]
        """
    )
)
GOOD = make_facts({"production": [make_object({"spec": "good"})]})


@pytest.mark.parametrize(
    ("tier", "fail_on", "outcome"),
    [
        (Tier.PRODUCTION, Severity.ERROR, Outcome.FAIL),
        (Tier.UNKNOWN, Severity.ERROR, Outcome.FAIL),
        (Tier.STAGING, Severity.ERROR, Outcome.PASS),
        (Tier.STAGING, Severity.WARNING, Outcome.FAIL),
        (Tier.DEVELOPMENT, Severity.WARNING, Outcome.PASS),
    ],
)
def test_what_blocks(tier: Tier, fail_on: Severity, outcome: Outcome) -> None:
    facts = make_facts({"cluster": [make_object({"spec": "bad"})]}, tiers={"cluster": tier})
    judgement = judge(facts, None, RULES, fail_on=fail_on)
    assert judgement.outcome is outcome
    assert len(judgement.findings) == 1
    assert outcome.exit_code == (1 if outcome is Outcome.FAIL else 0)


def test_good_facts_pass() -> None:
    judgement = judge(GOOD, None, RULES)
    assert (judgement.outcome, judgement.reasons) == (Outcome.PASS, ())
    assert (judgement.coverage.objects, judgement.coverage.judged, judgement.coverage.rules) == (1, 1, 1)


def test_what_stood_at_the_base_does_not_block() -> None:
    bad = make_facts({"production": [make_object({"spec": "bad"})]})
    judgement = judge(bad, bad, RULES)
    assert (judgement.outcome, len(judgement.existing), judgement.base) == (Outcome.PASS, 1, "test")


def test_no_rules() -> None:
    judgement = judge(GOOD, None, RuleSet(()))
    assert (judgement.outcome, judgement.reasons) == (Outcome.NOT_JUDGED, ("no rules are selected",))
    assert judgement.outcome.exit_code == 2


def test_a_bad_rule_file_stops_everything() -> None:
    problem = Problem("rule-file", "what is this", "policy/x.yaml", Span.point(3))
    bad = make_facts({"production": [make_object({"spec": "bad"})]})
    judgement = judge(bad, None, replace(RULES, problems=(problem,)))
    assert judgement.outcome is Outcome.NOT_JUDGED
    assert judgement.findings == ()
    assert judgement.reasons == ("policy/x.yaml:3: what is this",)


def test_no_inputs() -> None:
    judgement = judge(make_facts({"production": []}, files={}), None, RULES)
    assert (judgement.outcome, judgement.reasons) == (Outcome.NOT_JUDGED, ("there are no files to judge",))


def test_nothing_rendered() -> None:
    assert judge(make_facts({"production": []}, files=GOOD.files), None, RULES).outcome is Outcome.NOT_JUDGED


def test_documents_as_they_stand_may_hold_no_object() -> None:
    facts = replace(make_facts({"documents": []}, files=GOOD.files), rendered=False)
    assert judge(facts, None, RULES).outcome is Outcome.PASS


def test_an_environment_that_did_not_render() -> None:
    good, bad = GOOD.environments[0], make_facts({"staging": []}, failures=[BuildFailure("x", "no such folder")])
    facts = replace(GOOD, environments=(good, *bad.environments))
    judgement = judge(facts, None, RULES)
    assert judgement.outcome is Outcome.NOT_JUDGED
    assert judgement.reasons == ("environment staging did not render: no such folder",)
    assert [item.failed_builds for item in judgement.coverage.environments] == [0, 1]


def test_a_finding_weighs_more_than_what_did_not_render() -> None:
    bad = make_facts({"production": [make_object({"spec": "bad"})]})
    broken = make_facts({"staging": []}, failures=[BuildFailure("x", "no such folder")])
    judgement = judge(replace(bad, environments=(*bad.environments, *broken.environments)), None, RULES)
    assert judgement.outcome is Outcome.FAIL
    assert judgement.reasons == ("1 error", "environment staging did not render: no such folder")


def test_what_is_not_rendered_is_counted_by_kind() -> None:
    release = make_object({"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease"})
    gaps = [Gap("", "chart", release.id), Gap("ns", "chart", release.id), Gap("", "gone", ResourceId("", "X", "", "y"))]
    facts = make_facts({"production": [release]}, gaps=gaps)
    (environment,) = judge(facts, None, RULES).coverage.environments
    assert environment.not_rendered == {"HelmRelease": 1}


def test_only_what_is_asked_for_is_reported() -> None:
    objects = [make_object({"spec": "bad", "metadata": {"name": name}}, file=f"{name}/x.yaml") for name in ("a", "b")]
    facts = make_facts({"production": objects})
    judgement = judge(facts, None, RULES, reported=lambda path: path.startswith("a/"))
    assert [item.location.path for item in judgement.findings] == ["a/x.yaml"]
    assert judge(facts, None, RULES, reported=lambda path: path == "c").outcome is Outcome.PASS

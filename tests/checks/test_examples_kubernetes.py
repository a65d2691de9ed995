"""The documentation of the packs `pod-security` and, where its rules judge objects, `kubernetes` is true."""

from __future__ import annotations

import pytest
import yaml

from gitops_guard.model.config import Config
from gitops_guard.model.rule import Rule
from gitops_guard.policy.rule_tests import Case, TestEnvironment, judge_case
from tests.checks.test_examples import files_of
from tests.rules.builtin import builtin_rules

RULES = [
    rule
    for rule in builtin_rules().rules
    if rule.pack == "pod-security"
    or rule.name in ("removed-api", "deprecated-api", "schema-light", "resources-set", "probes-set")
]


def findings(rule: Rule, example: str, *others: str) -> list[str]:
    """What the rule (and others) find; a configuration in the example states the version of the cluster."""
    files, _ = files_of(example)
    config = yaml.safe_load(files.get(".gitops-guard.yaml", "{}"))
    stated = config.get("environments", {}).get("production", {}).get("cluster", {}).get("version", "")
    manifests = {path: text for path, text in files.items() if path != ".gitops-guard.yaml"}
    case = Case(rule.name, "example", manifests, environments=(TestEnvironment(cluster_version=stated),))
    rules = builtin_rules().narrowed(select=[rule.name, "gate", *others], profile="strict")
    judgement = judge_case(case, rules, Config())
    assert not judgement.not_judged
    return [item.rule for item in judgement.findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_bad_example_is_found(rule: Rule) -> None:
    assert set(findings(rule, rule.bad)) == {rule.name}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_good_example_is_clean(rule: Rule) -> None:
    assert findings(rule, rule.good, "schema-light", "removed-api") == []

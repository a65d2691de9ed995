"""The documentation of the packs `pinning` and `flux` is true: the bad example is found, the good one is not."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from gitops_guard.model.config import Config
from gitops_guard.model.rule import Rule
from gitops_guard.policy.rule_tests import Case, judge_case
from tests.rules.builtin import builtin_rules, pipeline

RULES = [rule for rule in builtin_rules().rules if rule.pack in ("pinning", "flux")]
NEED_RENDERING = {
    "automation-scope",
    "chart-dependency-pinned",
    "image-automation-in-production",
    "path-exists",
    "prune-disabled",
    "resource-file-exists",
    "swallowed-variable",
    "undefined-variable",
    "unreachable-manifest",
}
FILE = re.compile(r"^# (\S+\.yaml)( \(before\))?$", re.MULTILINE)


def files_of(example: str) -> tuple[Mapping[str, str], Mapping[str, str] | None]:
    """The files of an example at head and, where it has any, at the base: `# path` or `# path (before)` begins each."""
    parts = FILE.split(example)
    if parts[0].strip():
        return {"example.yaml": parts[0]}, None
    found = list(zip(parts[1::3], parts[2::3], parts[3::3], strict=True))
    head = {path: text for path, before, text in found if not before}
    return head, {path: text for path, before, text in found if before} or None


def findings(rule: Rule, example: str) -> list[str]:
    """What the rule finds in an example, or what is wrong with its text. It need not please all other rules."""
    render = rule.name in NEED_RENDERING
    head, base = files_of(example)
    case = Case(rule=rule.name, name="example", files=head, base=base, render=render)
    rules = builtin_rules().narrowed(select=[rule.name, "gate"], profile="strict")
    judgement = judge_case(case, rules, Config(), pipeline() if render else None)
    return [f"{item.rule} {item.location}: {item.message}" for item in judgement.findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_bad_example_is_found(rule: Rule) -> None:
    found = findings(rule, rule.bad)
    assert found
    assert all(text.startswith(rule.name + " ") for text in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_good_example_is_clean(rule: Rule) -> None:
    assert findings(rule, rule.good) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples_differ_in_what_the_rule_is_about(rule: Rule) -> None:
    assert rule.bad != rule.good
    assert rule.how.strip()

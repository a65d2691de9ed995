"""Every case of every rules/**/*.test.yaml, and the promises that hold for all rule files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops_guard.model.rule import Rule
from gitops_guard.policy.packs import builtin_directory, is_rule_path
from gitops_guard.policy.rule_tests import Case, read_cases, run_case

from .builtin import builtin_rules, cases_of, find_tests, pipeline, say

CASES = [
    pytest.param(case, id=f"{path.parent.name}/{case.rule}: {case.name}")
    for path in find_tests()
    for case in cases_of(path)
]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    failures = run_case(case, builtin_rules(), pipeline() if case.config or case.render else None)
    assert not failures, "\n" + "\n".join(failures)


def test_every_rule_file_is_good() -> None:
    rules = builtin_rules()
    assert not rules.problems, say(list(rules.problems))
    assert len(rules.rules) == sum(1 for path in builtin_directory().glob("*/*.yaml") if is_rule_path(path.name))


@pytest.mark.parametrize("path", find_tests(), ids=lambda path: path.name)
def test_every_test_file_is_good(path: Path) -> None:
    cases, problems = read_cases(path.name, path.read_bytes())
    assert not problems, say(problems)
    assert cases
    assert (path.parent / path.name.replace(".test.yaml", ".yaml")).is_file(), "the rule is missing"


WITHOUT_CASES = {"build-problem"}
"""It takes the codes that have no rule; all of today's have one. tests/policy/test_gate.py makes one up."""


@pytest.mark.parametrize(
    "rule", [rule for rule in builtin_rules().rules if rule.name not in WITHOUT_CASES], ids=lambda rule: rule.name
)
def test_every_rule_has_cases_of_both_kinds(rule: Rule) -> None:
    path = builtin_directory() / rule.pack / f"{rule.name}.test.yaml"
    assert path.is_file(), f"{path.name} is missing: a rule without a test proves nothing"
    texts = ["".join(case.files.values()) for case in cases_of(path)]
    # A rule about what is not seen has nothing to find; its doubts are what it says.
    marks = ["# want:" in text or "# not-judged:" in text for text in texts]
    assert any(marks), "no case shows what the rule finds"
    assert not all(marks), "no case shows what the rule must leave alone"

"""Every example of docs/writing-rules.md runs."""

from __future__ import annotations

import re
from pathlib import Path

from gitops_guard.model.config import Config
from gitops_guard.policy.packs import RuleSet, RuleText, load_rules, read_rules
from gitops_guard.policy.rule_tests import read_cases, run_case
from gitops_guard.policy.rules import RULE_KEYS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "writing-rules.md"
_EXAMPLE = re.compile(r"`([\w./-]+)`:\n\n```yaml\n(.*?)```", re.DOTALL)


def examples() -> dict[str, str]:
    """The blocks of the page that have a file name."""
    return dict(_EXAMPLE.findall(DOCS.read_text()))


def test_the_examples_are_good_rules_whose_tests_pass() -> None:
    files = examples()
    texts = [RuleText("acme", path, text.encode()) for path, text in files.items() if not path.endswith(".test.yaml")]
    rules, problems = read_rules(rule for rule in texts if rule.path.startswith("policy/"))
    assert rules
    assert not problems
    known = RuleSet((*rules, *load_rules(Config()).narrowed(select=["gate"]).selected))
    tests = [path for path in files if path.endswith(".test.yaml")]
    assert len(tests) >= 2
    for path in tests:
        cases, problems = read_cases(path, files[path].encode())
        assert cases
        assert not problems
        for case in cases:
            assert run_case(case, known) == [], case.name


def test_the_table_names_every_field() -> None:
    text = DOCS.read_text()
    assert [key for key in sorted(RULE_KEYS) if f"`{key}`" not in text] == []

"""The harness of rule tests must notice whatever a rule does wrong."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from gitops_guard.model.config import Config
from gitops_guard.policy.packs import RuleSet, load_rules
from gitops_guard.policy.rule_tests import read_cases, run_case

from .helpers import make_rule

RULE = make_rule(
    """
    severity: {production: error, default: warning}
    validations:
    - {expression: "!object.a.startsWith('bad')", message: the value is bad}
    - {expression: "object.a != 'bad too'", message: the value is worse}
    - {expression: "!has(object.b) || object.b != 'bad'", message: 'so is "b"'}
    """
)
RULES = RuleSet((RULE, *load_rules(Config()).narrowed(select=["gate"]).selected))


def failures(body: str, more: str = "") -> list[str]:
    text = (
        "cases:\n- name: one\n"
        + indent(dedent(more), "  ")
        + "  files:\n    a.yaml: |\n"
        + indent("apiVersion: v1\nkind: Thing\n" + dedent(body), "      ")
    )
    cases, problems = read_cases("packs/sample.test.yaml", text.encode())
    assert not problems, problems
    return run_case(cases[0], RULES)


@pytest.mark.parametrize(
    "body",
    [
        "a: good\n",
        "a: bad # want: sample\n",
        'a: bad # want: sample[error] "value is"\n',
        "a: bad too # want: sample, sample\n",
        'a: bad too # want: sample "is bad" # want: sample "is worse"\n',
        'a: good\nb: bad # want: sample "so is \\"b\\""\n',
    ],
)
def test_a_good_case_passes(body: str) -> None:
    assert failures(body) == []


def test_what_is_not_judged_must_be_wanted() -> None:
    reason = "the expression cannot be evaluated: no such key: a"
    assert failures("b: good\n") == [f"not wanted as not judged: a.yaml:1: sample: {reason}"]


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("a: bad\n", "not wanted: a.yaml:3:4: error sample: the value is bad"),
        ("a: good # want: sample\n", "not found: a.yaml:3: want sample"),
        ("# want: sample\na: bad\n", "not found: a.yaml:3: want sample"),
        ("a: bad # want: sample, sample\n", "not found: a.yaml:3: want sample"),
        ("a: bad # want: sample[warning]\n", "not found: a.yaml:3: want sample"),
        ('a: bad # want: sample "worse"\n', 'not found: a.yaml:3: want sample "worse"'),
        ("a: bad # not-judged: sample\n", "not found: a.yaml:3: not-judged sample"),
        ("a: [ # want: sample\n", "not found: a.yaml:3: want sample"),
        ("a: bad # want: Sample!\n", "a.yaml:3: not an annotation"),
        ("a: bad # want:\n", "a.yaml:3: not an annotation"),
    ],
)
def test_a_bad_case_fails(body: str, failure: str) -> None:
    found = failures(body)
    assert any(item.startswith(failure) for item in found), found


def test_broken_yaml_fails_a_case_that_wants_nothing() -> None:
    assert any("yaml-syntax" in item for item in failures("a: [\n"))


def test_environments_and_base() -> None:
    assert failures("a: bad # want: sample[warning]\n", "environment: {name: s, tier: staging}\n") == []
    base = "base:\n  a.yaml: |\n    apiVersion: v1\n    kind: Thing\n    a: bad\n"
    assert failures("a: bad\nb: bad # want: sample\n", base) == []
    split = "environments: [{name: x, paths: [a.yaml]}, {name: y, tier: staging, paths: [elsewhere]}]\n"
    assert failures("a: bad # want: sample[error]\n", split) == []


def test_what_needs_the_pipeline_says_so() -> None:
    assert failures("a: good\n", "render: true\n") == [
        "a case with `config` or `render: true` needs the whole pipeline"
    ]


def test_a_rule_that_is_not_there_fails() -> None:
    cases, _ = read_cases("smaple.test.yaml", b"cases: [{name: n, files: {a.yaml: 'a: b'}}]")
    assert run_case(cases[0], RULES) == ['unknown rule or pack "smaple": did you mean "sample"?']


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cases: []", "a test without `cases` proves nothing"),
        ("case: []", 'unknown key "case": did you mean "cases"?'),
        ("cases: [{files: {a: b}}]", "`cases[0].name` is missing"),
        ("cases: [{name: n}]", "a case needs `files`"),
        ("cases: [{name: n, files: {a: b}, environment: {tier: prod}}]", 'unknown cases[0].environment.tier "prod"'),
        ("cases: [", "did not find"),
    ],
)
def test_a_bad_test_file_is_a_problem(text: str, message: str) -> None:
    cases, problems = read_cases("sample.test.yaml", text.encode())
    assert cases == []
    assert any(message in problem.message for problem in problems), problems

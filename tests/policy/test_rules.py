"""Rule files: what they say, and where a wrong one is wrong."""

from __future__ import annotations

import pytest

from gitops_guard.model.environment import Tier
from gitops_guard.model.finding import Level, Severity
from gitops_guard.model.rule import KindMatch, Profile, Scope
from gitops_guard.policy.packs import RuleText, read_rules

from .helpers import make_rule, rule_set

GOOD = """\
rule: sample
title: a title
scope: object
severity: {production: error, staging: off, default: warning}
profile: strict
match:
- {group: apps, kinds: [Deployment, StatefulSet]}
- kinds: [Pod]
variables:
- {name: spec, expression: object.spec}
validations:
- expression: variables.spec.replicas > params.minimum
  message: too few
params: {minimum: 1}
on-error: finding
what: what
why: why
fix: fix
links: ["https://example.com"]
"""


def complaints(text: str, path: str = "sample.yaml") -> list[str]:
    rules, problems = read_rules([RuleText("local", path, text.encode())])
    assert bool(problems) != bool(rules), "a rule with problems is not used"
    return [f"{item.span.line}:{item.span.column} {item.message}" for item in problems]


def test_reads_every_field() -> None:
    rules, problems = read_rules([RuleText("local", "packs/local/sample.yaml", GOOD.encode())])
    assert not problems
    rule = rules[0]
    assert (rule.name, rule.pack, rule.title, rule.scope) == ("sample", "local", "a title", Scope.OBJECT)
    assert rule.default is Severity.WARNING
    assert rule.severity == {Tier.PRODUCTION: Level.ERROR, Tier.STAGING: Level.OFF}
    assert rule.profile is Profile.STRICT
    assert rule.match == (
        KindMatch("apps", frozenset({"Deployment", "StatefulSet"})),
        KindMatch("", frozenset({"Pod"})),
    )
    assert rule.variables[0].name == "spec"
    assert (rule.validations[0].message, rule.validations[0].line, rule.validations[0].column) == ("too few", 12, 15)
    assert (rule.params, rule.error_fails, rule.how) == ({"minimum": 1}, True, "fix")
    assert (rule.links, rule.source) == (("https://example.com",), "packs/local/sample.yaml")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title: a title", "titel: a title", '2:1 unknown key "titel": did you mean "title"?'),
        ("scope: object", "scope: objekt", '3:8 unknown scope "objekt": did you mean "object"?'),
        ("profile: strict", "profile: 7", '5:10 unknown profile "7"'),
        ("staging: off", "staging: never", '4:40 unknown severity.staging "never"'),
        ("staging: off", "stagging: off", '4:31 unknown key "stagging": did you mean "staging"?'),
        ("default: warning", "development: off", "4:1 `severity.default` is missing: one of error, warning, info"),
        ("kinds: [Pod]", "kinds: Pod", "8:10 `match[1].kinds` must be a list"),
        ("kinds: [Pod]", "kind: Pod", '8:3 unknown key "kind": did you mean "kinds"?'),
        ("  message: too few\n", "", "12:3 a validation needs a `message` or a `messageExpression`"),
        ("what: what", "what: ''", "16:7 `what` must be text that is not empty"),
        ("what: what\n", "", "1:1 `what` is missing"),
        ("rule: sample", "rule: example", '1:7 the rule is called "example" but its file "sample.yaml"'),
        ("on-error: finding", "on-error: pass", '15:11 unknown on-error "pass"; known are: finding, not-judged'),
        ("on-error: finding", "check: no-such-check", '15:8 unknown check "no-such-check"'),
        (
            "scope: object",
            "scope: fleet",
            "3:8 expressions judge objects and environments; other scopes need a `check`",
        ),
        ("scope: object", "scope: fleet", "6:1 `match` is for rules of scope object only"),
        ("params: {minimum: 1}", "params: [1]", "14:9 `params` must be a mapping"),
        ("links: [", "links: [{a: b}, ", "19:9 `links[0]` must be text that is not empty"),
    ],
)
def test_complains_at_the_place(old: str, new: str, complaint: str) -> None:
    found = complaints(GOOD.replace(old, new))
    assert any(item.startswith(complaint) for item in found), found


def test_a_rule_needs_something_to_judge_by() -> None:
    text = GOOD[: GOOD.index("variables:")] + GOOD[GOOD.index("params:") :]
    assert any("a rule needs `validations`" in item for item in complaints(text))


def test_a_check_excludes_expressions() -> None:
    found = complaints(GOOD + "check: reported-problems\n")
    assert any("9:1 a rule has a `check` or `variables`, not both" in item for item in found), found


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("object.spec.replicas >", "12:15"),
        ("'object.spec. > 1'", "12:16"),
        ("nobody.spec == 1", "12:15"),
    ],
)
def test_a_bad_expression_is_found_in_its_line(expression: str, place: str) -> None:
    found = complaints(GOOD.replace("variables.spec.replicas > params.minimum", expression))
    line, column = place.split(":")
    assert len(found) == 1
    at_line, at_column = found[0].split(" ")[0].split(":")
    assert at_line == line
    assert int(at_column) >= int(column)


def test_a_bad_expression_in_a_block_is_found_in_its_line() -> None:
    block = "expression: |\n    has(object.spec) &&\n      nobody.spec\n"
    text = GOOD.replace("expression: variables.spec.replicas > params.minimum\n", block)
    found = complaints(text)
    assert [item.split(" ")[0] for item in found] == ["14:7"], found


@pytest.mark.parametrize("text", ["", "[]", "a: [", "- 1", "rule: 1\nrule: 2", "a: b\n---\nc: d\n", "\x00", "&a [*a]"])
def test_junk_is_a_problem(text: str) -> None:
    assert complaints(text)


def test_levels_by_tier_and_by_configuration() -> None:
    rule = make_rule(
        """
        severity: {production: error, staging: off, default: info}
        validations: [{expression: "true", message: m}]
        """
    )
    rules = rule_set(rule)
    expected = {
        Tier.PRODUCTION: Level.ERROR,
        Tier.UNKNOWN: Level.ERROR,
        Tier.STAGING: Level.OFF,
        Tier.DEVELOPMENT: Level.INFO,
        None: Level.INFO,
    }
    assert {tier: rules.level(rule, tier) for tier in expected} == expected
    relevelled = type(rules)((rule,), levels={"sample": Level.WARNING})
    assert {relevelled.level(rule, tier) for tier in expected} == {Level.WARNING}

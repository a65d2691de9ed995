"""The engine: scopes, sharing, and checks that crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gitops_guard.checks import registry
from gitops_guard.model.environment import Tier
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.rule import Check, Context
from gitops_guard.model.unknown import Unknown
from gitops_guard.policy import engine as engine_module
from gitops_guard.policy import packs
from gitops_guard.policy.engine import Engine, Result, RuleCrashError
from gitops_guard.policy.expressions import Expressions
from gitops_guard.policy.packs import RuleSet

from .helpers import make_facts, make_object, make_rule, rule_set
from .test_packs import DictCache


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    """A registry that a test may write to."""
    own = dict(registry.CHECKS)
    monkeypatch.setattr(engine_module, "CHECKS", own)
    monkeypatch.setattr(packs, "CHECKS", own)
    return own


def test_equal_objects_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    answers = Expressions.answers

    def counting(self: Expressions, bindings: Any) -> Iterator[Hit | NotJudged]:
        asked.append(bindings["object"])
        return answers(self, bindings)

    monkeypatch.setattr(Expressions, "answers", counting)
    facts = make_facts({name: [make_object({"spec": 1})] for name in ("a", "b", "c")})
    engine = Engine(rule_set(make_rule("validations: [{expression: object.spec == 2, message: m}]")))
    assert [result.environment for result in engine.run(facts)] == ["a", "b", "c"]
    assert [result.environment for result in engine.run(facts, facts)] == ["a", "b", "c"]
    assert len(asked) == 1


def test_what_a_rule_looks_at_is_not_shared_where_it_differs() -> None:
    facts = make_facts(
        {name: [make_object({})] for name in ("production", "staging")},
        tiers={"production": Tier.PRODUCTION, "staging": Tier.STAGING},
    )
    rule = make_rule("validations: [{expression: environment.tier == 'production', message: m}]")
    assert [result.environment for result in Engine(rule_set(rule)).run(facts)] == ["staging"]


def test_each_hit_has_the_object_of_its_environment() -> None:
    facts = make_facts({name: [make_object({"spec": 1}, file=f"{name}.yaml")] for name in ("a", "b")})
    engine = Engine(rule_set(make_rule("validations: [{expression: object.spec == 2, message: m}]")))
    subjects = [result.answer.subject for result in engine.run(facts)]
    assert subjects == [item.objects[0] for item in facts.environments]


def test_match_selects_by_group_and_kind() -> None:
    objects = [
        make_object({"apiVersion": version, "kind": kind})
        for version, kind in (("apps/v1", "Deployment"), ("v1", "Pod"), ("apps/v1", "DaemonSet"), ("x.io/v1", "Pod"))
    ]
    text = "match: [{group: apps, kinds: [Deployment]}, {group: '*', kinds: [Pod]}]\n"
    rule = make_rule(text + "validations: [{expression: 'false', message: m}]")
    results = Engine(rule_set(rule)).run(make_facts({"production": objects}))
    found = [result.answer.subject.id for result in results if result.answer.subject]
    assert [(item.group, item.kind) for item in found] == [("apps", "Deployment"), ("", "Pod"), ("x.io", "Pod")]


def test_file_scope_speaks_for_every_environment_that_reads_the_file(checks: dict[str, Check]) -> None:
    def check(file: SourceFile, context: Context) -> Iterator[Hit]:
        assert context.environment is None
        yield Hit("m", file=file.path)

    checks["sample"] = check
    objects = make_object({}, file="shared.yaml")
    files = {path: SourceFile(path, path, ()) for path in ("shared.yaml", "nobody.yaml")}
    facts = make_facts({"a": [objects], "b": [objects]}, files=files)
    results = Engine(rule_set(make_rule("scope: file\ncheck: sample"))).run(facts)
    found = [(result.environment, result.answer.file) for result in results if isinstance(result.answer, Hit)]
    assert found == [("a", "shared.yaml"), ("b", "shared.yaml"), ("", "nobody.yaml")]


def test_fleet_scope_says_which_environments(checks: dict[str, Check]) -> None:
    def check(facts: object, context: Context) -> Iterator[Hit | NotJudged]:
        yield Hit("m", environments=("b", "a"))
        yield Hit("m", subject=context.fleet.environments[0].objects[0])
        yield NotJudged("r")

    checks["sample"] = check
    facts = make_facts({"a": [make_object({})], "b": []})
    results = Engine(rule_set(make_rule("scope: fleet\ncheck: sample"))).run(facts)
    assert [result.environment for result in results] == ["b", "a", "a", ""]


@pytest.mark.parametrize("scope", ["object", "environment", "fleet", "file"])
def test_a_check_that_raises_ends_the_run(scope: str, checks: dict[str, Check]) -> None:
    def check(subject: object, context: Context) -> Iterator[Hit]:
        yield Hit("one before")
        raise ZeroDivisionError("oh no")

    checks["sample"] = check
    facts = make_facts({"production": [make_object({}, file="apps/x.yaml")]})
    with pytest.raises(RuleCrashError) as caught:
        list(Engine(rule_set(make_rule(f"scope: {scope}\ncheck: sample"))).run(facts))
    text = str(caught.value)
    assert "rule sample (sample.yaml) failed on" in text
    assert "ZeroDivisionError: oh no" in text
    assert {"object": "Thing/thing in production (apps/x.yaml)", "file": "apps/x.yaml"}.get(scope, scope) in text


def test_siblings_are_the_rules_of_the_same_check(checks: dict[str, Check]) -> None:
    seen: dict[str, frozenset[str]] = {}

    def check(subject: object, context: Context) -> Iterator[Hit]:
        seen[context.rule] = context.siblings
        yield from ()

    checks["shared"] = check
    one, two = make_rule("scope: fleet\ncheck: shared", "one"), make_rule("scope: fleet\ncheck: shared", "two")
    other = make_rule("validations: [{expression: 'true', message: m}]", "other")
    list(Engine(rule_set(one, two, other)).run(make_facts({})))
    assert seen == {"one": frozenset({"one", "two"}), "two": frozenset({"one", "two"})}


def test_answers_are_remembered_by_object_and_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = Expressions.answers

    def counting(self: Expressions, bindings: Any) -> Iterator[Hit | NotJudged]:
        asked.append(self.rule.name)
        return answers(self, bindings)

    monkeypatch.setattr(Expressions, "answers", counting)
    text = "params: {bad: 1}\nvalidations: [{expression: object.spec.a != params.bad, message: m}]"
    lonely = make_rule(text, "lonely")
    social = make_rule("validations: [{expression: \"environment.tier == 'production'\", message: m}]", "social")
    unknown = Unknown("${X}", ("X",), "X is not known")
    values: list[dict[str, object]] = [{"spec": {"a": 1}}, {"spec": {"a": 2}}, {"spec": {"a": unknown}}]
    facts = make_facts({"production": [make_object(value) for value in values]})
    cache = DictCache()

    def run(rules: RuleSet) -> list[Result]:
        asked.clear()
        return list(Engine(rules, cache).run(facts))

    first = run(rule_set(lonely, social))
    assert sorted(asked) == ["lonely"] * 3 + ["social"] * 3
    again = run(rule_set(lonely, social))
    assert again == first
    assert [type(item.answer).__name__ for item in first] == ["Hit", "NotJudged"]
    assert sorted(asked) == ["lonely", "social", "social", "social"], "what is not judged is asked again"
    other = run(RuleSet((lonely, social), params={"lonely": {"bad": 2}}))
    assert [item.answer.path for item in other if isinstance(item.answer, Hit)] == [("spec", "a")]
    assert asked.count("lonely") == 3, "with other parameters it is another rule"

"""What is shared between objects, environments and runs, and what must be asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import pytest

from gitops_guard.checks import registry
from gitops_guard.model.environment import Tier
from gitops_guard.model.finding import Hit, NotJudged, Related
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Check, Context, Scope
from gitops_guard.policy import engine as engine_module
from gitops_guard.policy import packs
from gitops_guard.policy.engine import Engine
from gitops_guard.policy.packs import builtin_directory
from gitops_guard.policy.rule_tests import case_facts
from tests.rules.builtin import builtin_rules, cases_of

from .helpers import make_facts, make_object, make_rule, rule_set
from .test_packs import DictCache

Body = Callable[[RenderedObject, Context], Iterator[Hit | NotJudged]]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], list[str]]:
    """Registers a check `sample`; gives the list of environments in which it was asked."""

    def register(body: Body) -> list[str]:
        asked: list[str] = []

        def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
            asked.append(item.environment)
            yield from body(item, context)

        own: dict[str, Check] = {**registry.CHECKS, "sample": check}
        monkeypatch.setattr(engine_module, "CHECKS", own)
        monkeypatch.setattr(packs, "CHECKS", own)
        return asked

    return register


def hits(item: RenderedObject, context: Context) -> Iterator[Hit]:
    yield Hit("m", item, ("spec", "a"), at="key", fix=f"not {context.params['bad']}", cause="c")


def silence(item: RenderedObject, context: Context) -> Iterator[Hit]:
    yield from ()


@pytest.mark.parametrize("body", [hits, silence])
def test_a_check_that_looks_at_the_object_alone_is_asked_once(body: Body, count: Callable[[Body], list[str]]) -> None:
    asked = count(body)
    rules = rule_set(make_rule("params: {bad: 1}\ncheck: sample"))
    facts = make_facts({name: [make_object({"spec": {"a": 1}})] for name in ("a", "b")})
    cache = DictCache()
    first = list(Engine(rules, cache).run(facts, facts))
    assert list(Engine(rules, cache).run(facts, facts)) == first
    assert asked == ["a"]
    assert [result.answer.subject for result in first] == [item.objects[0] for item in facts.environments][: len(first)]


def looks_at_the_environment(item: RenderedObject, context: Context) -> Iterator[Hit]:
    assert context.environment is not None
    if context.environment.environment.tier is Tier.PRODUCTION:
        yield Hit("m", item)


def looks_at_the_base(item: RenderedObject, context: Context) -> Iterator[Hit]:
    if context.base_object(item) is None:
        yield Hit("m", item)


def looks_at_the_fleet(item: RenderedObject, context: Context) -> Iterator[Hit]:
    if context.fleet.rendered:
        yield Hit("m", item)


def cannot_say(item: RenderedObject, context: Context) -> Iterator[NotJudged]:
    yield NotJudged("the reason may lie elsewhere", item)


def names_another(item: RenderedObject, context: Context) -> Iterator[Hit]:
    yield Hit("m", item, related=(Related("the other one", item),))


@pytest.mark.parametrize(
    "body", [looks_at_the_environment, looks_at_the_base, looks_at_the_fleet, cannot_say, names_another]
)
def test_any_other_check_is_asked_each_time(body: Body, count: Callable[[Body], list[str]]) -> None:
    asked = count(body)
    rules = rule_set(make_rule("check: sample"))
    facts = make_facts(
        {name: [make_object({"spec": 1})] for name in ("a", "b")}, tiers={"a": Tier.PRODUCTION, "b": Tier.STAGING}
    )
    cache = DictCache()
    alone = [list(Engine(rules).run(facts)) for _ in range(2)]
    kept = [list(Engine(rules, cache).run(facts)) for _ in range(2)]
    assert alone + kept == [alone[0]] * 4
    assert asked == ["a", "b"] * 4


class Bare(RenderedObject):
    """An object that shows what it is, and hides where it comes from."""

    __slots__ = ()
    hidden = frozenset(field.name for field in fields(RenderedObject)) - {"id", "value", "digest"}

    def __getattribute__(self, name: str) -> object:
        assert name not in Bare.hidden, f"a check on objects looked at `{name}`, by which answers are not told apart"
        return object.__getattribute__(self, name)


def bare(item: RenderedObject) -> Bare:
    return Bare(**{field.name: getattr(item, field.name) for field in fields(item)})


def test_no_check_on_objects_looks_at_where_they_come_from() -> None:
    rules = [rule for rule in builtin_rules().rules if rule.scope is Scope.OBJECT and rule.check]
    asked = 0
    for rule in rules:
        for case in cases_of(builtin_directory() / rule.pack / f"{rule.name}.test.yaml"):
            facts, base = case_facts(case)
            every = tuple(replace(item, objects=tuple(map(bare, item.objects))) for item in facts.environments)
            asked += sum(len(item.objects) for item in every)
            list(Engine(rule_set(rule)).run(replace(facts, environments=every), base))
    assert asked > len(rules) > 5

"""Sets of rules: where they come from, which of them run, and settings that fit no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from gitops_guard.model.config import Config, RulesConfig
from gitops_guard.model.finding import Level
from gitops_guard.model.tree import MemoryTree
from gitops_guard.policy.packs import RuleSet, builtin_directory, load_rules

from .helpers import make_rule

RULE = b"""\
rule: own
title: t
scope: object
severity: error
validations: [{expression: "object.kind != params.kind", message: m}]
params: {kind: Pod}
what: w
why: w
fix: f
"""


class DictCache:
    """A cache that counts what it is asked."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], bytes] = {}
        self.hits = 0

    def get(self, space: str, keys: Iterable[str]) -> dict[str, bytes]:
        found = {key: self.items[space, key] for key in keys if (space, key) in self.items}
        self.hits += len(found)
        return found

    def put(self, space: str, items: Mapping[str, bytes]) -> None:
        self.items.update({(space, key): value for key, value in items.items()})


def messages(rules: RuleSet) -> list[str]:
    return [problem.message for problem in rules.problems]


def test_built_in_rules_stand_in_the_checkout() -> None:
    assert builtin_directory().is_dir()
    assert "yaml-syntax" in load_rules(Config()).by_name


def test_a_pack_comes_from_the_tree(tmp_path: Path) -> None:
    tree = MemoryTree(
        {"policy/acme/own.yaml": RULE, "policy/acme/own.test.yaml": b"cases: []", "other/x.yaml": b"a: b"}
    )
    rules = load_rules(Config(rules=RulesConfig(packs=("./policy/acme/",))), tree, builtin=tmp_path)
    assert not rules.problems
    assert [(rule.name, rule.pack, rule.source) for rule in rules.rules] == [("own", "acme", "policy/acme/own.yaml")]


def test_a_pack_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    config = Config(rules=RulesConfig(packs=("policy",)))
    for tree in (MemoryTree({}), None):
        assert messages(load_rules(config, tree, builtin=tmp_path)) == ['the rule pack "policy" holds no rule files']


def test_a_pack_may_not_replace_a_rule() -> None:
    text = RULE.replace(b"rule: own", b"rule: yaml-syntax")
    rules = load_rules(Config(rules=RulesConfig(packs=("p",))), MemoryTree({"p/yaml-syntax.yaml": text}))
    assert len(rules.problems) == 1
    assert 'a rule "yaml-syntax" exists already: rules/gate/yaml-syntax.yaml' in rules.problems[0].message
    assert rules.problems[0].path == "p/yaml-syntax.yaml"


def test_a_cached_pack_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "own.yaml").write_bytes(RULE)
    cache = DictCache()
    first = load_rules(Config(), cache=cache, builtin=tmp_path)
    second = load_rules(Config(), cache=cache, builtin=tmp_path)
    assert cache.hits == 1
    assert [repr(rule) for rule in second.rules] == [repr(rule) for rule in first.rules]
    assert second.rules[0].validations[0].line == 5


def test_a_bad_pack_is_never_cached(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "own.yaml").write_bytes(RULE.replace(b"severity", b"sevrity"))
    cache = DictCache()
    assert load_rules(Config(), cache=cache, builtin=tmp_path).problems
    assert load_rules(Config(), cache=cache, builtin=tmp_path).problems
    assert not cache.hits


def test_settings_for_nothing_are_problems(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "own.yaml").write_bytes(RULE)
    settings = RulesConfig(
        profile="strickt", levels={"onw": Level.OFF}, params={"own": {"kinds": 1}, "nothing-like-it": {}}
    )
    assert sorted(messages(load_rules(Config(rules=settings), builtin=tmp_path))) == [
        'rule own: unknown parameter "kinds": did you mean "kind"?',
        'unknown profile "strickt": did you mean "strict"?',
        'unknown rule "nothing-like-it"; known are: own',
        'unknown rule "onw": did you mean "own"?',
    ]


def test_params_are_overridden_one_by_one() -> None:
    rule = make_rule(
        """
        params: {a: 1, b: 2}
        validations: [{expression: "true", message: m}]
        """
    )
    assert RuleSet((rule,), params={"sample": {"b": 3}}).params_of(rule) == {"a": 1, "b": 3}
    assert rule.params == {"a": 1, "b": 2}


def test_selection() -> None:
    expression = 'validations: [{expression: "true", message: m}]\n'
    usual, strict = make_rule(expression, "usual"), make_rule(expression + "profile: strict", "exact", "other")
    rules = RuleSet((usual, strict))
    assert rules.selected == (usual,)
    assert rules.narrowed(profile="strict").selected == (usual, strict)
    assert rules.narrowed(select=["other"]).selected == (strict,)
    assert rules.narrowed(select=["exact", "usual"], ignore=["local"]).selected == (strict,)
    assert RuleSet((usual, strict), levels={"exact": Level.INFO}).selected == (usual, strict)
    assert RuleSet((usual, strict), levels={"usual": Level.OFF}).selected == ()
    assert messages(rules.narrowed(select=["usul"], ignore=["x"], profile="lax")) == [
        'unknown rule or pack "usul": did you mean "usual"?',
        'unknown rule or pack "x"; known are: exact, local, other, usual',
        'unknown profile "lax"; known are: recommended, strict',
    ]

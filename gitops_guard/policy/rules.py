"""A rule file's content as a `Rule`. The format is described in docs/writing-rules.md."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

from gitops_guard.model.environment import Tier
from gitops_guard.model.finding import Level, Severity
from gitops_guard.model.rule import KindMatch, Profile, Rule, Scope, Validation, Variable
from gitops_guard.policy.reading import Reader, unknown

RULE_SUFFIX: Final = ".yaml"
TEST_SUFFIX: Final = ".test.yaml"
ENGINE_CHECKS: Final = frozenset({"waivers"})
"""Checks of the engine itself: what they report is no fact about the fleet but about the judgement."""

RULE_KEYS: Final = frozenset(
    {
        "rule",
        "title",
        "scope",
        "severity",
        "profile",
        "match",
        "check",
        "variables",
        "validations",
        "params",
        "on-error",
    }
    | {"what", "why", "bad", "good", "fix", "links"}
)
_TIERS: Final = ("production", "staging", "development")
_ERROR_POLICIES: Final = ("not-judged", "finding")


def read_rule(reader: Reader, pack: str, checks: Collection[str]) -> Rule:
    """The rule that a document describes. Where `reader` has problems afterwards, the rule must not be used."""
    reader.keys((), RULE_KEYS)
    name = reader.text(("rule",), required=True)
    expected = PurePosixPath(reader.path).name.removesuffix(RULE_SUFFIX)
    if name and name != expected:
        reader.complain(("rule",), f'the rule is called "{name}" but its file "{expected}{RULE_SUFFIX}"')
    default, severity = _severity(reader)
    scope = Scope(reader.choice(("scope",), list(Scope)))
    rule = Rule(
        name=name,
        pack=pack,
        title=reader.text(("title",), required=True).strip(),
        scope=scope,
        default=default,
        severity=severity,
        profile=Profile(reader.choice(("profile",), list(Profile), default=Profile.RECOMMENDED)),
        match=_match(reader, scope),
        check=_check(reader, scope, checks),
        variables=_variables(reader),
        validations=_validations(reader),
        params=reader.mapping(("params",)),
        what=reader.text(("what",), required=True),
        why=reader.text(("why",), required=True),
        bad=reader.text(("bad",)),
        good=reader.text(("good",)),
        how=reader.text(("fix",), required=True),
        links=reader.texts(("links",)),
        source=reader.path,
        error_fails=reader.choice(("on-error",), _ERROR_POLICIES, default="not-judged") == "finding",
    )
    if not rule.check and not rule.validations:
        reader.complain((), "a rule needs `validations` (CEL expressions) or a `check` (the name of one in Python)")
    return rule


def _severity(reader: Reader) -> tuple[Severity, dict[Tier, Level]]:
    at = ("severity",)
    if not isinstance(reader.value, dict) or not isinstance(reader.value.get("severity"), dict):
        return Severity(reader.choice(at, list(Severity))), {}
    reader.keys(at, (*_TIERS, "default"))
    default = Severity(reader.choice((*at, "default"), list(Severity)))
    named = [tier for tier in _TIERS if tier in reader.mapping(at)]
    return default, {Tier(tier): Level(reader.choice((*at, tier), list(Level))) for tier in named}


def _match(reader: Reader, scope: Scope) -> tuple[KindMatch, ...]:
    found = []
    for index, _ in enumerate(reader.items(("match",))):
        at = ("match", index)
        reader.keys(at, ("group", "kinds"))
        found.append(KindMatch(reader.text((*at, "group")), frozenset(reader.texts((*at, "kinds")))))
    if found and scope is not Scope.OBJECT:
        reader.complain(("match",), "`match` is for rules of scope object only", key=True)
    return tuple(found)


def _check(reader: Reader, scope: Scope, checks: Collection[str]) -> str:
    name = reader.text(("check",))
    stated = reader.mapping(())
    if name:
        if name not in checks and name not in ENGINE_CHECKS:
            reader.complain(("check",), unknown("check", name, checks))
        for key in ("variables", "validations", "on-error"):
            if key in stated:
                reader.complain((key,), f"a rule has a `check` or `{key}`, not both", key=True)
    elif scope not in (Scope.OBJECT, Scope.ENVIRONMENT) and "validations" in stated:
        reader.complain(("scope",), "expressions judge objects and environments; other scopes need a `check`")
    return name


def _variables(reader: Reader) -> tuple[Variable, ...]:
    found = []
    for index, _ in enumerate(reader.items(("variables",))):
        at = ("variables", index)
        reader.keys(at, ("name", "expression"))
        span = reader.span((*at, "expression"))
        name, expression = reader.text((*at, "name"), required=True), reader.text((*at, "expression"), required=True)
        found.append(Variable(name, expression, span.line, span.column))
    return tuple(found)


def _validations(reader: Reader) -> tuple[Validation, ...]:
    found = []
    for index, _ in enumerate(reader.items(("validations",))):
        at = ("validations", index)
        reader.keys(at, ("expression", "message", "messageExpression"))
        span = reader.span((*at, "expression"))
        message, message_expression = reader.text((*at, "message")), reader.text((*at, "messageExpression"))
        if not message and not message_expression:
            reader.complain(at, "a validation needs a `message` or a `messageExpression`")
        expression = reader.text((*at, "expression"), required=True)
        found.append(Validation(expression, message, message_expression, span.line, span.column))
    return tuple(found)

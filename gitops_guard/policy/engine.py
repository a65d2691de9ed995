"""Runs rules over facts. What comes out is raw: no severity, no line, nothing merged, paired or waived yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gitops_guard import __version__
from gitops_guard.checks.registry import CHECKS
from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context, Rule, Scope
from gitops_guard.model.unknown import Unknown
from gitops_guard.policy.nulls import without_nulls
from gitops_guard.policy.packs import RuleSet
from gitops_guard.policy.remembered import Answer, Remembered, Said, is_kept, key_of, rules_digest
from gitops_guard.policy.rules import ENGINE_CHECKS
from gitops_guard.policy.watching import WatchedContext

if TYPE_CHECKING:
    from gitops_guard.policy.expressions import Expressions

_OWN: Final = frozenset({"object", "params", "variables"})
"""What an expression may look at whose answer depends on the object (and the rule) alone."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule said in one environment (empty: the place is in no environment)."""

    rule: Rule
    environment: str
    answer: Answer


class _Applicable(NamedTuple):
    """The rules on the objects of one kind, with a digest of all that their answers depend on beside the object."""

    rules: tuple[Rule, ...]
    digest: str


class RuleCrashError(Exception):
    """A check raised: a bug of ours. Nothing was judged. The text is ready to be pasted into an issue."""

    def __init__(self, rule: Rule, subject: str, error: Exception) -> None:
        import platform
        import traceback

        trace = "".join(traceback.format_exception(error)).rstrip()
        super().__init__(
            f"internal error: rule {rule.name} ({rule.source}) failed on {subject}\n"
            f"gitops-guard {__version__}, Python {platform.python_version()}\n{trace}"
        )
        self.rule = rule.name
        self.subject = subject


class Engine:
    """One set of rules, ready to run over several states of a fleet.

    Each distinct object (by digest) is judged once, by expressions once for each surroundings that they look at: the
    answers are shared by all environments, by head and base, and what depends on the object alone by later runs.
    """

    def __init__(self, rules: RuleSet, cache: Cache | None = None) -> None:
        self._rules = rules
        self._expressions = _expressions(rules)
        self._shared: dict[tuple[object, ...], Sequence[Answer]] = {}
        self._applicable: dict[tuple[str, str], _Applicable] = {}
        self._last: tuple[RenderedObject, object] | None = None
        self._remembered = Remembered(cache or NoCache())

    def run(self, head: FleetFacts, base: FleetFacts | None = None) -> Iterator[Result]:
        """Every answer of every selected rule about `head`. Raises `RuleCrashError` where a check raises."""
        for rule in self._rules.selected:
            if rule.check in ENGINE_CHECKS:
                continue
            if rule.scope is Scope.FILE:
                yield from self._files(rule, head, base)
            elif rule.scope is Scope.FLEET:
                yield from self._fleet(rule, head, base)
            elif rule.scope is Scope.ENVIRONMENT:
                for facts in head.environments:
                    context = self._context(rule, head, base, facts)
                    yield from _results(rule, facts.environment.name, self._ask(rule, facts, context))
        objects = (item for facts in head.environments for item in facts.objects)
        self._remembered.recall(key_of(rules.digest, item) for item in objects if (rules := self._applicable_to(item)))
        for facts in head.environments:
            yield from self._objects(facts, head, base)
        self._remembered.keep()

    def _files(self, rule: Rule, head: FleetFacts, base: FleetFacts | None) -> Iterator[Result]:
        context = self._context(rule, head, base, None)
        for path, file in head.files.items():
            for answer in self._checked(rule, file, context):
                for name in _readers(path, head, base):
                    yield Result(rule, name, answer)

    def _fleet(self, rule: Rule, head: FleetFacts, base: FleetFacts | None) -> Iterator[Result]:
        for answer in self._checked(rule, head, self._context(rule, head, base, None)):
            if isinstance(answer, Hit) and answer.environments:
                names: tuple[str, ...] = answer.environments
            else:
                names = (answer.subject.environment,) if isinstance(answer.subject, RenderedObject) else ("",)
            for name in names:
                yield Result(rule, name, answer)

    def _objects(self, facts: EnvironmentFacts, head: FleetFacts, base: FleetFacts | None) -> Iterator[Result]:
        name = facts.environment.name
        contexts = {
            rule.name: WatchedContext.of(self._context(rule, head, base, facts))
            for rule in self._rules.selected
            if rule.scope is Scope.OBJECT
        }
        for item in facts.objects:
            applicable = self._applicable_to(item)
            said = self._remembered.of(key_of(applicable.digest, item))
            if said.silent:
                continue
            for rule in applicable.rules:
                answers: Sequence[Answer] | None = said.answers.get(rule.name)
                if answers is None:
                    answers = self._judge(rule, item, contexts[rule.name], said)
                yield from (Result(rule, name, replace(answer, subject=item)) for answer in answers)
            said.silent = len(said.answers) == len(applicable.rules) and not any(said.answers.values())

    def _applicable_to(self, item: RenderedObject) -> _Applicable:
        kind = (item.id.group, item.id.kind)
        found = self._applicable.get(kind)
        if found is None:
            rules = tuple(
                rule
                for rule in self._rules.selected
                if rule.scope is Scope.OBJECT
                and rule.check not in ENGINE_CHECKS
                and (not rule.match or any(match.matches(*kind) for match in rule.match))
            )
            digest = rules_digest((rule, self._rules.params_of(rule)) for rule in rules)
            found = self._applicable[kind] = _Applicable(rules, digest)
        return found

    def _judge(self, rule: Rule, item: RenderedObject, context: WatchedContext, said: Said) -> Sequence[Answer]:
        """The answers about an object; what depends on nothing else is added to what was said."""
        expressions = self._expressions.get(rule.name)
        if expressions is None:
            context.reset()
            found = self._checked(rule, item, context)
            alone = not context.looked
        else:
            found = self._evaluated(expressions, item, context)
            alone = expressions.mentioned <= _OWN
        if alone and is_kept(found, item):
            said.answers[rule.name] = tuple(answer for answer in found if isinstance(answer, Hit))
        return found

    def _evaluated(self, expressions: Expressions, item: RenderedObject, context: Context) -> Sequence[Answer]:
        rule, mentioned = expressions.rule, expressions.mentioned
        bindings: dict[str, object] = {"object": item.value, "params": context.params}
        key: tuple[object, ...] = (rule.name, item.digest)
        if not mentioned <= _OWN:
            more, surroundings = _surroundings(mentioned, item, context)
            bindings.update(more)
            key += surroundings
        found = self._shared.get(key)
        if found is None:
            bindings["object"] = self._admitted(item)
            found = _guarded(rule, item, expressions.answers, bindings)
            self._shared[key] = found
        return found

    def _admitted(self, item: RenderedObject) -> object:
        """The object without nulls; of the last one asked for, since rule after rule asks for the same."""
        if self._last is None or self._last[0] is not item:
            self._last = (item, without_nulls(item.value))
        return self._last[1]

    def _ask(self, rule: Rule, facts: EnvironmentFacts, context: Context) -> Sequence[Answer]:
        expressions = self._expressions.get(rule.name)
        if expressions is None:
            return self._checked(rule, facts, context)
        seen = {**_environment(facts), "objects": [item.value for item in facts.objects]}
        bindings = {"environment": seen, "params": context.params}
        return _guarded(rule, facts, expressions.answers, bindings)

    def _checked(self, rule: Rule, subject: object, context: Context) -> Sequence[Answer]:
        return _guarded(rule, subject, CHECKS[rule.check], subject, context)

    def _context(
        self, rule: Rule, head: FleetFacts, base: FleetFacts | None, facts: EnvironmentFacts | None
    ) -> Context:
        return Context(
            params=self._rules.params_of(rule),
            fleet=head,
            environment=facts,
            base=base,
            rule=rule.name,
            siblings=self._rules.siblings.get(rule.check, frozenset()),
        )


def _expressions(rules: RuleSet) -> Mapping[str, Expressions]:
    """The rules that are expressions, by name. Where there are none, CEL is not even imported."""
    found = [rule for rule in rules.selected if rule.validations]
    if not found:
        return {}
    from gitops_guard.policy.expressions import Expressions

    return {rule.name: Expressions(rule) for rule in found}


def _guarded(rule: Rule, subject: object, ask: Callable[..., Iterable[Answer]], *arguments: object) -> Sequence[Answer]:
    try:
        return tuple(ask(*arguments))
    except Exception as error:
        raise RuleCrashError(rule, _describe(subject), error) from error


def _readers(path: str, head: FleetFacts, base: FleetFacts | None) -> list[str]:
    """The environments that read a file; those of the base where none does any more.

    A file that breaks may take its whole environment out of sight: its trouble is still judged as that environment's.
    """
    names = head.reached_by.get(path) or (base.reached_by.get(path) if base is not None else None)
    return sorted(names) if names else [""]


def _results(rule: Rule, environment: str, answers: Iterable[Answer]) -> Iterator[Result]:
    for answer in answers:
        yield Result(rule, environment, answer)


def _surroundings(
    mentioned: frozenset[str], item: RenderedObject, context: Context
) -> tuple[dict[str, object], tuple[object, ...]]:
    """What an expression sees beside `object` and `params`, and a key that is equal where that is equal."""
    bindings: dict[str, object] = {}
    key: list[object] = []
    facts = context.environment
    assert facts is not None, "objects are judged in an environment"
    if mentioned & {"oldObject", "request"}:
        old = context.base_object(item)
        bindings["oldObject"] = without_nulls(old.value) if old else None
        bindings["request"] = _request(item, old)
        key += (old.digest if old else "", item.id)
    if "namespaceObject" in mentioned:
        bindings["namespaceObject"], digest = _namespace(item, facts)
        key.append(digest)
    if "environment" in mentioned:
        bindings["environment"] = seen = _environment(facts)
        key.extend(seen.values())
    return bindings, tuple(key)


def _environment(facts: EnvironmentFacts) -> dict[str, object]:
    environment = facts.environment
    return {"name": environment.name, "tier": environment.tier.value, "clusterVersion": environment.cluster_version}


def _request(item: RenderedObject, old: RenderedObject | None) -> dict[str, object]:
    """An AdmissionRequest as far as a repository can know it."""
    kind = {"group": item.id.group, "version": item.api_version.rpartition("/")[2], "kind": item.id.kind}
    return {
        "operation": "CREATE" if old is None else "UPDATE",
        "kind": kind,
        "requestKind": kind,
        "namespace": item.id.namespace,
        "name": item.id.name,
        "dryRun": False,
        "userInfo": Unknown("", (), "who applies the object is only known in the cluster"),
    }


def _namespace(item: RenderedObject, facts: EnvironmentFacts) -> tuple[object, str]:
    """The Namespace of an object: null for cluster-scoped ones, unknown where this repository does not declare it."""
    name = item.id.namespace
    if not name:
        return None, ""
    for namespace in facts.of_kind("", "Namespace"):
        if namespace.id.name == name:
            return namespace.value, namespace.digest
    return Unknown("", (), f"Namespace {name} is not in this repository"), f"unknown {name}"


def _describe(subject: object) -> str:
    if isinstance(subject, RenderedObject):
        return f"{subject.id} in {subject.environment} ({subject.origin.path})"
    if isinstance(subject, Manifest | SourceFile):
        return subject.path
    if isinstance(subject, EnvironmentFacts):
        return f"environment {subject.environment.name}"
    return "the fleet"

"""A rule's answer in one environment, with its severity and its place: what waivers and the ratchet work on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gitops_guard.manifests import excerpt
from gitops_guard.model.environment import Tier
from gitops_guard.model.facts import At, FleetFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, Level, NotJudged, Severity
from gitops_guard.model.location import Excerpt, Location, Span
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Rule
from gitops_guard.model.tree import Tree
from gitops_guard.policy.engine import Result
from gitops_guard.policy.identity import Identity, identify
from gitops_guard.policy.packs import RuleSet


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One hit in one environment (empty: in none)."""

    rule: Rule
    environment: str
    severity: Severity
    hit: Hit
    identity: Identity


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """One place that could not be judged in one environment."""

    rule: Rule
    environment: str
    answer: NotJudged
    identity: Identity


def stamp(
    results: Iterable[Result], facts: FleetFacts, rules: RuleSet, base: FleetFacts | None = None
) -> tuple[list[Record], list[Doubt]]:
    """Severities by the tier of each environment; what is off there is dropped, in doubt or not."""
    known = (*(base.environments if base else ()), *facts.environments)
    tiers = {item.environment.name: item.environment.tier for item in known}
    records: list[Record] = []
    doubts: list[Doubt] = []
    for result in results:
        tier: Tier | None = tiers.get(result.environment)
        level = rules.level(result.rule, tier)
        if level is Level.OFF:
            continue
        answer, rule = result.answer, result.rule
        if isinstance(answer, Hit):
            identity = identify(rule.name, answer.subject, answer.path, answer.cause, answer.file)
            records.append(Record(rule, result.environment, Severity(level), answer, identity))
        else:
            identity = identify(rule.name, answer.subject, answer.path, answer.cause, answer.file)
            doubts.append(Doubt(rule, result.environment, answer, identity))
    return records, doubts


class Places:
    """Finds the lines of records in one state of the tree. Each place is looked for once."""

    def __init__(self, facts: FleetFacts, tree: Tree | None = None) -> None:
        self._facts = facts
        self._tree = tree
        self._found: dict[tuple[object, ...], Location] = {}

    def of_hit(self, environment: str, hit: Hit) -> Location:
        """Where a hit points."""
        if hit.subject is not None:
            return self.of(hit.subject, hit.path, hit.at)
        if hit.file:
            return self.of_span(hit.file, hit.span or Span.point(1))
        return self._of_environment(environment)

    def of_doubt(self, answer: NotJudged) -> Location | None:
        """Where a doubt points; None where it is about no place at all."""
        if answer.subject is not None:
            return self.of(answer.subject, answer.path)
        return self.of_span(answer.file, answer.span or Span.point(1)) if answer.file else None

    def of(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        """Where a field of an object stands; the empty path is the object as a whole."""
        key = (id(subject), path, at)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._facts.locator.locate(subject, path, at)
        return found

    def of_span(self, path: str, span: Span) -> Location:
        """A place that is known by its line, with the source lines around it."""
        key = (path, span)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = Location(path, span, self._excerpt(path, span))
        return found

    def _excerpt(self, path: str, span: Span) -> Excerpt | None:
        if self._tree is None:
            return None
        try:
            data = self._tree.read(path)
        except KeyError:
            return None
        return excerpt(data, span)

    def _of_environment(self, environment: str) -> Location:
        facts = self._facts.environment(environment)
        for entry in facts.environment.entry_points if facts else ():
            if entry.manifest is not None:
                return self.of(entry.manifest, ())
            return Location(entry.path, Span.point(1), approximate=True)
        return Location("", Span.point(1), approximate=True)

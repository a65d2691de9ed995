"""Which waivers cover what, which of them the change itself brings, and what is wrong with the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import FieldPath, format_path
from gitops_guard.model.finding import Hit, Level, Severity
from gitops_guard.model.location import Location
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.policy.identity import identify
from gitops_guard.policy.packs import RuleSet
from gitops_guard.policy.reading import unknown
from gitops_guard.policy.records import Doubt, Places, Record
from gitops_guard.policy.waivers import Target, Waiver


class Waivers:
    """The waivers of one state, against the rules of the run and a day."""

    def __init__(self, waivers: Iterable[Waiver], rules: RuleSet, today: date) -> None:
        self._rules = rules
        self._today = today
        self._invalid: list[tuple[Waiver, str]] = []
        self.expired: list[Waiver] = []
        self._by_rule: dict[str, list[Waiver]] = defaultdict(list)
        self._used: set[int] = set()
        self._good: list[Waiver] = []
        for waiver in waivers:
            self._sort_in(waiver)

    def _sort_in(self, waiver: Waiver) -> None:
        strangers = [name for name in waiver.rules if name not in self._rules.by_name]
        if waiver.trouble or strangers:
            self._invalid.append((waiver, waiver.trouble or unknown("rule", strangers[0], self._rules.by_name)))
        elif waiver.expires is not None and waiver.expires < self._today:
            self.expired.append(waiver)
        else:
            self._good.append(waiver)
            for name in waiver.rules:
                self._by_rule[name].append(waiver)

    def covering(self, item: Record | Doubt, places: Places) -> Waiver | None:
        """The waiver that covers a record (or a place in doubt) in its environment; it counts as used then."""
        found = None
        for waiver in self._by_rule.get(item.rule.name, ()):
            if self._covers(waiver, item, places):
                self._used.add(id(waiver))
                found = found or waiver
        return found

    def _covers(self, waiver: Waiver, item: Record | Doubt, places: Places) -> bool:
        subject, path, location = _place(item, places)
        if waiver.target is not None:
            return _target_covers(waiver.target, item.environment, subject, path, location)
        candidates = [location]
        if subject is not None:
            # A value may come from a file far away (a substitution): the object's own line will do as well.
            candidates.append(places.of(subject, ()))
        first, last = waiver.lines
        return any(place and place.path == waiver.path and first <= place.line <= last for place in candidates)

    def brought_by(self, base: Sequence[Waiver]) -> set[int]:
        """The ids (`id`) of the good waivers that do not stand at the base.

        A waiver that moved with its file stands; a copy of one does not, since its original is still in its place.
        """
        exact = Counter((waiver.path, waiver.standing) for waiver in base)
        missing = []
        for waiver in self._good:
            key = (waiver.path, waiver.standing)
            if exact[key]:
                exact[key] -= 1
            else:
                missing.append(waiver)
        moved: Counter[object] = Counter()
        for (_, standing), count in exact.items():
            moved[standing] += count
        new = set()
        for waiver in missing:
            if moved[waiver.standing]:
                moved[waiver.standing] -= 1
            else:
                new.add(id(waiver))
        return new

    def troubles(self, facts: FleetFacts, *, complete: bool) -> Iterator[Record]:
        """Findings about the waivers themselves. Unused ones are told only where everything was judged."""
        for waiver, why in self._invalid:
            yield from self._record("waiver-invalid", waiver, f"this waiver covers nothing: {why}", why)
        for waiver in self.expired:
            message = f"the waiver of {waiver.owner} for {', '.join(waiver.rules)} expired on {waiver.expires}"
            yield from self._record("waiver-expired", waiver, message)
        if not (complete and facts.rendered):
            return
        selected = {rule.name for rule in self._rules.selected}
        environments = {item.environment.name for item in facts.environments}
        for waiver in self._good:
            elsewhere = waiver.target and waiver.target.environment and waiver.target.environment not in environments
            if id(waiver) not in self._used and selected.issuperset(waiver.rules) and not elsewhere:
                yield from self._record(
                    "waiver-unused", waiver, f"no finding of {', '.join(waiver.rules)} is covered here"
                )

    def _record(self, name: str, waiver: Waiver, message: str, why: str = "") -> Iterator[Record]:
        rule = self._rules.by_name.get(name)
        if rule is None or rule not in self._rules.selected or self._rules.level(rule, None) is Level.OFF:
            return
        cause = "|".join((why, ",".join(waiver.rules), waiver.reason, str(waiver.target or ""), *waiver.scope))
        hit = Hit(message, file=waiver.path, span=waiver.span, cause=cause, fix=rule.how.strip() or None)
        severity = Severity(self._rules.level(rule, None))
        yield Record(rule, "", severity, hit, identify(name, None, (), cause, waiver.path))


def _place(item: Record | Doubt, places: Places) -> tuple[RenderedObject | Manifest | None, FieldPath, Location | None]:
    if isinstance(item, Record):
        return item.hit.subject, item.hit.path, places.of_hit(item.environment, item.hit)
    subject, path = item.answer.subject, item.answer.path
    return subject, path, places.of(subject, path) if subject is not None else None


def _target_covers(
    target: Target,
    environment: str,
    subject: RenderedObject | Manifest | None,
    path: FieldPath,
    location: Location | None,
) -> bool:
    kind, namespace, name = (subject.id.kind, subject.id.namespace, subject.id.name) if subject else ("", "", "")
    paths = {location.path} if location else set()
    if subject is not None:
        paths.add(subject.origin.path if isinstance(subject, RenderedObject) else subject.path)
    field = format_path(path)
    return any(target.covers(environment, kind, namespace, name, file, field) for file in paths)

"""From facts to a judgement: rules, waivers, the ratchet, one finding a cause, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gitops_guard.model.cache import Cache
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import format_path
from gitops_guard.model.finding import Finding, Severity, Unjudged
from gitops_guard.model.location import Location
from gitops_guard.model.tree import Tree
from gitops_guard.model.verdict import Judgement, Waived
from gitops_guard.policy.covering import Waivers
from gitops_guard.policy.engine import Engine
from gitops_guard.policy.merging import merge
from gitops_guard.policy.packs import RuleSet
from gitops_guard.policy.ratchet import is_worse, newly_unknown, pair
from gitops_guard.policy.records import Doubt, Places, Record, stamp
from gitops_guard.policy.verdict import conclude
from gitops_guard.policy.waivers import Waiver


def judge(
    head: FleetFacts,
    base: FleetFacts | None,
    rules: RuleSet,
    *,
    waivers: Sequence[Waiver] = (),
    base_waivers: Sequence[Waiver] = (),
    tree: Tree | None = None,
    base_tree: Tree | None = None,
    fail_on: Severity = Severity.ERROR,
    complete: bool = True,
    today: date | None = None,
    reported: Callable[[str], bool] | None = None,
    cache: Cache | None = None,
) -> Judgement:
    """Judges the head; with a base, by what the change makes worse.

    `tree` (and `base_tree`) are what the facts were read from, for the source lines of places that no object leads to.
    `reported` tells of a path whether what stands there is reported, and counts; what has no path always does.
    `complete` is False where the run was narrowed to some files or environments: then no waiver is called unused.
    `cache` keeps answers over runs; runs that approve give none, since they believe no cached verdict.
    Raises `RuleCrashError` where a check raises: then nothing was judged.
    """
    if rules.problems or not rules.selected:
        return conclude(head, base, rules, fail_on=fail_on)
    day = today or datetime.now(UTC).date()
    engine = Engine(rules, cache)
    now = _State(engine, head, base, Waivers(waivers, rules, day), Places(head, tree), rules)
    known = now.records_with(complete=complete)
    before: list[Record] = []
    doubts_before: list[Doubt] = []
    if base is not None:
        then = _State(engine, base, None, Waivers(base_waivers, rules, day), Places(base, base_tree), rules)
        before, doubts_before = then.records_with(complete=complete), then.doubts
    brought = now.waivers.brought_by(base_waivers) if base is not None else set()
    stood: _Stood = then.covers() if base is not None else {}
    # Waived ones pair first: what a waiver covers must not leave its partner to a new finding of the same kind.
    known.sort(key=lambda record: id(record) not in now.covered)
    labelled: list[tuple[_Label, Record]] = []
    for record, partner in zip(known, pair(known, before), strict=True):
        waiver = now.covered.get(id(record))
        worse = waiver is None and is_worse(record, partner)
        labelled.append((_Label(worse, waiver, id(waiver) in brought or _is_stretched(waiver, record, stood)), record))
    found = [item for item in merge(labelled, now.places) if _is_reported(item[1].location, reported)]
    fresh = newly_unknown(now.doubts, doubts_before) if base is not None else set()
    accepted = {key for key, waiver in now.covered.items() if id(waiver) not in brought}
    return conclude(
        head,
        base,
        rules,
        findings=[finding for label, finding in found if label.worse],
        existing=[finding for label, finding in found if not label.worse and label.waiver is None],
        waived=[_waived(finding, label.waiver, label.brought) for label, finding in found if label.waiver],
        not_judged=[
            item
            for item in _unjudged(now.doubts, fresh - accepted, now.places)
            if _is_reported(item.location, reported)
        ],
        fail_on=fail_on,
    )


_Stood = dict[tuple[object, ...], set[tuple[str, str, str]]]
"""What each comment covered at the base, by the waiver's `standing`."""


def _thing(record: Record) -> tuple[str, str, str]:
    return (record.rule.name, record.identity.resource, record.environment)


def _is_stretched(waiver: Waiver | None, record: Record, stood: _Stood) -> bool:
    """Whether a comment that covered something at the base now covers something else.

    A comment covers a place, and a change can lead more objects there (a patch with a wider target). A waiver of the
    waivers file states its target, so that what it covers was decided with it.
    """
    if waiver is None or waiver.target is not None or waiver.standing not in stood:
        return False
    return _thing(record) not in stood[waiver.standing]


@dataclass(frozen=True, slots=True)
class _Label:
    """What becomes of a record: it counts now, it was there before, or a waiver covers it."""

    worse: bool
    waiver: Waiver | None
    brought: bool


class _State:
    """One state of the fleet, judged: its records and doubts, and the waivers that cover them (by `id`)."""

    def __init__(
        self,
        engine: Engine,
        facts: FleetFacts,
        base: FleetFacts | None,
        waivers: Waivers,
        places: Places,
        rules: RuleSet,
    ) -> None:
        self.facts = facts
        self.waivers = waivers
        self.places = places
        self.records, self.doubts = stamp(engine.run(facts, base), facts, rules, base)
        self.covered: dict[int, Waiver] = {}
        items: list[Record | Doubt] = [*self.records, *self.doubts]
        for item in items:
            waiver = waivers.covering(item, places)
            if waiver is not None:
                self.covered[id(item)] = waiver

    def covers(self) -> _Stood:
        """What each comment covers."""
        found: _Stood = {}
        for record in self.records:
            waiver = self.covered.get(id(record))
            if waiver is not None and waiver.target is None:
                found.setdefault(waiver.standing, set()).add(_thing(record))
        return found

    def records_with(self, *, complete: bool) -> list[Record]:
        """The records, and those about the waivers themselves."""
        return [*self.records, *self.waivers.troubles(self.facts, complete=complete)]


def _is_reported(location: Location | None, reported: Callable[[str], bool] | None) -> bool:
    return reported is None or location is None or not location.path or reported(location.path)


def _waived(finding: Finding, waiver: Waiver, brought: bool) -> Waived:
    expires = waiver.expires.isoformat() if waiver.expires else ""
    return Waived(finding, waiver.reason, waiver.owner, expires, waiver.where, brought)


def _unjudged(doubts: Iterable[Doubt], new: set[int], places: Places) -> list[Unjudged]:
    found: dict[Unjudged, None] = {}
    for doubt in doubts:
        subject = doubt.answer.subject
        item = Unjudged(
            reason=doubt.answer.reason,
            environment=doubt.environment,
            rule=doubt.rule.name,
            resource=subject.id if subject is not None else None,
            field=format_path(doubt.answer.path),
            location=places.of_doubt(doubt.answer),
            new=id(doubt) in new,
        )
        found[item] = None
    return sorted(found, key=_order)


def _order(item: Unjudged) -> tuple[object, ...]:
    place = (item.location.path, item.location.span) if item.location else ("",)
    return (item.environment, place, item.rule, item.field, item.reason)

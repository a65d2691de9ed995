"""From facts to a judgement: rules, waivers, the ratchet, one finding a cause, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import format_path
from gitops_guard.model.finding import Severity, Unjudged
from gitops_guard.model.tree import Tree
from gitops_guard.model.verdict import Judgement
from gitops_guard.policy.engine import Engine
from gitops_guard.policy.merging import merge
from gitops_guard.policy.packs import RuleSet
from gitops_guard.policy.ratchet import is_worse, newly_unknown, pair
from gitops_guard.policy.records import Doubt, Places, stamp
from gitops_guard.policy.verdict import conclude


def judge(
    head: FleetFacts,
    base: FleetFacts | None,
    rules: RuleSet,
    *,
    tree: Tree | None = None,
    fail_on: Severity = Severity.ERROR,
) -> Judgement:
    """Judges the head; with a base, by what the change makes worse.

    `tree` is the tree of the head, for the source lines of places that no object leads to.
    Raises `RuleCrashError` where a check raises: then nothing was judged.
    """
    if rules.problems or not rules.selected:
        return conclude(head, base, rules, fail_on=fail_on)
    engine = Engine(rules)
    places = Places(head, tree)
    records, doubts = stamp(engine.run(head, base), head, rules)
    before, doubts_before = stamp(engine.run(base), base, rules) if base else ([], [])
    partners = pair(records, before)
    new = [record for record, partner in zip(records, partners, strict=True) if is_worse(record, partner)]
    old = [record for record, partner in zip(records, partners, strict=True) if not is_worse(record, partner)]
    unknown = newly_unknown(doubts, doubts_before) if base else set()
    return conclude(
        head,
        base,
        rules,
        findings=[finding for finding, _ in merge(new, places)],
        existing=[finding for finding, _ in merge(old, places)],
        not_judged=_unjudged(doubts, unknown, places),
        fail_on=fail_on,
    )


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
            location=places.of(subject, doubt.answer.path) if subject is not None else None,
            new=id(doubt) in new,
        )
        found[item] = None
    return sorted(found, key=_order)


def _order(item: Unjudged) -> tuple[object, ...]:
    place = (item.location.path, item.location.span) if item.location else ("",)
    return (item.environment, place, item.rule, item.field, item.reason)

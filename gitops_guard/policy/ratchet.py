"""Which records of the head are new, or worse than at the base. Paired as multisets, never by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gitops_guard.model.fieldpath import lookup
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.policy.records import Doubt, Record

_Key = tuple[str, ...]


def pair(head: Sequence[Record], base: Iterable[Record]) -> list[Record | None]:
    """For each record of the head the record of the base that it was, or None where it is new.

    In rounds, from exact to loose; what pairs in one is gone in the later ones, so that a looser key never takes the
    partner of an exact match.
    """
    partners: list[Record | None] = [None] * len(head)
    # The mildest stand last and are taken first by the mildest, so that raised severities are never paired away.
    left = sorted(base, key=lambda record: record.severity.rank)
    waiting = sorted(range(len(head)), key=lambda index: -head[index].severity.rank)
    for key_of in (_same_file, _moved_file, _shifted_item, _left_environment):
        pool: dict[_Key, list[Record]] = defaultdict(list)
        for record in left:
            pool[key_of(record)].append(record)
        missing = []
        for index in waiting:
            record = head[index]
            candidates = pool[key_of(record)] if key_of is not _left_environment or not record.environment else []
            if candidates:
                partners[index] = candidates.pop()
            else:
                missing.append(index)
        waiting = missing
        left = [record for records in pool.values() for record in records]
    return partners


def _same_file(record: Record) -> _Key:
    return (*_moved_file(record), record.identity.file)


def _moved_file(record: Record) -> _Key:
    return (record.environment, *_left_environment(record))


def _shifted_item(record: Record) -> _Key:
    """Items of a list that nothing names moved by one when another was put before them."""
    identity = record.identity
    return (record.environment, identity.rule, identity.resource, identity.shape, identity.cause)


def _left_environment(record: Record) -> _Key:
    """A file that no environment reads any more: that makes nothing worse. Asked for such records only."""
    identity = record.identity
    return (identity.rule, identity.resource, identity.field, identity.cause)


def is_worse(record: Record, partner: Record | None) -> bool:
    """New, or more severe than it was."""
    return partner is None or record.severity.rank < partner.severity.rank


def newly_unknown(head: Iterable[Doubt], base: Iterable[Doubt]) -> set[int]:
    """The ids (`id`) of the doubts of the head that the base had not, or whose value the change touches."""
    known: dict[_Key, list[Doubt]] = defaultdict(list)
    for doubt in base:
        known[_doubt_key(doubt)].append(doubt)
    found = set()
    for doubt in head:
        partners = known[_doubt_key(doubt)]
        if not partners or _touched(doubt, partners.pop()):
            found.add(id(doubt))
    return found


def _doubt_key(doubt: Doubt) -> _Key:
    identity = doubt.identity
    return (doubt.environment, identity.rule, identity.resource, identity.field, identity.cause)


def _touched(doubt: Doubt, before: Doubt) -> bool:
    """The value that could not be judged differs from the one at the base."""
    new, old = doubt.answer.subject, before.answer.subject
    if new is None or old is None:
        return False
    if isinstance(new, RenderedObject) and isinstance(old, RenderedObject) and new.digest == old.digest:
        return False
    return lookup(new.value, doubt.answer.path) != lookup(old.value, before.answer.path)

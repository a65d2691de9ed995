"""One cause is one finding: records that point at one place for one reason become one, over all their environments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from gitops_guard.model.fieldpath import format_path
from gitops_guard.model.finding import Finding, RelatedLocation
from gitops_guard.model.location import Location
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.policy.identity import fingerprint
from gitops_guard.policy.records import Places, Record

Label = TypeVar("Label", bound=Hashable)


def merge(records: Iterable[tuple[Label, Record]], places: Places) -> list[tuple[Label, Finding]]:
    """Findings in the order of their places; only records of one label merge. All fingerprints are unique."""
    groups: dict[tuple[object, ...], list[tuple[Record, Location]]] = defaultdict(list)
    labels: dict[tuple[object, ...], Label] = {}
    seen: Counter[tuple[object, ...]] = Counter()
    for label, record in records:
        location = places.of_hit(record.environment, record.hit)
        key = (label, *_key(record, location))
        # The n-th of several hits on one object stays apart from the first: only other objects and environments merge.
        subject = record.hit.subject
        own = (*key, record.environment, subject.id if subject is not None else None)
        seen[own] += 1
        key = (*key, seen[own])
        groups[key].append((record, location))
        labels[key] = label
    merged = [
        (labels[key], replace(_finding(group), related=_related(group[0][0], places))) for key, group in groups.items()
    ]
    merged.sort(key=lambda item: _order(item[1]))
    named = _with_unique_fingerprints([finding for _, finding in merged])
    return [(label, finding) for (label, _), finding in zip(merged, named, strict=True)]


def _key(record: Record, location: Location) -> tuple[object, ...]:
    identity = record.identity
    if location.approximate:
        # The place is only near the cause, so that the field and the resource must agree as well.
        return (record.rule.name, location.path, identity.resource, identity.field, identity.cause)
    return (record.rule.name, location.path, location.span, identity.cause)


def _finding(group: Sequence[tuple[Record, Location]]) -> Finding:
    # The worst speaks for all; among equals the first by identity, so that the order of objects does not matter.
    record, location = min(group, key=lambda item: (item[0].severity.rank, item[0].identity, item[0].environment))
    subject = record.hit.subject
    identity = record.identity
    field = identity.field or identity.shape
    return Finding(
        rule=record.rule.name,
        severity=record.severity,
        message=record.hit.message,
        location=location,
        resource=subject.id if subject is not None else None,
        environments=tuple(sorted({item.environment for item, _ in group if item.environment})),
        fingerprint=fingerprint(identity.rule, identity.resource, field, identity.cause),
        field=format_path(record.hit.path),
        fix=record.hit.fix,
        help_url=record.rule.links[0] if record.rule.links else "",
        chain=subject.origin.chain if isinstance(subject, RenderedObject) else (),
    )


def _related(record: Record, places: Places) -> tuple[RelatedLocation, ...]:
    return tuple(RelatedLocation(item.message, places.of(item.subject, item.path)) for item in record.hit.related)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.location
    return (place.path, place.span, finding.rule, finding.message, finding.environments, finding.fingerprint)


def _with_unique_fingerprints(findings: Sequence[Finding]) -> list[Finding]:
    """Where several share one fingerprint (one resource in two environments' own files), the place tells them apart."""
    shared = Counter(finding.fingerprint for finding in findings)
    counted: Counter[str] = Counter()
    named = []
    for finding in findings:
        if shared[finding.fingerprint] > 1:
            own = fingerprint(finding.fingerprint, finding.location.path)
            counted[own] += 1
            own = own if counted[own] == 1 else fingerprint(own, str(counted[own]))
            named.append(replace(finding, fingerprint=own))
        else:
            named.append(finding)
    return named

"""What every format for people says in the same words: the order of findings, the counts, the coverage, the verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gitops_guard.model.finding import Finding, Severity, Unjudged
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.verdict import Judgement, Outcome


@dataclass(frozen=True, slots=True)
class Merged:
    """Findings that say the same of the same place: one for the reader. `finding` is the first of them."""

    finding: Finding
    resources: tuple[ResourceId, ...]
    environments: tuple[str, ...]


def merge(findings: Iterable[Finding]) -> list[Merged]:
    """Worst first, then by place. Findings that differ only in resource and environment become one."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        key = (finding.rule, finding.severity, finding.message, finding.location.path, finding.location.span)
        groups.setdefault(key, []).append(finding)
    return [
        Merged(
            group[0],
            tuple(dict.fromkeys(finding.resource for finding in group if finding.resource)),
            tuple(dict.fromkeys(name for finding in group for name in finding.environments)),
        )
        for group in groups.values()
    ]


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.severity.rank, finding.location.path, finding.location.span, finding.rule, finding.fingerprint


def plural(number: int, one: str, many: str = "") -> str:
    """`3 errors`, `1 error`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], limit: int = 4) -> str:
    """`a, b, c and 5 more`."""
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"


def coverage_line(judgement: Judgement) -> str:
    """`412 objects in 3 environments: 405 judged, 7 not judged; 2 errors, 1 warning, 3 waived`.

    Notes and what was there at the base follow where there are any.
    """
    coverage = judgement.coverage
    counts = [
        plural(judgement.count(Severity.ERROR), "error"),
        plural(judgement.count(Severity.WARNING), "warning"),
        f"{len(judgement.waived)} waived",
    ]
    if notes := judgement.count(Severity.INFO):
        counts.insert(2, plural(notes, "note"))
    if judgement.existing:
        counts.append(f"{len(judgement.existing)} already at the base")
    return (
        f"{plural(coverage.objects, 'object')} in {plural(len(coverage.environments), 'environment')}: "
        f"{coverage.judged} judged, {coverage.objects - coverage.judged} not judged; {', '.join(counts)}"
    )


_VERDICTS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "blocked",
    Outcome.NEEDS_APPROVAL: "needs approval",
    Outcome.NOT_JUDGED: "nothing could be judged",
}


def verdict_line(judgement: Judgement) -> str:
    """`blocked: 2 errors in production`."""
    verdict = _VERDICTS[judgement.outcome]
    return f"{verdict}: {'; '.join(judgement.reasons)}" if judgement.reasons else verdict


@dataclass(frozen=True, slots=True)
class UnjudgedGroup:
    """Things that were not judged for the same reason."""

    reason: str
    items: tuple[Unjudged, ...]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.items)

    @property
    def new(self) -> int:
        """How many of them the change brings or touches."""
        return sum(item.new for item in self.items)

    @property
    def environments(self) -> tuple[str, ...]:
        """Where."""
        return tuple(dict.fromkeys(item.environment for item in self.items if item.environment))


# Checks say of references "Deployment/shop/web: why nobody knows": what is the same for many is what stands behind.
_ABOUT: Final = re.compile(r"(\S+/\S+): (.+)", re.DOTALL)


def group_unjudged(items: Iterable[Unjudged]) -> list[UnjudgedGroup]:
    """By reason, whatever it was about: what is new first, then the most frequent."""
    groups: dict[str, list[Unjudged]] = {}
    subjects: dict[str, dict[str, None]] = {}
    for item in items:
        about = _ABOUT.fullmatch(item.reason)
        why = about[2] if about else item.reason
        groups.setdefault(why, []).append(item)
        subjects.setdefault(why, {}).update({about[1]: None} if about else {})
    found = [
        UnjudgedGroup(f"{listed([*subjects[why]])}: {why}" if subjects[why] else why, tuple(group))
        for why, group in groups.items()
    ]
    return sorted(found, key=lambda group: (-group.new, -group.count, group.reason))


def describe(item: Unjudged) -> str:
    """`chart-version-pinned of HelmRelease/crm/backend, spec.chart.spec.version, at apps/x.yaml:3:1`."""
    subject = ", ".join(part for part in (str(item.resource or ""), item.field) if part)
    parts = [
        item.rule or "all rules",
        f"of {subject}" if subject else "",
        f"at {item.location}" if item.location else "",
    ]
    return " ".join(part for part in parts if part)


def not_rendered(judgement: Judgement) -> list[tuple[str, int, tuple[str, ...]]]:
    """Kinds that were judged as objects only, how many, and in which environments."""
    counts: Counter[str] = Counter()
    environments: dict[str, list[str]] = {}
    for coverage in judgement.coverage.environments:
        for kind, number in coverage.not_rendered.items():
            counts[kind] += number
            environments.setdefault(kind, []).append(coverage.name)
    return [(kind, number, tuple(environments[kind])) for kind, number in sorted(counts.items()) if number]


def help_of(finding: Finding) -> str:
    """Where to read more: the program's own words, and a page where there is one."""
    page = f" ({finding.help_url})" if finding.help_url else ""
    return f"gitops-guard explain {finding.rule}{page}"


def count_rules(findings: Iterable[Finding]) -> list[tuple[str, int]]:
    """How many findings each rule has, the most frequent first."""
    return sorted(Counter(finding.rule for finding in findings).items(), key=lambda item: (-item[1], item[0]))

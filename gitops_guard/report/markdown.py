"""Markdown for summaries and comments: whole blocks only, within GitHub's limit, with nothing of the text alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from gitops_guard.model.finding import Severity
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.report.escape import markdown_code, markdown_fence, markdown_text, shortened, visible
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.summary import (
    Merged,
    count_rules,
    coverage_line,
    describe,
    group_unjudged,
    help_of,
    listed,
    merge,
    plural,
    verdict_line,
)
from gitops_guard.report.terminal import emit

LIMIT: Final = 65_536
"""Of a GitHub comment, in characters. We count bytes, which are never fewer."""
_RESERVE = 6_000
"""Kept for what stands below the findings."""
_LONGEST = 400
"""Characters of one text; longer ones are shortened, so that every block fits."""
_MOST_LINES = 12
_MOST_ITEMS = 5

_SIGNS = {Outcome.PASS: "✅", Outcome.FAIL: "❌", Outcome.NEEDS_APPROVAL: "✋", Outcome.NOT_JUDGED: "❓"}


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:
    """The verdict and the coverage; a table by rule; each finding to unfold; what was waived and not judged."""
    found = merge(judgement.findings)
    head = [
        f"### {_SIGNS[judgement.outcome]} gitops-guard: {_text(verdict_line(judgement))}",
        coverage_line(judgement),
        *_environments(judgement),
        *_table(found),
    ]
    tail = [*_waived(judgement), *_not_judged(judgement), *_notes(judgement)]
    blocks = [*_fitting(head, LIMIT // 4)]
    details = [_finding(item) for item in found]
    shown = {*_fitting(details, LIMIT - _RESERVE - _size(blocks))}
    blocks += (block for block in details if block in shown)
    if left := [item.finding for item, block in zip(found, details, strict=True) if block not in shown]:
        rules = listed([f"{count} x {rule}" for rule, count in count_rules(left)])
        blocks.append(f"... and {plural(len(left), 'more finding')}: {_text(rules)}.")
    if options.show_existing and judgement.existing:
        rules = listed([f"{count} x {rule}" for rule, count in count_rules(judgement.existing)], 12)
        tail.insert(0, f"Already at the base: {_text(rules)}.")
    blocks += _fitting(tail, LIMIT - 1_000 - _size(blocks))
    emit(stream, "\n\n".join(blocks) + "\n")


def _fitting(blocks: Iterable[str], room: int) -> Iterator[str]:
    """Those blocks, from the first on, for which there is room: never a part of one."""
    for block in blocks:
        size = _size([block])
        if size <= room:
            room -= size
            yield block


def _size(blocks: Iterable[str]) -> int:
    return sum(len(block.encode("utf-8", "replace")) + 2 for block in blocks)


def _text(text: str) -> str:
    return markdown_text(shortened(visible("; ".join(text.splitlines())), _LONGEST))


def _code(text: str) -> str:
    return markdown_code(shortened(visible(text), _LONGEST))


def _environments(judgement: Judgement) -> Iterator[str]:
    names = [f"{found.name} ({found.tier})" for found in judgement.coverage.environments]
    if names:
        yield f"Environments: {_text(listed(names, 12))}."


def _table(found: list[Merged]) -> Iterator[str]:
    """Rules and how often, the worst first."""
    if not found:
        return
    rows = ["| Severity | Rule | Findings |", "|---|---|---:|"]
    for severity in Severity:
        group = [item.finding for item in found if item.finding.severity is severity]
        rows += (f"| {severity.value} | {_code(rule)} | {count} |" for rule, count in count_rules(group))
    yield "\n".join(rows)


def _finding(item: Merged) -> str:
    finding = item.finding
    where = _code(f"{finding.location.path}:{finding.location.line}:{finding.location.column}")
    title = f"<b>{finding.severity.value}</b> {_code(finding.rule)} {where}"
    parts = [f"<details><summary>{title}</summary>", _text(finding.message)]
    if (excerpt := finding.location.excerpt) and excerpt.lines:
        lines = [shortened(visible(line.expandtabs(4)), _LONGEST // 2) for line in excerpt.lines[:_MOST_LINES]]
        parts.append(markdown_fence(lines, "yaml"))
    facts = {
        "Object": listed([str(resource) for resource in item.resources]),
        "Field": finding.field,
        "Environment": listed(item.environments, 12),
        "Made by": " > ".join(finding.chain),
        "Fix": finding.fix or "",
        "Help": help_of(finding),
    }
    parts.append("\n".join(f"- {name}: {_text(text)}" for name, text in facts.items() if text))
    return "\n\n".join([*parts, "</details>"])


def _waived(judgement: Judgement) -> Iterator[str]:
    if not judgement.waived:
        return
    rows = []
    for waived in judgement.waived[:_MOST_ITEMS]:
        owner = f"{waived.owner}: " if waived.owner else ""
        until = f", until {waived.expires}" if waived.expires else ""
        new = ", **new in this change: needs approval**" if waived.new_waiver else ""
        told = _text(f"{owner}{waived.reason}{until} ({waived.where})")
        rows.append(f"- {_code(waived.finding.rule)} {_code(str(waived.finding.location))}: {told}{new}")
    yield _unfold(plural(len(judgement.waived), "waived finding"), rows, len(judgement.waived))


def _not_judged(judgement: Judgement) -> Iterator[str]:
    groups = group_unjudged(judgement.not_judged)
    if not groups:
        return
    rows = []
    for group in groups[:_MOST_ITEMS]:
        new = f", **{group.new} of them new**" if group.new else ""
        rows.append(f"- {group.count} x {_text(group.reason)}{new}; first: {_text(describe(group.items[0]))}")
    yield _unfold(f"{plural(len(judgement.not_judged), 'question')} not judged", rows, len(groups))


def _unfold(title: str, rows: list[str], count: int) -> str:
    if count > len(rows):
        rows = [*rows, f"- ... and {count - len(rows)} more"]
    return "\n\n".join([f"<details><summary>{title}</summary>", "\n".join(rows), "</details>"])


def _notes(judgement: Judgement) -> Iterator[str]:
    notes = [*(f"Not decided: {item.what}. {item.advice}" for item in judgement.undecided), *judgement.notes]
    if notes:
        yield _unfold(plural(len(notes), "note"), [f"- {_text(note)}" for note in notes[:_MOST_ITEMS]], len(notes))

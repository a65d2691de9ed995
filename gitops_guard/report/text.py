"""For people, as the best compilers do: the message, the source line with carets, how it came to be, the fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from gitops_guard.model.location import Location
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.report.escape import log_line, log_lines, shortened
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.snippet import snippet
from gitops_guard.report.summary import (
    Merged,
    coverage_line,
    describe,
    group_unjudged,
    help_of,
    listed,
    merge,
    not_rendered,
    plural,
    verdict_line,
)
from gitops_guard.report.terminal import Paint, Painter, emit

_LONGEST_MESSAGE = 4000
_MOST_REASONS = 5


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:
    """Findings, worst first; what was waived, not judged and not decided; the coverage; the verdict."""
    paint = Painter(options.color)
    explained: set[str] = set()
    for item in merge(judgement.findings):
        _emit_block(stream, _finding(item, paint, explained))
    if options.show_existing:
        for item in merge(judgement.existing):
            _emit_block(stream, _finding(item, paint, explained, " (already at the base)"))
    if not options.quiet:
        _emit_block(stream, _waived(judgement, paint))
        _emit_block(stream, _not_judged(judgement, paint, options.verbose))
        _emit_block(stream, _notes(judgement, paint))
    if judgement.base and not options.quiet:
        emit(stream, f"{log_line(f'compared with {judgement.base}')}\n")
    verdict = Paint.GOOD if judgement.outcome is Outcome.PASS else Paint.ERROR
    emit(stream, f"{coverage_line(judgement)}\n{paint(log_line(verdict_line(judgement)), verdict)}\n")


def _emit_block(stream: TextIO, lines: Iterator[str]) -> None:
    if block := list(lines):
        emit(stream, "\n".join(block) + "\n\n")


def _finding(item: Merged, paint: Painter, explained: set[str], remark: str = "") -> Iterator[str]:
    finding = item.finding
    color = Paint[finding.severity.name]
    first, *rest = log_lines(shortened(finding.message, _LONGEST_MESSAGE))
    head = paint(f"{finding.severity.value}[{log_line(finding.rule)}]", color)
    yield f"{head}{paint(f': {first}{remark}', Paint.STRONG)}"
    bar = paint("|", Paint.GUTTER)
    yield from (f"  {bar} {line}".rstrip() for line in rest)
    yield from _place(finding.location, paint, color, "^")
    for related in finding.related:
        yield f"  {paint('=', Paint.GUTTER)} {paint('see also:', Paint.STRONG)} {log_line(related.message)}"
        yield from _place(related.location, paint, Paint.INFO, "-")
    for name, lines in _facts(item, explained):
        told = f"\n     {' ' * len(name)} ".join(lines)
        yield f"  {paint('=', Paint.GUTTER)} {paint(f'{name}:', Paint.STRONG)} {told}"


def _place(location: Location, paint: Painter, mark: Paint, caret: str) -> Iterator[str]:
    remark = " (the nearest known place)" if location.approximate else ""
    yield f" {paint('-->', Paint.GUTTER)} {log_line(str(location))}{remark}"
    if location.excerpt is not None and location.excerpt.lines:
        yield from snippet(location.excerpt, location.span, paint, mark, caret)


def _facts(item: Merged, explained: set[str]) -> Iterator[tuple[str, list[str]]]:
    finding = item.finding
    if item.resources:
        field = f", {log_line(finding.field)}" if finding.field else ""
        yield "object", [log_line(listed([str(resource) for resource in item.resources])) + field]
    if item.environments:
        yield "environment", [log_line(listed(item.environments, limit=12))]
    if finding.chain:
        yield "made by", [log_line(step) for step in finding.chain]
    if finding.fix:
        yield "fix", log_lines(finding.fix)
    if finding.rule not in explained:
        explained.add(finding.rule)
        yield "help", [log_line(help_of(finding))]


def _waived(judgement: Judgement, paint: Painter) -> Iterator[str]:
    if judgement.waived:
        yield f"{paint('waived:', Paint.STRONG)} {plural(len(judgement.waived), 'finding')}"
    for waived in judgement.waived:
        until = f", until {waived.expires}" if waived.expires else ""
        owner = f"{waived.owner}: " if waived.owner else ""
        new = ", new in this change: needs approval" if waived.new_waiver else ""
        told = f"{waived.finding.rule} at {waived.finding.location}: {owner}{waived.reason}{until}{new}"
        yield f"  - {log_line(told)} ({log_line(waived.where)})"


def _not_judged(judgement: Judgement, paint: Painter, verbose: bool) -> Iterator[str]:
    groups = group_unjudged(judgement.not_judged)
    if groups:
        yield f"{paint('not judged:', Paint.STRONG)} {plural(len(judgement.not_judged), 'question')}"
    shown = groups if verbose else groups[:_MOST_REASONS]
    for group in shown:
        new = f", {group.new} of them new" if group.new else ""
        where = f" ({listed(group.environments)})" if group.environments else ""
        yield f"  - {group.count} x {log_line(group.reason)}{log_line(where)}{new}"
        for item in group.items if verbose else group.items[:1]:
            yield f"    {log_line(describe(item))}"
    if len(groups) > len(shown):
        left = sum(group.count for group in groups[len(shown) :])
        yield f"  - {left} x {plural(len(groups) - len(shown), 'other reason')} (--verbose shows all)"
    for kind, count, environments in not_rendered(judgement):
        yield (
            f"{paint('not rendered:', Paint.STRONG)} {log_line(f'{count} {kind}')}: judged as they stand, "
            f"not what they make ({log_line(listed(environments))})"
        )


def _notes(judgement: Judgement, paint: Painter) -> Iterator[str]:
    for undecided in judgement.undecided:
        place = f" ({undecided.location})" if undecided.location else ""
        yield f"{paint('not decided:', Paint.STRONG)} {log_line(undecided.what + place)}"
        yield from (f"  - {line}" for line in log_lines(undecided.advice))
    if unknown := [found.name for found in judgement.coverage.environments if found.tier == "unknown"]:
        yield f"{paint('note:', Paint.STRONG)} tier not known, judged as production: {log_line(listed(unknown, 12))}"
    yield from (f"{paint('note:', Paint.STRONG)} {log_line(note)}" for note in judgement.notes)

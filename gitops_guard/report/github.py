"""GitHub's workflow commands: findings become annotations on the lines of a pull request.

GitHub shows ten errors and ten warnings of a step, and fifty annotations of a job; more would only push others out.
"""

from __future__ import annotations

from typing import Final, TextIO

from gitops_guard.model.finding import Severity
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.report.escape import log_line, shortened, workflow_data, workflow_property
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.summary import Merged, count_rules, coverage_line, listed, merge, plural, verdict_line
from gitops_guard.report.terminal import emit

MOST_ANNOTATIONS: Final = 50
_LONGEST_MESSAGE = 4000
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:  # noqa: ARG001 the same for all options
    """The worst findings as annotations, the others counted by rule, the coverage, the verdict."""
    found = merge(judgement.findings)
    room = MOST_ANNOTATIONS
    if judgement.outcome is not Outcome.PASS and not judgement.count(Severity.ERROR):
        emit(stream, f"::error title=gitops-guard::{workflow_data(verdict_line(judgement))}\n")
        room -= 1
    for item in found[:room]:
        emit(stream, _annotation(item))
    if rest := found[room:]:
        rules = listed([f"{count} x {rule}" for rule, count in count_rules(item.finding for item in rest)], limit=20)
        emit(stream, f"{plural(len(rest), 'more finding')} without an annotation: {log_line(rules)}\n")
    emit(stream, f"{coverage_line(judgement)}\n{log_line(verdict_line(judgement))}\n")


def _annotation(item: Merged) -> str:
    finding = item.finding
    span = finding.location.span
    properties = {
        "file": finding.location.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
        "title": f"{finding.rule} ({listed(item.environments)})" if item.environments else finding.rule,
    }
    if span.line == span.end_line:  # GitHub refuses columns over several lines
        properties["col"] = str(span.column)
        properties["endColumn"] = str(span.end_column)
    told = ",".join(f"{name}={workflow_property(value)}" for name, value in properties.items())
    objects = listed([str(resource) for resource in item.resources])
    parts = (finding.message, objects, f"fix: {finding.fix}" if finding.fix else "", finding.help_url)
    message = "\n".join(shortened(part, _LONGEST_MESSAGE) for part in parts if part)
    return f"::{_COMMANDS[finding.severity]} {told}::{workflow_data(message)}\n"

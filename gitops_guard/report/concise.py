"""One line a finding: `path:line:column: error rule: message`. For editors, grep and people in a hurry."""

from __future__ import annotations

from typing import TextIO

from gitops_guard.model.verdict import Judgement
from gitops_guard.report.escape import log_line
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.summary import coverage_line, listed, merge, verdict_line
from gitops_guard.report.terminal import Paint, Painter, emit


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:
    """Findings, then the coverage and the verdict."""
    paint = Painter(options.color)
    shown = [*merge(judgement.findings), *(merge(judgement.existing) if options.show_existing else ())]
    old = {id(finding) for finding in judgement.existing}
    for item in shown:
        finding = item.finding
        where = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
        severity = paint(finding.severity.value, Paint[finding.severity.name])
        message = "; ".join(finding.message.splitlines())
        told = log_line(f"{finding.rule}: {message}")
        environments = f" ({log_line(listed(item.environments))})" if item.environments else ""
        before = " [already at the base]" if id(finding) in old else ""
        emit(stream, f"{log_line(where)}: {severity} {told}{environments}{before}\n")
    emit(stream, f"{coverage_line(judgement)}\n{log_line(verdict_line(judgement))}\n")

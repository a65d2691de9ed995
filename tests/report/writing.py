"""Running a writer in a test."""

from __future__ import annotations

import io
from dataclasses import replace

from gitops_guard.model.verdict import Judgement
from gitops_guard.report import write
from gitops_guard.report.options import ReportOptions

from .judgements import RULES

OPTIONS = ReportOptions(rules=RULES, show_existing=True)


def written(judgement: Judgement, format_name: str, options: ReportOptions = OPTIONS, **changes: object) -> str:
    """What the writer of a format makes of a judgement."""
    stream = io.StringIO()
    write(judgement, format_name, stream, replace(options, **changes))  # type: ignore[arg-type]
    return stream.getvalue()

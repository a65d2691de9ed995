"""What a writer may know beside the judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from gitops_guard.model.finding import Severity
from gitops_guard.model.rule import Rule
from gitops_guard.model.verdict import Judgement


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """The same for every format; a writer takes what it needs."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    """The rules that ran, by name: SARIF carries their documentation."""
    color: bool = False
    verbose: bool = False
    """Every single thing that was not judged, instead of counts."""
    quiet: bool = False
    """Findings and the closing lines only."""
    show_existing: bool = False
    """The findings that the base has as well, marked as such."""
    fail_on: Severity = Severity.ERROR
    """The mildest severity that blocks: JUnit calls these failures."""


class Writer(Protocol):
    """A format: a function that writes the whole report and never closes the stream."""

    def __call__(self, judgement: Judgement, stream: TextIO, options: ReportOptions, /) -> None:
        """Writes; raises only what the stream raises."""
        ...

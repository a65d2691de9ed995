"""One writer a format. Its input is a `Judgement`: no file is read, and exit codes never depend on a format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, TextIO, cast

if TYPE_CHECKING:
    from gitops_guard.model.verdict import Judgement
    from gitops_guard.report.options import ReportOptions, Writer

FORMATS: Final = {
    "text": "gitops_guard.report.text",
    "concise": "gitops_guard.report.concise",
    "json": "gitops_guard.report.json",
    "sarif": "gitops_guard.report.sarif",
    "junit": "gitops_guard.report.junit",
    "github": "gitops_guard.report.github",
    "markdown": "gitops_guard.report.markdown",
}
"""Every format, and the module whose `write` makes it. By name, so that a run loads only the ones that it writes."""


def writer(format: str) -> Writer:  # noqa: A002 the word that users type
    """The writer of a format. Raises `KeyError` where there is none of that name."""
    return cast("Writer", import_module(FORMATS[format]).write)


def write(judgement: Judgement, format: str, stream: TextIO, options: ReportOptions) -> None:  # noqa: A002
    """Writes one report to a stream."""
    writer(format)(judgement, stream, options)


def write_file(judgement: Judgement, format: str, path: str, options: ReportOptions) -> None:  # noqa: A002
    """Writes one report into a file (UTF-8, no colour), making its folder. Raises `OSError`."""
    from dataclasses import replace
    from pathlib import Path

    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="\n") as stream:
        write(judgement, format, stream, replace(options, color=False))

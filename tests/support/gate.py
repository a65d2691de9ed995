"""The gate as a user runs it, in this process: exit code, output, and the findings in a word each.

run = gate("validate", "--all", cwd=folder)             # run.code, run.out, run.err
told = judged("--all", cwd=folder)                      # the JSON report of `validate`
assert told.lines == ["apps/a.yaml:10:16 error chart-version-pinned production"]
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from gitops_guard.cli import main

CONSOLE_SCRIPT = Path(sys.executable).parent / "gitops-guard"


@dataclass(frozen=True)
class Run:
    """What a user sees of a run."""

    code: int
    out: str
    err: str


def gate(*arguments: str | Path, cwd: Path, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Run:
    """`gitops-guard ARGUMENTS` in the folder `cwd`, with further variables; everything but a process of its own."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    with (
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, environ or {}),
        mock.patch.object(sys, "stdin", given),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main([str(argument) for argument in arguments])
    return Run(code, _text(out), _text(err))


def process(*arguments: str | Path, cwd: Path, stdin: bytes = b"", timeout: float = 120, **environ: str) -> Run:
    """The console script itself. A run that takes longer than `timeout` seconds fails the test: it hangs."""
    done = subprocess.run(
        [CONSOLE_SCRIPT, *arguments],
        cwd=cwd,
        env=os.environ | environ,
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Told:
    """The JSON report of a run."""

    code: int
    report: dict[str, Any]

    @property
    def outcome(self) -> str:
        """`pass`, `fail`, `needs-approval` or `not-judged`."""
        return str(self.report["outcome"])

    @property
    def lines(self) -> list[str]:
        """What blocks or warns now: `path:line:column severity rule environment,environment`, sorted."""
        return lines_of(self.report["findings"])

    @property
    def existing(self) -> list[str]:
        """What was there at the base too, in the same form."""
        return lines_of(self.report["existing"])

    @property
    def waived(self) -> list[str]:
        """What a waiver covers, in the same form."""
        return lines_of(item["finding"] for item in self.report["waived"])

    @property
    def rules(self) -> dict[str, int]:
        """How many findings of each rule count now."""
        return dict(Counter(finding["rule"] for finding in self.report["findings"]))

    @property
    def not_judged(self) -> dict[str, int]:
        """How many questions of each rule could not be answered."""
        return dict(Counter(item["rule"] for item in self.report["notJudged"]))


def judged(*arguments: str | Path, cwd: Path, stdin: bytes = b"", environ: Mapping[str, str] | None = None) -> Told:
    """`gitops-guard validate ARGUMENTS`, told as JSON. A run without a report (bad usage) fails the test."""
    run = gate("validate", "--format", "json", *arguments, cwd=cwd, stdin=stdin, environ=environ)
    assert run.out, run.err
    told = Told(run.code, json.loads(run.out))
    assert told.report["exitCode"] == told.code
    return told


def lines_of(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Findings of a JSON report in a line each, in the order of files."""
    return sorted(map(_line, findings))


def _line(finding: Mapping[str, Any]) -> str:
    place = finding["location"]
    where = f"{place['path']}:{place['line']}:{place['column']}"
    return f"{where} {finding['severity']} {finding['rule']} {','.join(sorted(finding['environments']))}".rstrip()


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()

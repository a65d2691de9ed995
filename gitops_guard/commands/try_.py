"""`gitops-guard try`: a report on any repository, with no configuration at all. This is how people meet the product."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import TryOptions, ValidateOptions
from gitops_guard.commands.source import open_source
from gitops_guard.commands.validate import Result, validate
from gitops_guard.model.finding import Finding
from gitops_guard.report import write
from gitops_guard.report.escape import log_line
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.terminal import emit, wants_color


def run(options: TryOptions) -> int:
    """Prints the report; returns the exit code of the outcome. Raises `UsageError`."""
    if not _is_url(options.target):
        return _try(options, Path(options.target or "."))
    from gitops_guard.git.history import clone

    with TemporaryDirectory(prefix="gitops-guard-try-") as folder:
        target = Path(folder) / "repository"
        sys.stderr.write(f"cloning {log_line(options.target)}\n")
        clone(options.target, target)
        return _try(options, target)


def _is_url(target: str) -> bool:
    """A URL, or git's short form `git@host:path`; a folder of that name wins."""
    return not Path(target).exists() and ("://" in target or target.partition(":")[0].startswith("git@"))


def _try(options: TryOptions, folder: Path) -> int:
    if not folder.is_dir():
        raise UsageError(f"{folder} is neither a folder nor a URL that can be cloned.")
    asked = ValidateOptions(
        root=str(folder), all=True, cache=options.cache, jobs=options.jobs, verbosity=options.verbosity
    )
    with open_source(asked, everything=True) as source:
        result = validate(asked, source)
    emit(sys.stdout, "\n".join([*_environments(result), ""]) + "\n")
    _show(options, result)
    emit(sys.stdout, "\n".join(["", *_next_steps(result)]) + "\n")
    return result.judgement.outcome.exit_code


def _environments(result: Result) -> Iterator[str]:
    """What it took for environments, and why; so that a wrong guess is seen at once."""
    coverage = {item.name: item for item in result.judgement.coverage.environments}
    yield "Environments that it found:"
    for environment in result.judgement.environments:
        objects = coverage[environment.name].objects if environment.name in coverage else 0
        entries = ", ".join(dict.fromkeys(entry.path or "." for entry in environment.entry_points))
        tier = f"{environment.tier} ({environment.tier_reason})" if environment.tier_reason else environment.tier
        yield log_line(f"  {environment.name}: {objects} objects from {entries}; tier {tier}")


def _show(options: TryOptions, result: Result) -> None:
    chosen = most_worth_having(result.judgement.findings, options.top)
    shown = replace(result.judgement, findings=tuple(chosen))
    rules = {rule.name: rule for rule in result.rules.selected}
    color = wants_color(sys.stdout, options.color)
    total = len(result.judgement.findings)
    if total > len(chosen):
        emit(sys.stdout, f"The {len(chosen)} findings most worth having, of {total}:\n\n")
    write(shown, "text", sys.stdout, ReportOptions(rules=rules, color=color, verbose=options.verbosity > 0))


def most_worth_having(findings: Sequence[Finding], count: int) -> list[Finding]:
    """Errors before warnings; among equals first one of each rule, then the second of each, so that none drowns."""
    seen: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[int, int, int, Finding]] = []
    for position, finding in enumerate(sorted(findings, key=_weight)):
        key = (finding.rule, finding.severity)
        ranked.append((finding.severity.rank, seen[key], position, finding))
        seen[key] += 1
    return [finding for *_, finding in sorted(ranked, key=lambda item: item[:3])[:count]]


def _weight(finding: Finding) -> tuple[int, int, str]:
    return (finding.severity.rank, -len(finding.environments), str(finding.location))


def _next_steps(result: Result) -> Iterable[str]:
    findings = result.judgement.findings
    if findings:
        rule = most_worth_having(findings, 1)[0].rule
        yield f"Read why:          gitops-guard explain {rule}"
        yield "See everything:    gitops-guard validate --all"
    yield "Judge changes only: gitops-guard validate   (on a branch, or --base REF: what was there before never blocks)"
    yield "Write it down:     gitops-guard init        (environments and tiers as they were found, to correct)"

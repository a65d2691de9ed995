"""`gitops-guard test-rules`: run the tests that stand beside rules."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import TestRulesOptions
from gitops_guard.commands.rule_pipeline import RulePipeline
from gitops_guard.model.config import Config, RulesConfig
from gitops_guard.model.manifest import Problem
from gitops_guard.model.tree import MemoryTree
from gitops_guard.policy.packs import RuleSet, builtin_directory, is_rule_path, load_rules
from gitops_guard.policy.rule_tests import read_cases, run_case
from gitops_guard.policy.rules import TEST_SUFFIX
from gitops_guard.report.escape import log_line
from gitops_guard.report.terminal import emit


def run(options: TestRulesOptions) -> int:
    """0 where every case passes, 1 where one fails, 2 (`UsageError`) where there is none or a file is wrong."""
    files = _test_files([Path(path) for path in options.paths] or [builtin_directory()])
    rules = _rules(files)
    if rules.problems:
        raise UsageError("\n".join(map(_line, rules.problems)))
    passed = failed = 0
    for file in files:
        rule = file.name.removesuffix(TEST_SUFFIX)
        if options.rules and rule not in options.rules:
            continue
        for outcome in _run_file(file, rules):
            passed, failed = passed + (not outcome.failures), failed + bool(outcome.failures)
            _say(outcome, options.verbosity)
    if not passed and not failed:
        raise UsageError("no test was run.", f"Tests stand beside rules and end in {TEST_SUFFIX}.")
    emit(sys.stdout, f"{passed} passed, {failed} failed\n")
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Outcome:
    name: str
    failures: tuple[str, ...]


def _run_file(file: Path, rules: RuleSet) -> Iterable[_Outcome]:
    cases, problems = read_cases(file.name, file.read_bytes())
    if problems:
        raise UsageError("\n".join(map(_line, problems)))
    for case in cases:
        yield _Outcome(f"{file}: {case.name}", tuple(run_case(case, rules, RulePipeline())))


def _test_files(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no {path}.")
        candidates = sorted(path.rglob(f"*{TEST_SUFFIX}")) if path.is_dir() else [path]
        found.update(dict.fromkeys(candidates))
    return list(found)


def _rules(tests: Iterable[Path]) -> RuleSet:
    """The built-in rules, and those that stand beside the tests."""
    builtin = builtin_directory().resolve()
    parents = sorted({test.parent for test in tests if not test.resolve().is_relative_to(builtin)})
    folders = [folder for folder in parents if any(is_rule_path(path.name) for path in folder.glob("*.yaml"))]
    own = {path.as_posix(): path.read_bytes() for folder in folders for path in sorted(folder.glob("*.yaml"))}
    packs = tuple(folder.as_posix() for folder in folders)
    return load_rules(Config(rules=RulesConfig(packs=packs)), MemoryTree(own) if own else None)


def _say(outcome: _Outcome, verbosity: int) -> None:
    if outcome.failures:
        lines = [f"FAILED {outcome.name}", *(f"  {failure}" for failure in outcome.failures)]
    elif verbosity > 0:
        lines = [f"passed {outcome.name}"]
    else:
        return
    emit(sys.stdout, "".join(f"{log_line(line)}\n" for line in lines))


def _line(problem: Problem) -> str:
    return f"{problem.path}:{problem.span.line}:{problem.span.column}: {problem.message}"

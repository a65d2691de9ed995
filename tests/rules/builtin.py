"""The built-in rules and their cases, and the pipeline that cases with `config` or `render: true` run through."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gitops_guard.model.config import Config
from gitops_guard.model.manifest import Problem
from gitops_guard.policy.packs import RuleSet, builtin_directory, load_rules
from gitops_guard.policy.rule_tests import Case, Pipeline, read_cases


@cache
def pipeline() -> Pipeline:
    """The real reader of configuration and the real renderer."""
    from gitops_guard.commands.rule_pipeline import RulePipeline

    return RulePipeline()


@cache
def builtin_rules() -> RuleSet:
    """With problems, perhaps: one bad rule file must fail its own test, not all of them."""
    return load_rules(Config())


def find_tests() -> list[Path]:
    return sorted(builtin_directory().glob("*/*.test.yaml"))


@cache
def cases_of(path: Path) -> list[Case]:
    return read_cases(path.name, path.read_bytes())[0]


def say(problems: list[Problem]) -> str:
    return "\n".join(f"{item.path}:{item.span.line}:{item.span.column}: {item.message}" for item in problems)

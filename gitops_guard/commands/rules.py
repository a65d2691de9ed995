"""`gitops-guard rules`: which rules there are. The table of the README and docs/rules.md use the same words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from gitops_guard.commands.errors import NOTHING_JUDGED, UsageError
from gitops_guard.commands.options import RulesOptions
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Tier
from gitops_guard.model.finding import Level
from gitops_guard.model.rule import Profile, Rule
from gitops_guard.policy.packs import RuleSet, RuleText, is_rule_path, load_rules, read_rules, with_settings
from gitops_guard.report.escape import log_line, markdown_text
from gitops_guard.report.terminal import Paint, Painter, emit, wants_color


def run(options: RulesOptions) -> int:
    """Lists the rules. Rule files that cannot be read are named, and make the exit code 2."""
    found = load(options.packs)
    if options.format == "json":
        emit(sys.stdout, json.dumps([as_json(rule) for rule in found.rules], indent=2) + "\n")
    elif options.format == "markdown":
        emit(sys.stdout, table(found.rules))
    else:
        emit(sys.stdout, _listing(found.rules, Painter(wants_color(sys.stdout, options.color))))
    for problem in found.problems:
        emit(sys.stderr, log_line(f"gitops-guard: {problem.path}:{problem.span.line}: {problem.message}") + "\n")
    return NOTHING_JUDGED if found.problems else 0


def load(packs: Sequence[str]) -> RuleSet:
    """The built-in rules and those of further folders. Raises `UsageError` where a folder holds none."""
    built_in = load_rules(Config())
    texts = [text for pack in packs for text in _rule_files(pack)]
    own, problems = read_rules(texts)
    return with_settings((*built_in.rules, *own), Config(), (*built_in.problems, *problems))


def _rule_files(pack: str) -> list[RuleText]:
    folder = Path(pack)
    paths = sorted(path for path in folder.rglob("*.yaml") if is_rule_path(path.name))
    if not paths:
        raise UsageError(f"{pack} holds no rule files.", "--pack needs a folder of them.")
    return [RuleText(folder.resolve().name, str(path), path.read_bytes()) for path in paths]


def severity_text(rule: Rule) -> str:
    """`error`, or `error in production, warning elsewhere`; a level `off` is said too."""
    levels: Mapping[Tier, Level] = {tier: level for tier, level in rule.severity.items() if level != rule.default.value}
    if not levels:
        return rule.default.value
    stated = [f"{level.value} in {tier.value}" for tier, level in levels.items()]
    return f"{', '.join(stated)}, {rule.default.value} elsewhere"


def table(rules: Iterable[Rule]) -> str:
    """Markdown: one table for all packs."""
    rows = ["| Pack | Rule | Severity | What it demands |", "|---|---|---|---|"]
    for rule in rules:
        strict = " (profile `strict`)" if rule.profile is Profile.STRICT else ""
        rows.append(f"| {rule.pack} | `{rule.name}` | {severity_text(rule)}{strict} | {markdown_text(rule.title)} |")
    return "\n".join(rows) + "\n"


def as_json(rule: Rule) -> dict[str, object]:
    """What a rule says of itself, as plain data."""
    return {
        "name": rule.name,
        "pack": rule.pack,
        "title": rule.title,
        "scope": rule.scope.value,
        "profile": rule.profile.value,
        "severity": {
            "default": rule.default.value,
            **{tier.value: level.value for tier, level in rule.severity.items()},
        },
        "params": dict(rule.params),
        "what": rule.what,
        "why": rule.why,
        "bad": rule.bad,
        "good": rule.good,
        "fix": rule.how,
        "links": list(rule.links),
        "source": rule.source,
    }


def _listing(rules: Sequence[Rule], paint: Painter) -> str:
    width = max((len(rule.name) for rule in rules), default=0)
    lines = []
    for pack, group in groupby(rules, key=lambda rule: rule.pack):
        lines.append(paint(log_line(pack), Paint.STRONG))
        for rule in group:
            strict = " (profile strict)" if rule.profile is Profile.STRICT else ""
            lines.append(f"  {paint(log_line(rule.name.ljust(width)), Paint.HELP)}  {log_line(rule.title)}{strict}")
            lines.append(f"  {'':{width}}  {paint(severity_text(rule), Paint.FAINT)}")
        lines.append("")
    lines.append(f"{len(rules)} rules; gitops-guard explain RULE says more")
    return "\n".join(lines) + "\n"

"""`gitops-guard explain RULE`: what a rule demands, why, and how to mend it, in the words of its file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from gitops_guard.commands.errors import UsageError, did_you_mean
from gitops_guard.commands.options import ExplainOptions
from gitops_guard.commands.rules import load, severity_text
from gitops_guard.model.rule import Rule
from gitops_guard.report.escape import log_line, log_lines
from gitops_guard.report.terminal import Paint, Painter, emit, wants_color


def run(options: ExplainOptions) -> int:
    """Prints one rule. Raises `UsageError` where there is none of that name."""
    known = load(options.packs)
    rule = known.by_name.get(options.rule)
    if rule is None:
        broken = [f"{problem.path} cannot be read: {problem.message}." for problem in known.problems]
        hint = did_you_mean(options.rule, known.by_name) or "All rules: gitops-guard rules."
        raise UsageError(f'there is no rule "{options.rule}".', " ".join([hint, *broken]))
    paint = Painter(wants_color(sys.stdout, options.color))
    emit(sys.stdout, "\n".join(_page(rule, paint)) + "\n")
    return 0


def _page(rule: Rule, paint: Painter) -> Iterator[str]:
    yield paint(log_line(rule.name), Paint.STRONG)
    yield log_line(rule.title)
    yield ""
    yield from _facts(rule, paint)
    sections = (
        ("What", rule.what, Paint.STRONG),
        ("Why", rule.why, Paint.STRONG),
        ("Bad", rule.bad, Paint.ERROR),
        ("Good", rule.good, Paint.GOOD),
        ("Fix", rule.how, Paint.STRONG),
    )
    for title, text, color in sections:
        if text.strip():
            yield ""
            yield paint(title, color)
            yield from (f"  {line}".rstrip() for line in log_lines(text.strip("\n")))
    if rule.links:
        yield ""
        yield paint("More", Paint.STRONG)
        yield from (f"  {log_line(link)}" for link in rule.links)


def _facts(rule: Rule, paint: Painter) -> Iterator[str]:
    facts = {
        "severity": severity_text(rule),
        "profile": rule.profile.value,
        "pack": rule.pack,
        "scope": rule.scope.value,
        **{f"param {name}": f"{json.dumps(value)} by default" for name, value in rule.params.items()},
        "waive": f"# gitops-guard: ignore[{rule.name}] the reason",
    }
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        yield f"{paint(f'{name:{width}}', Paint.FAINT)}  {log_line(value)}"

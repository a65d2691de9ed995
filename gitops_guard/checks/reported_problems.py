"""Trouble that was met while a file was read: each `Problem` is a finding of the rule that has its code for a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gitops_guard.model.finding import Hit
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.rule import Context


def check(file: SourceFile, context: Context) -> Iterable[Hit]:
    """Scope file. With `params: {others: true}` the rule takes the codes that no rule is named after."""
    return _hits(file, context) if file.problems else ()


def _hits(file: SourceFile, context: Context) -> Iterator[Hit]:
    others = context.params.get("others") is True
    for problem in file.problems:
        if problem.code == context.rule or (others and problem.code not in context.siblings):
            yield Hit(
                message=problem.message if problem.code == context.rule else f"{problem.code}: {problem.message}",
                file=problem.path,
                span=problem.span,
                fix=problem.fix,
                cause=f"{problem.code}: {problem.message}",
            )

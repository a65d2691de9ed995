"""Builds that failed: each `BuildFailure` is a finding of the rule that has its code for a name."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment. With `params: {others: true}` the rule takes the codes that no rule is named after.

    With `params: {unseen: true}` the failure also counts as something that could not be judged.
    """
    others = context.params.get("others") is True
    for failure in facts.failures:
        if context.params.get("unseen") is True and failure.code == context.rule:
            yield NotJudged(failure.message, failure.subject, failure.path, failure.message, failure.file, failure.span)
        if failure.code == context.rule or (others and failure.code not in context.siblings):
            yield Hit(
                message=failure.message if failure.code == context.rule else f"{failure.code}: {failure.message}",
                subject=failure.subject,
                path=failure.path,
                file=failure.file,
                span=failure.span,
                fix=failure.fix,
                # The applier tells two failures with one text apart; the text tells two failures of one applier apart.
                cause=f"{failure.code}: {failure.applier or ''}: {failure.message}",
            )

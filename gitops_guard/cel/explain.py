"""Blame: which inputs made an expression what it is.

A second, slower evaluation for expressions that failed. It walks the tree along what decided (the false side of
`&&`, the failing round of `all`) down to values, and asks `places` where these stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from gitops_guard.cel.blame import Blame
from gitops_guard.cel.errors import CelError, OutOfBudget
from gitops_guard.cel.places import Budget, Element, Scope, Tracer
from gitops_guard.cel.syntax import Bind, Comprehension, Conditional, Logical, Node, Unary
from gitops_guard.model.unknown import Unknown

if TYPE_CHECKING:
    from gitops_guard.cel.program import Program

MAX_BLAMES: Final = 20
_REFERENCES: Final = frozenset(("oldObject", "params", "namespaceObject", "request", "authorizer"))
"""Variables that an object is compared with: a person mends the object first."""


def explain(program: Program, bindings: Mapping[str, Any], budget: int) -> list[Blame]:
    """The places that decided, the likeliest first, each once. Where the budget ends, what was found by then."""
    found: dict[Blame, None] = {}
    try:
        why = _Explanation(program, Budget(budget)).why(program.node, Scope(bindings))
        for place in islice(why, 10 * MAX_BLAMES):
            found[place] = None
            if len(found) == MAX_BLAMES:
                break
    except (OutOfBudget, RecursionError):
        pass
    return sorted(found, key=lambda place: place.variable in _REFERENCES)


def _no_value(value: Any) -> bool:
    return type(value) is CelError or type(value) is Unknown


class _Explanation(Tracer):
    """The walk down one program."""

    def why(self, node: Node, scope: Scope) -> Iterator[Blame]:
        """The places that decided the value of a node."""
        if origin := self.behind(node, scope):
            explanation, source, inner = origin
            yield from explanation.why(source, inner)
            return
        match node:
            case Logical():
                yield from self._why_logical(node, scope)
            case Unary(operand=operand):
                yield from self.why(operand, scope)
            case Conditional():
                yield from self.why(self.branch(node, scope), scope)
                yield from self.why(node.condition, scope)
            case Comprehension(kind="all" | "exists" | "existsOne"):
                yield from self._why_quantifier(node, scope)
            case Bind():
                yield from self.why(node.body, self.bound(node, scope))
                yield from self.sources(node.value, scope)
            case _:
                yield from self.sources(node, scope)

    def _why_logical(self, node: Logical, scope: Scope) -> Iterator[Blame]:
        """Terms that decided; where it took all of them, the last first: guards stand before what they guard."""
        decisive = node.operator == "||"
        values = [self.value(term, scope) for term in node.terms]
        deciding = [term for term, value in zip(node.terms, values, strict=True) if value is decisive] or [
            term for term, value in zip(node.terms, values, strict=True) if _no_value(value)
        ]
        for term in deciding or reversed(node.terms):
            yield from self.why(term, scope)

    def _why_quantifier(self, node: Comprehension, scope: Scope) -> Iterator[Blame]:
        """The rounds that decided; where it took all of them, what was looked through."""
        rounds = self._deciding(node, scope)
        for element in rounds:
            inner = scope.enter(node, element)
            places = list(self.why(node.body[0], inner))
            if not places and element.place is not None:
                places = [element.place]
            yield from places
        if not rounds:
            yield from self.sources(node.source, scope)

    def _deciding(self, node: Comprehension, scope: Scope) -> list[Element]:
        elements = self.elements(node.source, scope)
        values = [self.value(node.body[0], scope.enter(node, element)) for element in elements]
        decisive = node.kind != "all"
        return [element for element, value in zip(elements, values, strict=True) if value is decisive] or [
            element for element, value in zip(elements, values, strict=True) if _no_value(value)
        ]

"""Where values stand: following a value back through an expression to a place in an input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from gitops_guard.cel.blame import Blame
from gitops_guard.cel.cost import charge
from gitops_guard.cel.errors import Stop
from gitops_guard.cel.syntax import (
    Binary,
    Bind,
    Call,
    Comprehension,
    Conditional,
    Has,
    Index,
    ListLiteral,
    Logical,
    MapLiteral,
    Name,
    Node,
    OptionalMap,
    Select,
    Unary,
)
from gitops_guard.cel.values import OptionalValue, from_key
from gitops_guard.cel.variables import Variables

if TYPE_CHECKING:
    from gitops_guard.cel.program import Program

_STEP: Final = 10
"""Units that a step of the search costs, beside the evaluations that it needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """All variables by name: their values, the places of those that a loop made, the origins of `cel.bind`'s."""

    values: Mapping[str, Any]
    places: Mapping[str, Blame | None] = field(default_factory=dict)
    origins: Mapping[str, tuple[Node, Scope]] = field(default_factory=dict)

    def bind(self, name: str, value: Any, place: Blame | None, origin: tuple[Node, Scope] | None = None) -> Scope:
        """This scope with one more variable."""
        origins = {other: found for other, found in self.origins.items() if other != name}
        if origin is not None:
            origins[name] = origin
        return Scope({**self.values, name: value}, {**self.places, name: place}, origins)

    def enter(self, loop: Comprehension, element: Element) -> Scope:
        """The scope of one round of a loop."""
        if len(loop.names) == 1:
            return self.bind(loop.names[0], element.single, element.place)
        inner = self.bind(loop.names[0], element.key, element.place)
        return inner.bind(loop.names[1], element.value, element.place)


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """What a loop goes over. `single` is what a loop with one variable gets: the key of a map, the value of a list."""

    key: Any
    value: Any
    single: Any
    place: Blame | None


@dataclass(slots=True)
class Budget:
    """What is left for an explanation and all explanations of variables inside it."""

    left: int


class Tracer:
    """Finds places in the expression of one program."""

    def __init__(self, program: Program, budget: Budget) -> None:
        self._program = program
        self._budget = budget

    def value(self, node: Node, scope: Scope) -> Any:
        """The value of a node, or the error or unknown that keeps it from having one."""
        fragment = self._program.fragment(node, frozenset(scope.values) | self._program.variables)
        frame = fragment.frame(scope.values, self._budget.left)
        try:
            charge(frame, _STEP)
            return fragment.run(frame)
        except Stop as stop:
            return stop.outcome
        finally:
            self._budget.left = frame[0]

    def behind(self, node: Node, scope: Scope) -> tuple[Self, Node, Scope] | None:
        """The expression behind `variables.name`, or behind a name that `cel.bind` gave."""
        match node:
            case Select(operand=Name(name="variables"), field=name, optional=False):
                variables = scope.values.get("variables")
                if isinstance(variables, Variables) and name in variables.programs:
                    program = variables.programs[name]
                    return type(self)(program, self._budget), program.node, Scope(variables.bindings)
            case Name(name=name) if name in scope.origins:
                return self, *scope.origins[name]
        return None

    def branch(self, node: Conditional, scope: Scope) -> Node:
        """The branch that was taken; the condition itself where that was neither true nor false."""
        condition = self.value(node.condition, scope)
        if condition is True:
            return node.then
        return node.otherwise if condition is False else node.condition

    def bound(self, node: Bind | OptionalMap, scope: Scope) -> Scope:
        """The scope of the body."""
        source = node.value if isinstance(node, Bind) else node.target
        value = self.value(source, scope)
        if isinstance(node, OptionalMap) and type(value) is OptionalValue:
            value = value.value
        origin = (source, scope) if isinstance(node, Bind) else None
        return scope.bind(node.name, value, self.place(source, scope), origin)

    def place(self, node: Node, scope: Scope) -> Blame | None:
        """The one place where the value of a node stands; None where it was made from several, or of nothing."""
        if origin := self.behind(node, scope):
            tracer, source, inner = origin
            return tracer.place(source, inner)
        match node:
            case Name(name=name):
                if name in scope.places:
                    return scope.places[name]
                return Blame(name, ()) if name in scope.values else None
            case Select(operand=operand, field=step) | Has(operand=operand, field=step):
                return self._step(operand, step, scope)
            case Index(operand=operand, key=key):
                return self._step(operand, self.value(key, scope), scope)
            case Conditional():
                return self.place(self.branch(node, scope), scope)
            case Bind():
                return self.place(node.body, self.bound(node, scope))
            case Call(function="dyn", target=None, arguments=(argument,)):
                return self.place(argument, scope)
            case Call(function="value" | "orValue" | "or", target=target) if target is not None:
                return self.place(target, scope)
        return None

    def _step(self, operand: Node, step: Any, scope: Scope) -> Blame | None:
        parent = self.place(operand, scope)
        if parent is None or parent.missing:
            return parent
        container = self.value(operand, scope)
        if type(container) is OptionalValue:
            container = container.value
        if type(container) is list and type(step) is int:
            return parent.below(step) if 0 <= step < len(container) else parent
        if not isinstance(container, dict) or type(step) is not str:
            return parent
        return parent.below(step) if step in container else parent._replace(missing=step)

    def elements(self, node: Node, scope: Scope) -> list[Element]:
        """What a loop over the node goes over, each with its place."""
        if origin := self.behind(node, scope):
            tracer, source, inner = origin
            return tracer.elements(source, inner)
        match node:
            case Comprehension(kind="filter" | "map"):
                return self._kept(node, scope)
            case Conditional():
                return self.elements(self.branch(node, scope), scope)
            case Binary(operator="+", left=left, right=right):
                both = [*self.elements(left, scope), *self.elements(right, scope)]
                return [replace(element, key=at) for at, element in enumerate(both)]
        value = self.value(node, scope)
        place = self.place(node, scope)
        if type(value) is list:
            return [Element(at, item, item, place and place.below(at)) for at, item in enumerate(value)]
        if isinstance(value, dict):
            return [
                Element(from_key(key), item, from_key(key), place.below(key) if place and type(key) is str else place)
                for key, item in value.items()
            ]
        return []

    def _kept(self, node: Comprehension, scope: Scope) -> list[Element]:
        """The elements that `filter` let through, or that `map` made."""
        kept: list[Element] = []
        maps = node.kind == "map"
        condition = node.body[0] if not maps or len(node.body) == 2 else None
        for element in self.elements(node.source, scope):
            inner = scope.enter(node, element)
            if condition is not None and self.value(condition, inner) is not True:
                continue
            value = self.value(node.body[-1], inner) if maps else element.single
            place = (self.place(node.body[-1], inner) if maps else None) or element.place
            kept.append(Element(len(kept), value, value, place))
        return kept

    def sources(self, node: Node, scope: Scope) -> Iterator[Blame]:
        """The places that the value of a node was made from, in the order of the text."""
        place = self.place(node, scope)
        if place is not None:
            yield place
        elif origin := self.behind(node, scope):
            tracer, source, inner = origin
            yield from tracer.sources(source, inner)
            return
        match node:
            case Comprehension():
                if node.kind in ("filter", "map"):
                    yield from (element.place for element in self.elements(node, scope) if element.place)
                yield from self.sources(node.source, scope)
            case Bind() | OptionalMap():
                yield from self.sources(node.body, self.bound(node, scope))
                yield from self.sources(node.value if isinstance(node, Bind) else node.target, scope)
            case Conditional():
                yield from self.sources(self.branch(node, scope), scope)
            case _ if place is None or isinstance(node, Call):
                for child in children(node):
                    yield from self.sources(child, scope)


_Children: TypeAlias = tuple[Node, ...]


def children(node: Node) -> _Children:
    """The direct operands of a node that binds no variables."""
    match node:
        case Select(operand=operand) | Has(operand=operand) | Unary(operand=operand):
            return (operand,)
        case Index(operand=operand, key=key):
            return (operand, key)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(target=target, arguments=arguments):
            return arguments if target is None else (target, *arguments)
        case Logical(terms=terms):
            return tuple(terms)
        case ListLiteral(items=items):
            return tuple(item.value for item in items)
        case MapLiteral(entries=entries):
            return tuple(part for entry in entries for part in (entry.key, entry.value))
    return ()

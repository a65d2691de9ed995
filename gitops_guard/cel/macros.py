"""Macros: calls that the parser turns into nodes of their own, because their arguments are not values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from gitops_guard.cel.errors import Misplaced
from gitops_guard.cel.syntax import Bind, Comprehension, Has, Name, Node, OptionalMap, Select, qualified_name

Arguments: TypeAlias = tuple[Node, ...]


def expand(function: str, target: Node | None, arguments: Arguments, at: int) -> Node | None:
    """The node that a macro call stands for; None where the call is no macro."""
    if target is None:
        return _has(arguments, at) if function == "has" and len(arguments) == 1 else None
    if function == "bind" and len(arguments) == 3 and qualified_name(target) == "cel":
        return Bind(_name(arguments[0], function), arguments[1], arguments[2], at)
    make = _MEMBERS.get((function, len(arguments)))
    return make(function, target, arguments, at) if make else None


def _has(arguments: Arguments, at: int) -> Node:
    selected = arguments[0]
    if not isinstance(selected, Select) or selected.optional:
        raise Misplaced("has() takes a field selection, as in has(object.spec.replicas)", at)
    return Has(selected.operand, selected.field, selected.at)


def _name(node: Node, function: str) -> str:
    if not isinstance(node, Name) or node.absolute:
        raise Misplaced(f"this argument of {function}() must be the name of a variable", node.at)
    return node.name


def _loop(names: int) -> Callable[[str, Node, Arguments, int], Node]:
    def make(function: str, target: Node, arguments: Arguments, at: int) -> Node:
        variables = tuple(_name(node, function) for node in arguments[:names])
        if len(set(variables)) != names:
            raise Misplaced(f"the variables of {function}() must have different names", at)
        kind = "existsOne" if function == "exists_one" else function
        return Comprehension(kind, target, variables, arguments[names:], at)

    return make


def _optional_map(function: str, target: Node, arguments: Arguments, at: int) -> Node:
    return OptionalMap(target, _name(arguments[0], function), arguments[1], function == "optFlatMap", at)


_MEMBERS: Final[dict[tuple[str, int], Callable[[str, Node, Arguments, int], Node]]] = {
    ("all", 2): _loop(1),
    ("exists", 2): _loop(1),
    ("exists_one", 2): _loop(1),
    ("existsOne", 2): _loop(1),
    ("filter", 2): _loop(1),
    ("map", 2): _loop(1),
    ("map", 3): _loop(1),
    ("all", 3): _loop(2),
    ("exists", 3): _loop(2),
    ("exists_one", 3): _loop(2),
    ("existsOne", 3): _loop(2),
    ("transformList", 3): _loop(2),
    ("transformList", 4): _loop(2),
    ("transformMap", 3): _loop(2),
    ("transformMap", 4): _loop(2),
    ("transformMapEntry", 3): _loop(2),
    ("transformMapEntry", 4): _loop(2),
    ("optMap", 2): _optional_map,
    ("optFlatMap", 2): _optional_map,
}

"""A syntax tree to closures over a frame.

Names become slots, literals and whatever follows from literals alone become constants, and the common shapes (a path
of fields, a comparison with a literal, `startsWith('x')`) get closures of their own. Chains that nest to the left
without end (`a + b + ...`, `a.b().c()...`) are cut into stages that hand over through a slot, so that neither
compiling nor evaluating them needs a deep stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from gitops_guard.cel import operators
from gitops_guard.cel.access import field_reader, index_reader, path_reader, presence, select_optional
from gitops_guard.cel.cost import FOLDING_BUDGET, Frame, Run
from gitops_guard.cel.equality import ORDERINGS
from gitops_guard.cel.errors import ErrorKind, Misplaced, OutOfBudget, Stop, failure
from gitops_guard.cel.library import Functions, call
from gitops_guard.cel.logic import conditional, inversion, junction
from gitops_guard.cel.loops import LOOPS, Loop, binding, optional_map
from gitops_guard.cel.shortcuts import SHORTCUTS
from gitops_guard.cel.syntax import (
    Binary,
    Bind,
    Call,
    Comprehension,
    Conditional,
    Has,
    Index,
    ListLiteral,
    Literal,
    Logical,
    MapLiteral,
    Message,
    Name,
    Node,
    OptionalMap,
    Select,
    Unary,
    qualified_name,
)
from gitops_guard.cel.values import OptionalValue, from_key, reject, to_key, type_name, type_named

Scope: TypeAlias = Mapping[str, int]

STAGE: Final = 40
"""The longest chain to the left that is compiled as nested closures."""


class Compiler:
    """Compiles the nodes of one expression. Slots are never used twice, so that any node can be run on any frame."""

    def __init__(self, variables: frozenset[str], functions: Functions) -> None:
        self._variables = variables
        self._functions = functions
        self._dotted = frozenset(name for name in variables if "." in name)
        self._constants: dict[Run, Any] = {}
        self._stages: dict[int, Run] = {}
        self._compiled = 0
        self.inputs: dict[str, int] = {}
        self.slots = 1

    def slot(self) -> int:
        """A slot that nobody has."""
        self.slots += 1
        return self.slots - 1

    def compile(self, node: Node, scope: Scope) -> Run:
        """The closure of a node whose free local variables are those of `scope`. Raises `Misplaced`."""
        if id(node) in self._stages:
            return self._stages[id(node)]
        stages = self._cut(node, scope)
        self._compiled += 1
        run: Run = getattr(self, f"_{type(node).__name__.lower()}")(node, scope)
        return _staged(stages, run) if stages else run

    def _fixed(self, value: Any) -> Run:
        def run(_: Frame) -> Any:
            return value

        self._constants[run] = value
        return run

    def _folded(self, run: Run, *operands: Run) -> Run:
        """A constant where all operands are; an operation that fails is left to fail when it is evaluated."""
        if not all(operand in self._constants for operand in operands):
            return run
        try:
            return self._fixed(run([FOLDING_BUDGET]))
        except (Stop, OutOfBudget):
            return run

    def _cut(self, node: Node, scope: Scope) -> list[tuple[int, Run]]:
        """The stages that must run before the node where the chain to its left is too long."""
        chain = [node]
        while (left := _left(chain[-1])) is not None and id(left) not in self._stages:
            chain.append(left)
        stages = []
        for at in range(len(chain) - STAGE, 0, -STAGE):
            run = self.compile(chain[at], scope)
            slot = self.slot()
            stages.append((slot, run))
            self._stages[id(chain[at])] = path_of_slot(slot)
        return stages

    # --- names and fields

    def _name(self, node: Name, scope: Scope) -> Run:
        if node.name in scope and not node.absolute:
            return path_of_slot(scope[node.name])
        if node.name in self._variables:
            return path_of_slot(self._input(node.name))
        if (named := type_named(node.name)) is not None:
            return self._fixed(named)
        known = sorted({*scope, *self._variables})
        hint = _closest(node.name, known)
        advice = f"did you mean {hint!r}?" if hint else f"known are {', '.join(known) or 'none'}"
        raise Misplaced(f"undeclared variable {node.name!r}; {advice}", node.at)

    def _input(self, name: str) -> int:
        if name not in self.inputs:
            self.inputs[name] = self.slot()
        return self.inputs[name]

    def _select(self, node: Select, scope: Scope) -> Run:
        if node.optional:
            operand, field = self.compile(node.operand, scope), node.field
            return lambda frame: select_optional(operand(frame), field)
        fields = [node.field]
        root: Node = node.operand
        while isinstance(root, Select) and not root.optional and id(root) not in self._stages:
            fields.append(root.field)
            root = root.operand
        fields.reverse()
        if isinstance(root, Name):
            return self._path(root, fields, scope)
        run = self.compile(root, scope)
        for field in fields:
            run = self._folded(field_reader(run, field), run)
        return run

    def _path(self, root: Name, fields: list[str], scope: Scope) -> Run:
        if root.absolute or root.name not in scope:
            qualified = ".".join((root.name, *fields))
            if root.name not in self._variables and (named := type_named(qualified)) is not None:
                return self._fixed(named)
            for length in range(len(fields), 0, -1) if self._dotted else ():
                name = ".".join((root.name, *fields[:length]))
                if name in self._dotted:
                    rest = tuple(fields[length:])
                    return path_reader(self._input(name), rest) if rest else path_of_slot(self._input(name))
            slot = self._input(root.name) if root.name in self._variables else None
        else:
            slot = scope[root.name]
        if slot is None:
            self._name(root, scope)  # raises, but for the name of a type, which has no fields
            raise Misplaced(f"the type {root.name!r} has no field {fields[0]!r}", root.at)
        return path_reader(slot, tuple(fields))

    def _has(self, node: Has, scope: Scope) -> Run:
        operand = self.compile(node.operand, scope)
        return self._folded(presence(operand, node.field), operand)

    def _index(self, node: Index, scope: Scope) -> Run:
        operand = self.compile(node.operand, scope)
        key = self.compile(node.key, scope)
        return self._folded(index_reader(operand, key, optional=node.optional), operand, key)

    # --- literals

    def _literal(self, node: Literal, _: Scope) -> Run:
        return self._fixed(node.value)

    def _listliteral(self, node: ListLiteral, scope: Scope) -> Run:
        items = [self.compile(item.value, scope) for item in node.items]
        if not any(item.optional for item in node.items):
            return self._folded(lambda frame: [item(frame) for item in items], *items)
        optional = [item.optional for item in node.items]

        def run(frame: Frame) -> list[Any]:
            made = []
            for item, is_optional in zip(items, optional, strict=True):
                value = item(frame)
                if not is_optional:
                    made.append(value)
                elif _present(value):
                    made.append(value.value)
            return made

        return self._folded(run, *items)

    def _mapliteral(self, node: MapLiteral, scope: Scope) -> Run:
        entries = [
            (self.compile(entry.key, scope), self.compile(entry.value, scope), entry.optional) for entry in node.entries
        ]

        def run(frame: Frame) -> dict[Any, Any]:
            made = {}
            for key, value, optional in entries:
                stored = to_map_key(key(frame))
                found = value(frame)
                if stored in made:
                    raise failure(ErrorKind.ARGUMENT, f"duplicate key in map: {from_key(stored)!r}")
                if not optional:
                    made[stored] = found
                elif _present(found):
                    made[stored] = found.value
            return made

        return self._folded(run, *(part for key, value, _ in entries for part in (key, value)))

    def _message(self, node: Message, _: Scope) -> Run:
        raise Misplaced(f"there is no message type {node.type_name!r} here", node.at)

    # --- operators

    def _binary(self, node: Binary, scope: Scope) -> Run:
        left = self.compile(node.left, scope)
        right = self.compile(node.right, scope)
        return self._folded(self._operation(node.operator, left, right), left, right)

    def _operation(self, operator: str, left: Run, right: Run) -> Run:
        fixed = self._constants.get(right, ...)
        if operator in ("==", "!="):
            negated = operator == "!="
            if type(fixed) is str:
                return operators.equality_to_text(left, fixed, negated=negated)
            return operators.equality(left, right, negated=negated)
        if operator == "in":
            if type(fixed) is list and all(type(item) is str for item in fixed):
                return operators.membership_in_texts(left, fixed)
            return operators.membership(left, right)
        if operator in ORDERINGS:
            if type(fixed) is int:
                return operators.ordering_to_int(operator, left, fixed)
            return operators.ordering(operator, left, right)
        return operators.arithmetic(operator, left, right)

    def _unary(self, node: Unary, scope: Scope) -> Run:
        operand = self.compile(node.operand, scope)
        return self._folded(inversion(operand) if node.operator == "!" else operators.negation(operand), operand)

    def _logical(self, node: Logical, scope: Scope) -> Run:
        terms = [self.compile(term, scope) for term in node.terms]
        return self._folded(junction(terms, decisive=node.operator == "||"), *terms)

    def _conditional(self, node: Conditional, scope: Scope) -> Run:
        parts = [self.compile(part, scope) for part in (node.condition, node.then, node.otherwise)]
        return self._folded(conditional(*parts), *parts)

    # --- macros and calls

    def _comprehension(self, node: Comprehension, scope: Scope) -> Run:
        source = self.compile(node.source, scope)
        slots = tuple(self.slot() for _ in node.names)
        inner = {**scope, **dict(zip(node.names, slots, strict=True))}
        before = self._compiled
        body = tuple(self.compile(part, inner) for part in node.body)
        return LOOPS[node.kind](Loop(source, slots, body, 1 + self._compiled - before))

    def _bind(self, node: Bind, scope: Scope) -> Run:
        value = self.compile(node.value, scope)
        slot = self.slot()
        return binding(value, slot, self.compile(node.body, {**scope, node.name: slot}))

    def _optionalmap(self, node: OptionalMap, scope: Scope) -> Run:
        target = self.compile(node.target, scope)
        slot = self.slot()
        return optional_map(target, slot, self.compile(node.body, {**scope, node.name: slot}), flat=node.flat)

    def _call(self, node: Call, scope: Scope) -> Run:
        arguments = [self.compile(argument, scope) for argument in node.arguments]
        if node.target is None:
            return self._global_call(node.function, node, arguments)
        namespace = self._namespace(node.target, scope)
        if namespace and f"{namespace}.{node.function}" in self._functions.names:
            return self._global_call(f"{namespace}.{node.function}", node, arguments)
        target = self.compile(node.target, scope)
        overloads = self._functions.find(node.function, method=True, arity=1 + len(arguments))
        if not overloads:
            raise self._no_function(node.function, node, method=True)
        general = call(node.function, overloads, (target, *arguments))
        shortcut = SHORTCUTS.get(node.function)
        if shortcut and len(arguments) == 1 and type(fixed := self._constants.get(arguments[0])) is str:
            general = shortcut(target, fixed, general)
        return self._folded(general, target, *arguments)

    def _namespace(self, node: Node, scope: Scope) -> str:
        """The dotted name that a call's target is, unless it starts with a variable."""
        name = qualified_name(node)
        root = name.partition(".")[0]
        return "" if root in scope or root in self._variables else name

    def _global_call(self, name: str, node: Call, arguments: list[Run]) -> Run:
        overloads = self._functions.find(name, method=False, arity=len(arguments))
        if not overloads:
            raise self._no_function(name, node, method=False)
        return self._folded(call(name, overloads, arguments), *arguments)

    def _no_function(self, name: str, node: Call, *, method: bool) -> Misplaced:
        kind = "method" if method else "function"
        arities = self._functions.arities(name, method=method)
        if arities:
            wanted = " or ".join("any number of" if arity < 0 else str(arity) for arity in arities)
            return Misplaced(f"{name}() takes {wanted} arguments, not {len(node.arguments)}", node.at)
        if self._functions.arities(name, method=not method):
            other = f"{name}(value)" if method else f"value.{name}()"
            return Misplaced(f"{name}() is no {kind}; it is called as {other}", node.at)
        hint = _closest(name, self._functions.names)
        return Misplaced(f"unknown {kind} {name}()" + (f"; did you mean {hint}()?" if hint else ""), node.at)


def _closest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name[:60], sorted(known), 1)), "")


def path_of_slot(slot: int) -> Run:
    """Reads a variable."""
    return lambda frame: frame[slot]


def _staged(stages: list[tuple[int, Run]], last: Run) -> Run:
    def run(frame: Frame) -> Any:
        for slot, stage in stages:
            frame[slot] = stage(frame)
        return last(frame)

    return run


def _left(node: Node) -> Node | None:
    """The operand that a node evaluates first and always."""
    match node:
        case Select(operand=left) | Has(operand=left) | Index(operand=left) | Binary(left=left):
            return left
        case Call(target=left) | Comprehension(source=left) | OptionalMap(target=left):
            return left
    return None


def to_map_key(key: Any) -> Any:
    """The stored key of a map literal: a double is none."""
    if type(key) is float:
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, "a double cannot be the key of a map")
    return to_key(key)


def _present(value: Any) -> bool:
    """Whether an optional element or entry is there."""
    if type(value) is OptionalValue:
        return value.present
    reject(value)
    raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"a {type_name(value)} is not an optional value")

"""Compiled expressions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gitops_guard.cel.compiler import Compiler
from gitops_guard.cel.cost import DEFAULT_BUDGET, Run
from gitops_guard.cel.errors import CelError, CelSyntaxError, ErrorKind, Misplaced, OutOfBudget, Stop
from gitops_guard.cel.library import Functions
from gitops_guard.cel.parser import MAX_DEPTH, parse
from gitops_guard.cel.syntax import Node
from gitops_guard.cel.values import reject

if TYPE_CHECKING:
    from gitops_guard.cel.blame import Blame

_TOO_DEEP = f"the expression nests too deep (the limit is {MAX_DEPTH} levels)"


class Program:
    """A compiled expression. It holds no state of an evaluation: one program may be used from many threads."""

    def __init__(self, node: Node, variables: frozenset[str]) -> None:
        """Compiles a tree whose free names are `variables`. Raises `Misplaced`."""
        compiler = Compiler(variables, _functions())
        self.node = node
        self.run: Run = compiler.compile(node, {})
        self._inputs = tuple(compiler.inputs.items())
        self._template: list[Any] = [0] * compiler.slots
        self._fragments: dict[int, Program] = {}

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the expression reads."""
        return frozenset(name for name, _ in self._inputs)

    def fragment(self, node: Node, variables: frozenset[str]) -> Program:
        """A node of this program as a program of its own; what loops bind around it are variables like others."""
        found = self._fragments.get(id(node))
        if found is None:
            found = self._fragments[id(node)] = Program(node, variables)
        return found

    def frame(self, bindings: Mapping[str, Any], budget: int) -> list[Any]:
        """A frame for one evaluation."""
        frame = self._template.copy()
        frame[0] = budget
        for name, slot in self._inputs:
            try:
                frame[slot] = bindings[name]
            except KeyError:
                frame[slot] = CelError(ErrorKind.UNBOUND, f"the variable {name!r} has no value here")
        return frame

    def evaluate(self, bindings: Mapping[str, Any], budget: int = DEFAULT_BUDGET) -> Any:
        """The value of the expression, a `CelError`, or the `Unknown` that keeps it from having one. Never raises.

        `bindings` maps names to plain data, which is not copied and not changed.
        """
        try:
            value = self.run(self.frame(bindings, budget))
            reject(value)
        except Stop as stop:
            return stop.outcome
        except OutOfBudget:
            return CelError(ErrorKind.COST, "the cost budget of the expression is used up")
        except RecursionError:
            return CelError(ErrorKind.COST, _TOO_DEEP)
        return value

    def blame(self, bindings: Mapping[str, Any], budget: int = DEFAULT_BUDGET) -> list[Blame]:
        """The inputs that made the expression what it is (false, or no value), the likeliest first."""
        from gitops_guard.cel.explain import explain

        return explain(self, bindings, budget)


@cache
def _functions() -> Functions:
    from gitops_guard.cel.libraries import all_libraries

    return Functions(all_libraries())


def compile_expression(text: str, variables: frozenset[str]) -> Program:
    """Compiles `text`, which may use the named variables. Raises `CelSyntaxError` with the place of the mistake."""
    try:
        return Program(parse(text), variables)
    except Misplaced as error:
        before = text[: error.at]
        column = error.at - (before.rfind("\n") + 1) + 1
        raise CelSyntaxError(error.message, before.count("\n") + 1, column) from None
    except RecursionError:
        raise CelSyntaxError(_TOO_DEEP, 1, 1) from None

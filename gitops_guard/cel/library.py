"""How functions are declared and found.

A module in `libraries/` makes one `Library` and decorates plain Python functions with the CEL name and the types of
the parameters; for a method the first parameter is the receiver. `object` takes any type. A `metered` function is
given the frame first, and charges for what grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from gitops_guard.cel.cost import Frame, Run
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.values import reject, type_name

_Implementation = TypeVar("_Implementation", bound=Callable[..., Any])

VARIADIC: Final = -1


class Overload(NamedTuple):
    """One implementation of a function for these types of parameters."""

    parameters: tuple[type, ...]
    run: Callable[..., Any]
    metered: bool

    def accepts(self, values: Sequence[Any]) -> bool:
        """Whether the values have the types of the parameters."""
        return all(
            wanted is object or type(value) is wanted for wanted, value in zip(self.parameters, values, strict=False)
        )


class Signature(NamedTuple):
    """What a call is looked up by. `arity` counts the receiver of a method; it is `VARIADIC` for any number."""

    name: str
    method: bool
    arity: int


class Library:
    """A named set of functions."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.overloads: dict[Signature, list[Overload]] = {}

    def function(
        self, name: str, *parameters: type, metered: bool = False
    ) -> Callable[[_Implementation], _Implementation]:
        """Declares `name(...)`; a dotted name is called as it is written: `math.abs(...)`."""
        return self._declare(Signature(name, method=False, arity=len(parameters)), parameters, metered=metered)

    def method(
        self, name: str, *parameters: type, metered: bool = False
    ) -> Callable[[_Implementation], _Implementation]:
        """Declares `receiver.name(...)`."""
        return self._declare(Signature(name, method=True, arity=len(parameters)), parameters, metered=metered)

    def variadic(self, name: str, *, metered: bool = False) -> Callable[[_Implementation], _Implementation]:
        """Declares `name(...)` with one or more arguments of any type."""
        return self._declare(Signature(name, method=False, arity=VARIADIC), (), metered=metered)

    def _declare(
        self, signature: Signature, parameters: tuple[type, ...], *, metered: bool
    ) -> Callable[[_Implementation], _Implementation]:
        def add(implementation: _Implementation) -> _Implementation:
            self.overloads.setdefault(signature, []).append(Overload(parameters, implementation, metered))
            return implementation

        return add


class Functions:
    """All functions that expressions may call."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self._overloads: dict[Signature, list[Overload]] = {}
        for library in libraries:
            for signature, overloads in library.overloads.items():
                self._overloads.setdefault(signature, []).extend(overloads)
        self.names: Final = frozenset(signature.name for signature in self._overloads)

    def find(self, name: str, *, method: bool, arity: int) -> Sequence[Overload]:
        """The overloads for a call; empty where there are none."""
        found = self._overloads.get(Signature(name, method, arity))
        if found is None and arity:
            found = self._overloads.get(Signature(name, method, VARIADIC))
        return found or ()

    def arities(self, name: str, *, method: bool) -> list[int]:
        """The numbers of arguments (without the receiver) that a name can be called with."""
        return sorted(
            signature.arity - signature.method
            for signature in self._overloads
            if signature.name == name and signature.method == method
        )


def call(name: str, overloads: Sequence[Overload], arguments: Sequence[Run]) -> Run:
    """Evaluates all arguments, chooses the overload by their types, and runs it."""
    exact = {overload.parameters: overload for overload in overloads}

    def choose(values: tuple[Any, ...]) -> Overload:
        reject(*values)
        for overload in overloads:
            if overload.accepts(values):
                return overload
        types = ", ".join(map(type_name, values))
        raise failure(ErrorKind.NO_SUCH_OVERLOAD, f"{name}({types}) is not defined")

    def run(frame: Frame) -> Any:
        values = tuple([argument(frame) for argument in arguments])
        types = tuple(map(type, values))
        overload = exact.get(types)
        if overload is None or int in types:
            overload = choose(values)
        return overload.run(frame, *values) if overload.metered else overload.run(*values)

    return run

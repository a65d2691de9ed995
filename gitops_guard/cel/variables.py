"""Variables that are themselves expressions: the `variables` of a ValidatingAdmissionPolicy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gitops_guard.cel.errors import CelError, ErrorKind

if TYPE_CHECKING:
    from gitops_guard.cel.program import Program


class Variables(dict[str, Any]):
    """`variables`: named expressions, each evaluated when it is first used and at most once.

    Bind it as `variables` and make one for each set of bindings; the expressions see the same bindings, and itself.
    A variable that fails, or is unknown, is so only where it is used.
    """

    def __init__(self, programs: Mapping[str, Program], bindings: Mapping[str, Any]) -> None:
        super().__init__()
        self.programs = programs
        self.bindings = {**bindings, "variables": self}

    def __missing__(self, name: str) -> Any:
        program = self.programs[name]
        self[name] = CelError(ErrorKind.UNBOUND, f"the variable {name!r} refers to itself")
        value = program.evaluate(self.bindings)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return name in self.programs

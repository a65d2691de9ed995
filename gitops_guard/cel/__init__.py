"""Kubernetes' Common Expression Language on plain Python data.

    program = compile_expression("object.spec.replicas > 1", frozenset({"object"}))
    program.evaluate({"object": deployment})   # a value, a CelError or an Unknown
    program.blame({"object": deployment})      # where in the object the reason stands

Values are plain data: dict, list, str, int (CEL's int), float (double), bool, bytes and None, with
`gitops_guard.model.unknown.Unknown` wherever a value is not known.
"""

from gitops_guard.cel.blame import Blame
from gitops_guard.cel.cost import DEFAULT_BUDGET
from gitops_guard.cel.errors import CelError, CelSyntaxError, ErrorKind
from gitops_guard.cel.program import Program, compile_expression
from gitops_guard.cel.values import OptionalValue, UInt
from gitops_guard.cel.variables import Variables

__all__ = [
    "DEFAULT_BUDGET",
    "Blame",
    "CelError",
    "CelSyntaxError",
    "ErrorKind",
    "OptionalValue",
    "Program",
    "UInt",
    "Variables",
    "compile_expression",
]

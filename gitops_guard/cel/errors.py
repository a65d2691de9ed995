"""How an expression fails: when it is compiled (an exception), or when it is evaluated (a value)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gitops_guard.model.unknown import Unknown


class CelSyntaxError(Exception):
    """An expression that cannot be compiled. `line` and `column` count from 1, in code points."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


class Misplaced(Exception):  # noqa: N818 - a signal inside the room; `CelSyntaxError` is what leaves it
    """An error at an offset of the source; the edge turns it into a `CelSyntaxError` with line and column."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message, at)
        self.message = message
        self.at = at


class ErrorKind(StrEnum):
    """What went wrong when an expression was evaluated."""

    NO_SUCH_FIELD = "no such field"
    NO_SUCH_OVERLOAD = "no such overload"
    INDEX = "index out of bounds"
    OVERFLOW = "overflow"
    DIVISION = "division by zero"
    CONVERSION = "conversion"
    ARGUMENT = "invalid argument"
    UNBOUND = "unbound variable"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class CelError:
    """The result of an evaluation that failed. It is a value: it may be bound to a variable, and then spreads."""

    kind: ErrorKind
    message: str

    def __str__(self) -> str:
        return self.message


class Stop(Exception):  # noqa: N818 - control flow, not an error
    """Ends the evaluation of a subexpression with an error or an unknown value; `&&`, `||` and loops absorb it."""

    def __init__(self, outcome: CelError | Unknown) -> None:
        self.outcome = outcome


class OutOfBudget(Exception):  # noqa: N818 - control flow, not an error
    """The cost budget is used up; nothing absorbs it."""


def failure(kind: ErrorKind, message: str) -> Stop:
    """What to raise to end the evaluation with an error."""
    return Stop(CelError(kind, message))


def worse(first: Stop | None, second: Stop) -> Stop:
    """Which of two absorbed outcomes an expression ends with: an unknown before an error, then the first one."""
    if first is None or (isinstance(second.outcome, Unknown) and not isinstance(first.outcome, Unknown)):
        return second
    return first

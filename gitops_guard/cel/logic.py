"""`&&`, `||`, `!` and `?:`. A decisive operand wins over errors and unknowns of the others, on either side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitops_guard.cel.cost import Frame, Run
from gitops_guard.cel.errors import ErrorKind, Stop, failure, worse
from gitops_guard.cel.values import reject, type_name


def not_bool(value: Any) -> Stop:
    """What to raise where a condition is no boolean."""
    reject(value)
    return failure(ErrorKind.NO_SUCH_OVERLOAD, f"a condition must be a bool, not a {type_name(value)}")


def junction(terms: Sequence[Run], *, decisive: bool) -> Run:
    """`&&` where `decisive` is false, `||` where it is true."""
    if len(terms) == 2:
        return _pair(terms[0], terms[1], decisive=decisive)

    def run(frame: Frame) -> Any:
        pending: Stop | None = None
        for term in terms:
            try:
                value = term(frame)
                if value is decisive:
                    return decisive
                if value is not True and value is not False:
                    raise not_bool(value)
            except Stop as stop:
                pending = worse(pending, stop)
        if pending is not None:
            raise pending
        return not decisive

    return run


def _pair(left: Run, right: Run, *, decisive: bool) -> Run:
    def run(frame: Frame) -> Any:
        pending: Stop | None = None
        try:
            value = left(frame)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                raise not_bool(value)
        except Stop as stop:
            pending = stop
        try:
            value = right(frame)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                raise not_bool(value)
        except Stop as stop:
            pending = worse(pending, stop)
        if pending is not None:
            raise pending
        return not decisive

    return run


def inversion(operand: Run) -> Run:
    """`!operand`."""

    def run(frame: Frame) -> bool:
        value = operand(frame)
        if value is True:
            return False
        if value is False:
            return True
        raise not_bool(value)

    return run


def conditional(condition: Run, then: Run, otherwise: Run) -> Run:
    """`condition ? then : otherwise`; only one branch is evaluated."""

    def run(frame: Frame) -> Any:
        value = condition(frame)
        if value is True:
            return then(frame)
        if value is False:
            return otherwise(frame)
        raise not_bool(value)

    return run

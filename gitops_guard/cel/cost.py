"""The budget that keeps an evaluation from hanging or filling the memory.

An evaluation runs on a frame, a list: slot 0 holds what is left of the budget, then come the input variables and
the variables of comprehensions. Straight code is bounded by the size of the expression, so only what repeats or grows
is charged: the rounds of a loop, the size of the strings and lists that are made, searched or compared.
Kubernetes limits one expression to 1,000,000 units of a similar currency (`PerCallLimit`) and all expressions of
a policy on one object to 10,000,000 (`RuntimeCELCostBudget`, k8s.io/apiserver/pkg/apis/cel/config.go).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from gitops_guard.cel.errors import OutOfBudget

Frame: TypeAlias = list[Any]
Run: TypeAlias = Callable[[Frame], Any]
"""A compiled expression: give it a frame, get the value. It ends with `Stop` where there is none."""

DEFAULT_BUDGET: Final = 10_000_000
FOLDING_BUDGET: Final = 10_000
"""For each constant part of an expression when it is compiled; what costs more is left to the evaluation."""
CHARACTERS_A_UNIT: Final = 10
"""Strings cost a tenth of their length, as in Kubernetes."""
VISIT: Final = 5
"""What it costs to compare or write one element of a list or map, which takes longer than a step of a loop."""
LONG_TEXT: Final = 1000
"""Searching shorter strings is part of the round that does it."""


def charge(frame: Frame, units: int) -> None:
    """Takes from the budget; raises `OutOfBudget` where it does not suffice. Call it *before* the work."""
    left = frame[0] - units
    frame[0] = left
    if left < 0:
        raise OutOfBudget


def charge_text(frame: Frame, length: int) -> None:
    """Charges for making or searching `length` characters."""
    charge(frame, 1 + length // CHARACTERS_A_UNIT)

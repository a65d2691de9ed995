"""Every check by the name that rule files call it by. One line each, in order; nothing is found by magic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gitops_guard.checks import (
    build_failures,
    reported_problems,
)
from gitops_guard.model.rule import Check

CHECKS: Final[Mapping[str, Check]] = {
    "build-failures": build_failures.check,
    "reported-problems": reported_problems.check,
}

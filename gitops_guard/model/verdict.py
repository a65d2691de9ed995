"""The decision and everything behind it: what reports are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gitops_guard.model.environment import Environment, Undecided
from gitops_guard.model.finding import Finding, Severity, Unjudged


class Outcome(StrEnum):
    """The verdict."""

    PASS = "pass"  # noqa: S105 no password
    FAIL = "fail"
    NEEDS_APPROVAL = "needs-approval"
    NOT_JUDGED = "not-judged"
    """Nothing could be judged: no inputs, no rules, or an environment that did not render."""

    @property
    def exit_code(self) -> int:
        """0 passed, 1 blocked, 2 nothing could be judged."""
        return {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.NEEDS_APPROVAL: 1, Outcome.NOT_JUDGED: 2}[self]


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that a waiver covers. `new_waiver` is set where the change itself brings the waiver."""

    finding: Finding
    reason: str
    owner: str
    expires: str
    where: str
    """Path and line of the waiver."""
    new_waiver: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentCoverage:
    """How much of one environment was seen and judged."""

    name: str
    tier: str
    tier_reason: str
    objects: int
    judged: int
    not_rendered: Mapping[str, int] = field(default_factory=dict)
    """What was judged as an object but not rendered further, by kind: {"HelmRelease": 12}."""
    failed_builds: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was seen and judged, over all environments."""

    environments: tuple[EnvironmentCoverage, ...]
    files: int
    rules: int
    objects: int
    """Objects over all environments."""
    judged: int
    """Objects on which every rule that applies could say yes or no."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The result of a run. `findings` are what blocks or warns now; `existing` were there at the base as well."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    coverage: Coverage
    existing: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    not_judged: tuple[Unjudged, ...] = ()
    environments: tuple[Environment, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    notes: tuple[str, ...] = ()
    """Things about the run that a person should know ("libyaml is missing: reading is 16 times slower")."""
    head: str = ""
    base: str = ""
    reasons: tuple[str, ...] = ()
    """Why the outcome is what it is, worst first."""

    def count(self, severity: Severity) -> int:
        """How many findings count now, of one severity."""
        return sum(1 for finding in self.findings if finding.severity is severity)

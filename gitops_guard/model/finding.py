"""What rules yield, and what the engine makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId


class Severity(StrEnum):
    """How bad a finding is. Errors block."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Level(StrEnum):
    """A severity, or off: what a user may set for a rule."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding ("the other owner")."""

    message: str
    subject: RenderedObject | Manifest
    path: FieldPath = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields: something is wrong at `path` of `subject`.

    Where there is no object (broken text), `file` and `span` say the place instead.
    `cause` is what makes two hits of one rule on one object the same across commits: the missing name, the bad
    value. Lines never belong in it. Empty: the path stands for it.
    `environments` is set by fleet-scoped rules only; otherwise it is the environment that was judged.
    """

    message: str
    subject: RenderedObject | Manifest | None = None
    path: FieldPath = ()
    at: At = "value"
    fix: str | None = None
    cause: str = ""
    related: tuple[Related, ...] = ()
    file: str = ""
    span: Span | None = None
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotJudged:
    """What a rule yields where the facts do not suffice: it could not say whether `path` of `subject` is right.

    Where there is no object, `file` and `span` say the place instead.
    """

    reason: str
    subject: RenderedObject | Manifest | None = None
    path: FieldPath = ()
    cause: str = ""
    file: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class RelatedLocation:
    """A `Related` whose place was found."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with its severity stamped, its place found, and its identity across commits.

    `environments` lists all that share this cause. `fingerprint` is stable when lines move.
    """

    rule: str
    severity: Severity
    message: str
    location: Location
    resource: ResourceId | None
    environments: tuple[str, ...]
    fingerprint: str
    field: str = ""
    """`spec.chart.spec.version`; empty where the finding is about the whole object or a file's text."""
    fix: str | None = None
    help_url: str = ""
    related: tuple[RelatedLocation, ...] = ()
    chain: tuple[str, ...] = ()
    """How the object came to be: Kustomization, overlay, base."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """One thing that could not be judged; `rule` is empty where the whole object could not."""

    reason: str
    environment: str
    rule: str = ""
    resource: ResourceId | None = None
    field: str = ""
    location: Location | None = None
    new: bool = False
    """With a base: it was judged there, or the change touches it."""

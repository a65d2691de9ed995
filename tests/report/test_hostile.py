"""Text from a pull request in every field: no writer may let it act in a terminal, a log, a page or a parser."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitops_guard.model.environment import Undecided
from gitops_guard.model.finding import Finding, RelatedLocation, Severity, Unjudged
from gitops_guard.model.location import Excerpt, Location, Span
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.verdict import Coverage, EnvironmentCoverage, Judgement, Outcome, Waived
from gitops_guard.report.escape import log_line, markdown_fence, markdown_text, visible
from gitops_guard.report.markdown import LIMIT

from .test_machine import schema_of_json, schema_of_sarif
from .writing import written

WEAPONS = [
    "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe", "\u200b", "\r", "\x00", "\x85", "\u2028", "\udcff", "\ufffe",
    "::error file=a::b", "  ::set-output name=x::y", "##[add-mask]x", "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStop]", "%0A::warning::x", "@everyone", "#1", "<script>alert(1)</script>", "<!--", "]]>", "&lt;",
    "```\n# out", "~~~", "`a``b```", "| a | b |", "</details>", "[x](javascript:alert(1))", "![x](https://example.org/p)",
    "https://example.org", "www.example.org", "**b**", "\\", "\n\n# heading", "{0}", "${X}", "1. x", "- [ ] x",
]  # fmt: skip

hostile = st.lists(st.one_of(st.sampled_from(WEAPONS), st.text(max_size=12)), max_size=5).map("".join)
lines = hostile.map(lambda text: text.replace("\n", ""))
numbers = st.integers(1, 400)


@st.composite
def locations(draw: st.DrawFn) -> Location:
    line, column = draw(numbers), draw(numbers)
    excerpt = Excerpt(max(1, line - 1), tuple(draw(st.lists(lines, max_size=4))))
    span = Span(line, column, line + draw(st.integers(0, 2)), column + draw(numbers))
    return Location(draw(lines), span, draw(st.sampled_from([None, excerpt])), draw(st.booleans()))


resources = st.one_of(st.none(), st.builds(ResourceId, hostile, hostile, hostile, hostile))
names = st.lists(hostile, max_size=3).map(tuple)
findings = st.builds(
    Finding,
    rule=hostile,
    severity=st.sampled_from(Severity),
    message=hostile,
    location=locations(),
    resource=resources,
    environments=names,
    fingerprint=hostile,
    field=hostile,
    fix=st.one_of(st.none(), hostile),
    help_url=hostile,
    related=st.lists(st.builds(RelatedLocation, hostile, locations()), max_size=1).map(tuple),
    chain=names,
)
coverages = st.builds(
    EnvironmentCoverage, hostile, hostile, hostile, numbers, numbers, st.dictionaries(hostile, numbers, max_size=2)
)
judgements = st.builds(
    Judgement,
    outcome=st.sampled_from(Outcome),
    findings=st.lists(findings, max_size=3).map(tuple),
    coverage=st.builds(Coverage, st.lists(coverages, max_size=2).map(tuple), numbers, numbers, numbers, numbers),
    existing=st.lists(findings, max_size=1).map(tuple),
    waived=st.lists(st.builds(Waived, findings, hostile, hostile, hostile, hostile, st.booleans()), max_size=1).map(
        tuple
    ),
    not_judged=st.lists(st.builds(Unjudged, hostile, hostile, hostile, resources, hostile), max_size=2).map(tuple),
    undecided=st.lists(st.builds(Undecided, hostile, hostile), max_size=1).map(tuple),
    notes=names,
    head=hostile,
    base=hostile,
    reasons=names,
)
thorough = settings(max_examples=30, deadline=None)


def assert_plain(report: str) -> None:
    """Nothing but visible characters and line ends."""
    odd = {c for c in report if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}
    assert not odd


@thorough
@given(judgements)
@pytest.mark.parametrize("format_name", ["text", "concise"])
def test_no_terminal_and_no_runner_obeys(format_name: str, judgement: Judgement) -> None:
    report = written(judgement, format_name)
    assert_plain(report)
    assert not re.search(r"##\w*\[", report)
    assert not [line for line in report.split("\n") if line.lstrip().startswith("::")]


@thorough
@given(judgements)
def test_github_sees_our_commands_only(judgement: Judgement) -> None:
    report = written(judgement, "github")
    assert_plain(report)
    commands = [line for line in report.split("\n") if line.lstrip().startswith("::")]
    shape = re.compile(r"::(error|warning|notice) (file|title)=[^:,]*(,(line|endLine|col|endColumn|title)=[^:,]*)*::")
    assert all(shape.match(line) for line in commands)
    assert not [line for line in report.split("\n") if line not in commands and re.search(r"##\w*\[", line)]


@thorough
@given(judgements)
def test_json_stays_valid(judgement: Judgement) -> None:
    report = written(judgement, "json")
    assert report.isascii()
    data = json.loads(report)
    json.dumps(data, ensure_ascii=False).encode()
    Draft202012Validator(schema_of_json()).validate(data)


@settings(max_examples=10, deadline=None)
@given(judgements)
def test_sarif_stays_valid(judgement: Judgement) -> None:
    Draft4Validator(schema_of_sarif()).validate(json.loads(written(judgement, "sarif")))


@thorough
@given(judgements)
def test_junit_stays_valid(judgement: Judgement) -> None:
    root = Xml.fromstring(written(judgement, "junit"))
    assert len(root.findall("testsuite[@name='findings']/testcase")) == len(judgement.findings)


def tokens(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        yield token
        yield from token.children or ()


@thorough
@given(judgements)
def test_markdown_shows_text_and_nothing_else(judgement: Judgement) -> None:
    report = written(judgement, "markdown")
    assert len(report.encode()) <= LIMIT
    inside_code = False  # where GitHub looks for no mentions
    for token in tokens(report):
        assert token.type not in ("link_open", "image", "code_inline", "code_block", "blockquote_open", "hr")
        if token.type in ("html_inline", "html_block"):
            assert not re.search(r"<(?!/?(details|summary|b|code)>)", token.content)
            inside_code = token.content == "<code>"
        if token.type == "text" and not inside_code:
            assert not re.search(r"@\w", token.content)


@given(hostile)
def test_markdown_text_shows_exactly_the_text(text: str) -> None:
    shown = "".join(
        token.content for token in tokens("x" + markdown_text(text)) if token.type in ("text", "text_special")
    )
    assert shown.replace("\u200b", "").rstrip() == ("x" + visible(text)).rstrip()


@given(st.lists(lines, max_size=5))
def test_a_fence_holds(content: list[str]) -> None:
    found = MarkdownIt("commonmark").parse(markdown_fence(content, "yaml"))
    assert [token.type for token in found] == ["fence"]


def test_markdown_of_a_thousand_findings_keeps_the_limit_and_counts_the_rest() -> None:
    base = Judgement(Outcome.FAIL, (), Coverage((), 1, 1, 1, 1))
    one = Finding(
        "some-rule", Severity.ERROR, "x" * 300, Location("a", Span.point(1), Excerpt(1, ("`" * 90,))), None, (), "f"
    )
    many = tuple(replace(one, location=replace(one.location, span=Span.point(n + 1))) for n in range(1_000))
    report = written(replace(base, findings=many), "markdown")
    assert LIMIT // 2 < len(report.encode()) <= LIMIT
    shown = report.count("<details>")
    assert f"... and {1_000 - shown} more findings: {1_000 - shown} x some-rule." in report
    assert report.count("<details>") == report.count("</details>")
    assert report.count("`" * 91) == 2 * shown


def test_one_giant_finding_does_not_hide_the_others() -> None:
    giant = Finding(
        "@" * 90_000, Severity.ERROR, "@" * 90_000, Location("@" * 90_000, Span.point(1)), None, ("@" * 90_000,), "f"
    )
    small = replace(giant, rule="small-rule", message="m", location=Location("b", Span.point(1)), environments=())
    report = written(Judgement(Outcome.FAIL, (giant, small), Coverage((), 1, 1, 1, 1)), "markdown")
    assert "<code>small-rule</code> <code>b&#58;1&#58;1</code>" in report


@given(hostile)
def test_a_line_of_a_log_is_one_line(text: str) -> None:
    shown = log_line(text)
    assert_plain(shown)
    assert "\n" not in shown

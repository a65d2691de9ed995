from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.model.finding import Severity, Unjudged
from gitops_guard.model.location import Excerpt, Location, Span
from gitops_guard.model.verdict import Judgement
from gitops_guard.report.snippet import snippet
from gitops_guard.report.terminal import Paint, Painter, wants_color, width

from .judgements import BLOCKED, PASSED, finding
from .writing import written

PLAIN = Painter(color=False)


def marks(line: str, column: int, end: int, number: int = 7) -> tuple[str, str]:
    """The source line and the line of carets as they are shown, without the gutter."""
    found = snippet(Excerpt(number, (line,)), Span(number, column, number, end), PLAIN, Paint.ERROR)
    return found[1].removeprefix("7 | "), found[2].removeprefix("  | ")


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "carets"),
    [
        ("image: app:latest", 8, 18, "image: app:latest", "       ^^^^^^^^^^"),
        ("a:\tb", 4, 5, "a:  b", "    ^"),
        ("\t\tb: c", 6, 7, "        b: c", "           ^"),
        ("名前: 値", 5, 6, "名前: 値", "      ^^"),
        ("e\u0301: x", 5, 6, "e\u0301: x", "   ^"),
        ("k: a\x1b[31mb", 4, 11, "k: a\\x1b[31mb", "   ^^^^^^^^^^"),
        ("k: \u202ev", 5, 6, "k: \\u202ev", "         ^"),
        ("# ##[error]x", 3, 4, "# #\\x23[error]x", "  ^"),
        ("short", 40, 50, "short", "     ^"),
    ],
)
def test_carets_stand_under_the_value(line: str, column: int, end: int, shown: str, carets: str) -> None:
    assert marks(line, column, end) == (shown, carets)


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    found = snippet(Excerpt(9, ("a: |", "  x", "  y")), Span(9, 4, 11, 4), PLAIN, Paint.ERROR)
    assert found == ["   |", " 9 | a: |", "   |    ^", "10 |   x", "11 |   y", "   |"]


def test_of_an_endless_line_only_the_surroundings_of_the_mark_are_shown() -> None:
    shown, carets = marks("x" * 5_000 + "BAD" + "y" * 90_000, 5_001, 5_004)
    assert len(shown) < 200
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "BAD"


@given(st.text(st.characters(exclude_characters="\n"), max_size=300), st.integers(1, 320), st.integers(0, 30))
def test_carets_never_leave_the_line(line: str, column: int, length: int) -> None:
    shown, carets = marks(line + ".", column, column + length)
    assert set(carets.lstrip()) == {"^"}
    assert len(carets) <= width(shown) + 1


def closing(judgement: Judgement) -> list[str]:
    return written(judgement, "text").splitlines()[-2:]


def test_it_ends_with_the_coverage_and_the_verdict() -> None:
    assert closing(replace(BLOCKED, existing=())) == [
        "412 objects in 3 environments: 405 judged, 7 not judged; 2 errors, 1 warning, 2 waived",
        "blocked: 2 errors in production",
    ]
    assert closing(PASSED) == [
        "1 object in 1 environment: 1 judged, 0 not judged; 0 errors, 0 warnings, 0 waived",
        "passed",
    ]


def test_notes_are_counted_where_there_are_any() -> None:
    assert "0 warnings, 1 note, 0 waived" in closing(replace(PASSED, findings=(finding(severity=Severity.INFO),)))[0]


def test_the_worst_comes_first_and_a_rule_is_explained_once() -> None:
    other = Location("a.yaml", Span.point(1))
    findings = (finding(severity=Severity.WARNING, location=other), finding(), finding(location=other))
    text = written(replace(PASSED, findings=findings), "text")
    heads = [line.split("[")[0] for line in text.splitlines() if line.startswith(("error[", "warning["))]
    assert heads == ["error", "error", "warning"]
    assert text.count("help:") == 1


@pytest.mark.parametrize(("page", "shown"), [("", ""), ("https://example.org/x", " (https://example.org/x)")])
def test_the_program_explains_a_rule_and_so_may_a_page(page: str, shown: str) -> None:
    text = written(replace(PASSED, findings=(finding(help_url=page),)), "text")
    assert f"= help: gitops-guard explain chart-version-pinned{shown}\n" in text


def test_what_differs_in_object_and_environment_only_is_one_block() -> None:
    findings = tuple(finding(environments=(name,)) for name in ("one", "two", "three"))
    text = written(replace(PASSED, findings=findings), "text")
    assert text.count("error[") == 1
    assert "= environment: one, two, three" in text
    assert "3 errors" in text


def test_seventy_eight_unknowns_are_a_few_lines_and_verbose_shows_all() -> None:
    items = tuple(Unjudged(f"reason {n % 9}", "production", "some-rule", field=f"f{n}") for n in range(78))
    judgement = replace(PASSED, not_judged=items)
    text = written(judgement, "text")
    assert "not judged: 78 questions" in text
    assert "4 other reasons (--verbose shows all)" in text
    assert len(text.splitlines()) < 20
    everything = written(judgement, "text", verbose=True)
    assert all(f"f{n}" in everything for n in range(78))


def test_what_is_unknown_for_one_reason_is_one_line_whatever_it_is_about() -> None:
    reasons = [*(f"Service/shop/web{n}: chart of HelmRelease shop/web is not rendered" for n in range(6)), "no reason"]
    items = tuple(Unjudged(reason, "production") for reason in reasons)
    text = written(replace(PASSED, not_judged=items), "text")
    about = "Service/shop/web0, Service/shop/web1, Service/shop/web2, Service/shop/web3 and 2 more"
    assert f"  - 6 x {about}: chart of HelmRelease shop/web is not rendered (production)\n" in text
    assert "  - 1 x no reason (production)\n" in text


def test_quiet_leaves_findings_and_the_closing_lines() -> None:
    text = written(BLOCKED, "text", quiet=True, show_existing=False)
    assert "not judged:" not in text
    assert "waived:" not in text
    assert text.count("error[") == 1
    assert text.endswith("blocked: 2 errors in production\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "choice", "environ", "expected"),
    [
        (Terminal(), "auto", {}, True),
        (io.StringIO(), "auto", {}, False),
        (Terminal(), "auto", {"NO_COLOR": "1"}, False),
        (Terminal(), "auto", {"NO_COLOR": ""}, True),
        (Terminal(), "auto", {"TERM": "dumb"}, False),
        (io.StringIO(), "auto", {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), "auto", {"FORCE_COLOR": "0"}, False),
        (io.StringIO(), "auto", {"CLICOLOR_FORCE": "1"}, True),
        (io.StringIO(), "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (Terminal(), "never", {"FORCE_COLOR": "1"}, False),
        (io.StringIO(), "always", {"NO_COLOR": "1"}, True),
    ],
)
def test_colour_is_decided_as_everybody_does(
    stream: io.StringIO, choice: str, environ: dict[str, str], expected: bool
) -> None:
    assert wants_color(stream, choice, environ) is expected

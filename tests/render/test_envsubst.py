"""Substitution: a table that Flux's own code wrote, and what must hold for any text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.model.facts import VariableSource
from gitops_guard.render.envsubst import MAX_NESTING, SubstitutionError, expressions, parse
from gitops_guard.render.substitute import substituted
from gitops_guard.render.tokens import Tokens
from gitops_guard.render.variables import Variable, Variables

CASES = json.loads((Path(__file__).parent / "envsubst_cases.json").read_text("utf-8"))["cases"]


def substitute(text: str, values: Mapping[str, str]) -> str:
    known = {name: Variable(value, VariableSource("a test")) for name, value in values.items()}
    return substituted(text, Variables(known), Tokens())


def outcome(case: dict[str, object]) -> tuple[str, bool]:
    variables = case["vars"]
    assert isinstance(variables, dict)
    try:
        return substitute(str(case["text"]), variables), False
    except SubstitutionError:
        return "", True


def test_the_same_as_the_code_of_flux() -> None:
    wrong = [case for case in CASES if outcome(case) != (case["output"], bool(case["error"]))]
    assert wrong == []
    assert len(CASES) >= 250


@given(st.text())
def test_a_text_without_a_dollar_stays_as_it_is(text: str) -> None:
    plain = text.replace("$", "")
    assert substitute(plain, {}) == plain


@given(st.text(alphabet="${}:=-/#%^,AB1 ab\\*?[]\n", max_size=40))
def test_any_text_gives_a_text_or_an_error(text: str) -> None:
    try:
        nodes = parse(text)
    except SubstitutionError:
        return
    found = expressions(nodes)
    assert all(text[node.start : node.start + 2] == "${" and text[node.end - 1] == "}" for node in found)
    assert isinstance(substitute(text, {"A": "value", "B": ""}), str)


@given(st.text(alphabet="xyz$ ", max_size=30))
def test_doubled_dollars_escape_everything(text: str) -> None:
    escaped = text.replace("$", "$$") + "$${A}"
    assert substitute(escaped, {"A": "value"}) == text + "${A}"


def test_depth_is_bounded() -> None:
    with pytest.raises(SubstitutionError, match="deeply"):
        substitute("${A:-" * (MAX_NESTING + 2) + "x" + "}" * (MAX_NESTING + 2), {})


def test_output_is_bounded() -> None:
    with pytest.raises(SubstitutionError, match="too long"):
        substitute("${A}" * 50_000, {"A": "x" * 10_000})
    with pytest.raises(SubstitutionError, match="too long"):
        substitute("${A//x/${B}}", {"A": "x" * 100_000, "B": "y" * 1_000})
    with pytest.raises(SubstitutionError, match="too long"):
        substitute("${A#*b*b*b*b}", {"A": "ab" * 5_000})


def test_lengths_and_offsets_count_bytes() -> None:
    assert substitute("${#A} ${A:0:2}", {"A": "éa"}) == "3 é"
    with pytest.raises(SubstitutionError, match="cuts a character"):
        substitute("${A:0:1}", {"A": "éa"})

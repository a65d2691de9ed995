"""What is one version, and what is a range. The table follows Masterminds/semver's documentation and its tests."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.checks._versions import floating, is_exact_version, is_range, lower_bound

EXACT = [
    "1.2.3",
    "v1.2.3",
    "=1.2.3",
    "= 1.2.3",
    " 1.2.3 ",
    "1.2.3-rc.1",
    "1.2.3+abc",
    "v0.0.0-0.x.y-1+b-1.c",
    "2024.01.02",
]
RANGES = [
    ("1.2", "1.2.0"),
    ("1", "1.0.0"),
    ("v1", "1.0.0"),
    ("1.x", "1.0.0"),
    ("1.2.X", "1.2.0"),
    ("*", ""),
    (">=0.2.22", "0.2.22"),
    (">= 1.8.0-rc.0", "1.8.0-rc.0"),
    (">=1.0.0-alpha", "1.0.0-alpha"),
    ("=> 1.2", "1.2.0"),
    ("~1.2.3", "1.2.3"),
    ("~> 1.2", "1.2.0"),
    ("^1", "1.0.0"),
    ("<2.0.0", ""),
    ("!=1.2.3", ""),
    (">1.2.3", ""),
    (">=1.2.3, <2.0.0", "1.2.3"),
    (">=1.2.3 <2.0.0", "1.2.3"),
    ("<2, >=1.1", "1.1.0"),
    ("1.2 - 1.4.5", "1.2.0"),
    ("^1.2 || ^2", "1.2.0"),
    ("1.2.3 || 1.2.4", "1.2.3"),
    ("1.2.3, 1.2.3", "1.2.3"),
]
BROKEN = [
    "latest",
    "stable",
    "main",
    "1.2.3.4",
    "V1.2.3",
    "1.2.3-",
    "1.2.3 -",
    "==1.2.3",
    "a||b",
    ">=",
    "٣.٣.٣",
    "1.2.3_1",
]


@pytest.mark.parametrize("text", EXACT)
def test_exact(text: str) -> None:
    assert is_exact_version(text)
    assert not is_range(text)
    assert floating(text) is None


@pytest.mark.parametrize(("text", "lowest"), RANGES)
def test_ranges_float_and_name_where_they_start(text: str, lowest: str) -> None:
    assert not is_exact_version(text)
    assert is_range(text)
    assert lower_bound(text) == lowest
    found = floating(text)
    assert found is not None
    assert (found.example, found.broken) == (lowest, False)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_neither(text: str) -> None:
    assert not is_exact_version(text)
    assert not is_range(text)
    found = floating(text)
    assert found is not None
    assert found.broken


@pytest.mark.parametrize("value", [None, "", "  ", 1, 1.3, True, [], {}])
def test_no_text_is_no_pin(value: object) -> None:
    assert floating(value) is not None


numbers = st.integers(0, 10**6).map(str)
identifiers = st.lists(st.from_regex(r"\A[0-9A-Za-z-]{1,5}\Z"), min_size=1, max_size=3).map(".".join)
versions = st.builds(
    lambda v, a, b, c, pre, meta: f"{v}{a}.{b}.{c}" + (f"-{pre}" if pre else "") + (f"+{meta}" if meta else ""),
    st.sampled_from(["", "v"]),
    numbers,
    numbers,
    numbers,
    st.none() | identifiers,
    st.none() | identifiers,
)


@given(versions, st.sampled_from(["", "=", "= "]))
def test_every_full_version_is_exact(version: str, operator: str) -> None:
    assert is_exact_version(operator + version)


@given(versions, st.sampled_from([">", ">=", "=>", "<", "<=", "=<", "~", "~>", "^", "!="]), st.sampled_from(["", " "]))
def test_every_other_operator_makes_it_float(version: str, operator: str, space: str) -> None:
    text = operator + space + version
    assert not is_exact_version(text)
    assert is_range(text)


@given(versions, versions, st.sampled_from([" || ", "||", ", ", ",", " ", " - "]))
def test_two_versions_are_no_pin(first: str, second: str, separator: str) -> None:
    assert not is_exact_version(first + separator + second)
    assert is_range(first + separator + second)


@given(versions)
def test_leaving_out_the_patch_makes_it_float(version: str) -> None:
    partial = re.sub(r"\A(v?\d+\.\d+).*\Z", r"\1", version, flags=re.DOTALL)
    assert not is_exact_version(partial)
    assert is_exact_version(lower_bound(partial))


@given(st.text(max_size=80))
def test_any_text_is_exactly_one_of_the_three(text: str) -> None:
    found = floating(text)
    assert is_exact_version(text) == (found is None)
    if is_exact_version(text):
        assert re.search(r"\d+\.\d+\.\d+", text)
        assert not re.search(r"[<>~^*|,]", text)
    if lower_bound(text):
        assert is_exact_version(lower_bound(text))

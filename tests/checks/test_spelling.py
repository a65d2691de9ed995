"""Hints at misspelt names: helpful for slips of the finger, silent about siblings, bounded for hostile names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.checks._spelling import Spelling, is_misspelling


@pytest.mark.parametrize(
    ("stated", "existing"),
    [
        ("infrastucture", "infrastructure"),
        ("chat-credentails", "chat-credentials"),
        ("cluster-setting", "cluster-settings"),
        ("clustersettings", "cluster-settings"),
        ("cluster_settings", "cluster-settings"),
        ("frotnend", "frontend"),
    ],
)
def test_slips(stated: str, existing: str) -> None:
    assert is_misspelling(stated, existing)
    assert Spelling([existing, "other", "another-one"]).nearest(stated) == existing


@pytest.mark.parametrize(
    ("stated", "existing"),
    [
        ("database-1", "database-2"),
        ("database1", "database2"),
        ("database-eu", "database-us"),
        ("api-dev", "web-dev"),
        ("chat-values", "chat-secrets"),
        ("redis", "redis-exporter"),
        ("a", "b"),
        ("same", "same"),
    ],
)
def test_siblings(stated: str, existing: str) -> None:
    assert not is_misspelling(stated, existing)
    assert Spelling([existing]).nearest(stated) == ""


names = st.text("abc1-._", max_size=12)


@given(st.lists(names, max_size=8), names)
def test_the_index_finds_what_a_comparison_with_every_name_would(existing: list[str], stated: str) -> None:
    found = Spelling(existing).nearest(stated)
    matching = {name for name in existing if is_misspelling(stated, name)}
    assert (found in matching) if matching else found == ""


def test_a_hostile_set_of_names_is_given_up() -> None:
    spelling = Spelling([f"{number:x}".rjust(60, "g") for number in range(3_000)])
    for number in range(3_000):
        spelling.nearest(f"{number:x}".rjust(60, "h"))
    assert spelling.nearest("g" * 59 + "z") == ""

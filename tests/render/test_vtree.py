"""Paths stay inside the tree, whatever is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.render.remote import is_allowed, is_remote
from gitops_guard.render.vtree import LeavesTreeError, VirtualTree, join
from tests.render.support import tree_of


@given(st.lists(st.sampled_from(["a", "b", ".."])), st.lists(st.sampled_from(["..", ".", "", "a", "..a", "b"])))
def test_a_joined_path_is_inside_or_refused(folder: list[str], path: list[str]) -> None:
    inside = "/".join(step for step in folder if step != "..")
    try:
        found = join(inside, "/".join(path))
    except LeavesTreeError:
        return
    assert not found.startswith("/")
    assert ".." not in found.split("/")


def test_absolute_paths_and_climbing_out_are_refused() -> None:
    for path in ("/etc/passwd", "../../x", "a/../../../b"):
        with pytest.raises(LeavesTreeError):
            join("one", path)
    assert join("one/two", "../three/./four") == "one/three/four"


def test_links_inside_are_followed_and_others_are_not() -> None:
    tree = VirtualTree.of(
        tree_of(
            {"real/a.yaml": "a", "b.yaml": "b"},
            {"link": "real", "real/c.yaml": "../b.yaml", "out": "../x", "root": "/etc", "one": "two", "two": "one"},
        )
    )
    assert tree.source_of("link/a.yaml") == "real/a.yaml"
    assert tree.source_of("link/c.yaml") == "b.yaml"
    assert tree.is_folder("link")
    for path in ("out", "root/passwd", "one"):
        with pytest.raises(LeavesTreeError):
            tree.resolve(path)


@pytest.mark.parametrize(
    "entry",
    [
        "https://example.com/x.yaml",
        "HTTP://example.com/x.yaml",
        "github.com/org/repo//base?ref=v1",
        "git@github.com:org/repo.git",
        "git::https://x/y",
        "ssh://git@x/y",
        "file:///etc",
        "user@host/path",
        " https://example.com/x",
    ],
)
def test_what_kustomize_fetches_is_remote(entry: str) -> None:
    assert is_remote(entry)


@pytest.mark.parametrize("entry", ["../base", "./x.yaml", "apps/github", "a@b.yaml", "githubs.com/x", "x"])
def test_paths_are_not_remote(entry: str) -> None:
    assert not is_remote(entry)


def test_an_allowed_prefix_ends_on_a_border() -> None:
    allowed = ("https://github.com/acme",)
    assert is_allowed("https://github.com/acme/base?ref=v1", allowed)
    assert not is_allowed("https://github.com/acme-evil/base", allowed)

"""Which files Flux leaves out of a source; the cases follow its documentation and what its code does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.fleet import ignore_matcher, source_matcher
from gitops_guard.fleet.globs import doublestar, path_glob


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        (".git/config", True),
        ("a/.gitignore", True),
        (".github/workflows/x.yaml", True),
        ("apps/.github/x.yaml", True),
        ("logo.png", True),
        ("a/b/archive.tar.gz", True),
        (".sops.yaml", True),
        ("clusters/.sops.yaml", True),
        ("cloudbuild.yaml", True),
        ("apps/app.yaml", False),
        (".sourceignore", False),
        ("github/x.yaml", False),
    ],
)
def test_defaults(path: str, ignored: bool) -> None:
    assert source_matcher({}).ignores(path) is ignored


def test_patterns_of_its_own_replace_the_defaults_but_for_git() -> None:
    matcher = source_matcher({".sourceignore": "/docs\n"})
    assert matcher.ignores("docs/x.yaml")
    assert matcher.ignores(".gitmodules")
    assert not matcher.ignores("logo.png")
    assert not matcher.ignores("apps/docs/x.yaml")


def test_everything_but_one_folder() -> None:
    """The example of `spec.ignore` in Flux's documentation."""
    matcher = source_matcher(
        {}, "# exclude all\n/*\n# include deploy dir\n!/deploy\n/deploy/**/*.md\n/deploy/**/*.txt\n"
    )
    kept = [
        path
        for path in (
            "app.yaml",
            "deploy/app.yaml",
            "deploy/a/b/app.yaml",
            "deploy/a/b.md",
            "deploy/b.txt",
            "other/x.yaml",
        )
        if not matcher.ignores(path)
    ]
    assert kept == ["deploy/app.yaml", "deploy/a/b/app.yaml"]


def test_a_file_below_an_excluded_folder_can_be_included_again() -> None:
    """git would not: this is where Flux differs."""
    matcher = source_matcher({}, "apps/\n!apps/keep.yaml\n")
    assert not matcher.ignores("apps/keep.yaml")
    assert matcher.ignores("apps/other.yaml")


def test_an_ignore_file_holds_below_its_folder() -> None:
    matcher = source_matcher({"apps/.sourceignore": "secret.yaml\n/local\n"}, "!apps/b/secret.yaml")
    assert matcher.ignores("apps/a/secret.yaml")
    assert not matcher.ignores("apps/b/secret.yaml")
    assert not matcher.ignores("secret.yaml")
    assert matcher.ignores("apps/local/x.yaml")
    assert not matcher.ignores("apps/a/local/x.yaml")


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("build/", "build", False),
        ("build/", "build/x.yaml", True),
        ("build/", "a/build/x.yaml", True),
        ("*.yaml", "a/b.yaml", True),
        ("a/*.yaml", "a/b.yaml", True),
        ("a/*.yaml", "x/a/b.yaml", False),
        ("**/b/*.yaml", "x/y/b/c.yaml", True),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "a/c", True),
        ("a**b/c", "axb/c", False),
        ("\\#x", "#x", True),
        ("#x", "#x", False),
        ("x ", "x", True),
        ("x\\ ", "x ", True),
        ("[a-c].yaml", "b.yaml", True),
        ("[^a-c].yaml", "b.yaml", False),
        ("[a-", "a", False),
        ("x\r", "x", True),
    ],
)
def test_patterns(pattern: str, path: str, ignored: bool) -> None:
    assert ignore_matcher([pattern]).ignores(path) is ignored


def test_hostile_patterns_take_no_time() -> None:
    assert not path_glob("*a" * 400 + "b")("a" * 20_000)
    assert not doublestar("**/" * 200 + "{a,b}*" * 20 + "z")("a/" * 500 + "a")
    assert not path_glob("[" * 5000)("[")


@given(pattern=st.text("ab*?[]^-\\!/{},", max_size=12), path=st.text("ab-/", min_size=1, max_size=12))
def test_any_pattern_is_matched_or_refused(pattern: str, path: str) -> None:
    assert path_glob(pattern)(path) in (True, False)
    assert doublestar(pattern)(path) in (True, False)
    assert ignore_matcher([pattern]).ignores(path) in (True, False)


@given(text=st.text("ab.-", min_size=1, max_size=12))
def test_literals_match_themselves(text: str) -> None:
    assert path_glob(text)(text)
    assert doublestar(text)(text)
    assert path_glob("*")(text)
    assert path_glob(text[:1] + "*")(text)
    assert not path_glob(text + "?")(text)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**/*.md", "a/b/c.md", True),
        ("**/*.md", "c.md", True),
        ("*.md", "a/c.md", False),
        ("a/**", "a/b", True),
        ("a/**/c", "a/c", True),
        ("{a,b/c}/x", "b/c/x", True),
        ("{a,b", "a", False),
        ("[!a]", "b", True),
    ],
)
def test_doublestar(pattern: str, path: str, matches: bool) -> None:
    assert doublestar(pattern)(path) is matches

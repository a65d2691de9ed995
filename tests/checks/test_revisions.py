"""Which git revisions stay what they are, and which revision a remote resource names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.checks._revisions import Revision, classify_revision
from gitops_guard.checks.remote_base_pinned import remote_revision

SHA = "3bf61b8a84b71c6e5767c23a18933054b22961b4"


@pytest.mark.parametrize(
    "text", [SHA, SHA[:7], "v1.2.3", "1.2.3-rc.1", "chart-1.2.3", "kustomize/v5.4.1", "refs/tags/anything", "app@1.2.3"]
)
def test_pinned(text: str) -> None:
    assert classify_revision(text) is Revision.PINNED


@pytest.mark.parametrize(
    "text", ["", "HEAD", "main", "feature/login", "refs/heads/v1.2.3", "refs/pull/420/head", "1.*", ">=1.0.0", "latest"]
)
def test_moving(text: str) -> None:
    assert classify_revision(text) is Revision.MOVING


@pytest.mark.parametrize("text", ["release-1.2", "v1", "2024-summer", "1" * 600])
def test_unclear(text: str) -> None:
    assert classify_revision(text) is Revision.UNCLEAR


@pytest.mark.parametrize(
    ("entry", "revision"),
    [
        ("../base", None),
        ("./github.com/copy", None),
        ("deploy.yaml", None),
        ("https://dl.example.org/2.1/deploy.yaml", None),
        ("https://dl.example.org/latest/deploy.yaml", "latest"),
        ("https://github.com/talkhub/platform", ""),
        ("https://github.com/talkhub/platform//folder?ref=v1", "v1"),
        ("https://github.com/talkhub/platform?timeout=90s&version=v1", "v1"),
        ("git::https://example.org/platform.git", ""),
        ("git@github.com:talkhub/platform.git?ref=main", "main"),
        ("ssh://git@example.org/platform", ""),
        ("www.github.com/talkhub/platform", ""),
        (f"https://raw.githubusercontent.com/talkhub/platform/{SHA}/deploy.yaml", SHA),
        ("https://raw.githubusercontent.com/talkhub/platform/refs/heads/main/deploy.yaml", "refs/heads/main"),
        ("https://github.com/talkhub/platform/releases/download/nightly/deploy.yaml", "refs/tags/nightly"),
        ("https://github.com/talkhub/platform/raw/main/deploy.yaml", "main"),
        ("https://[broken/deploy.yaml", None),
    ],
)
def test_remote_resources(entry: str, revision: str | None) -> None:
    assert remote_revision(entry) == revision


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    classify_revision(text)
    for entry in (text, f"https://{text}", f"https://github.com/{text}", f"git@{text}"):
        remote_revision(entry)

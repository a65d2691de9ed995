"""Image references as the distribution project reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.graph import ImageReference, parse_image

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", ImageReference("docker.io", "library/nginx")),
        ("nginx:1.29", ImageReference("docker.io", "library/nginx", "1.29")),
        ("bitnami/redis", ImageReference("docker.io", "bitnami/redis")),
        ("index.docker.io/library/nginx", ImageReference("docker.io", "library/nginx")),
        ("localhost/app", ImageReference("localhost", "app")),
        ("registry:5000/team/app:1", ImageReference("registry:5000", "team/app", "1")),
        ("ghcr.io/org/app@" + DIGEST, ImageReference("ghcr.io", "org/app", "", DIGEST)),
        ("ghcr.io/org/app:v1@" + DIGEST, ImageReference("ghcr.io", "org/app", "v1", DIGEST)),
        ("[::1]:5000/app:1", ImageReference("[::1]:5000", "app", "1")),
        ("", None),
        ("Nginx", None),
        ("nginx:", None),
        ("nginx:a b", None),
        ("nginx@sha256:short", None),
        ("ghcr.io/${ORG}/app:1", None),
        ("a//b", None),
        ("x" * 5000, None),
    ],
)
def test_parse(text: str, expected: ImageReference | None) -> None:
    assert parse_image(text) == expected


def test_the_tag_that_a_runtime_would_pull() -> None:
    assert [getattr(parse_image(text), "effective_tag", None) for text in ("a", "a:1", "a@" + DIGEST)] == [
        "latest",
        "1",
        "",
    ]


_NAME = st.from_regex(r"[a-z0-9]{1,8}([._-][a-z0-9]{1,4}){0,2}", fullmatch=True)


@given(
    registry=st.sampled_from(["docker.io", "ghcr.io", "localhost:5000", "registry.example.com"]),
    repository=st.lists(_NAME, min_size=2, max_size=3).map("/".join),
    tag=st.from_regex(r"([A-Za-z0-9_][A-Za-z0-9_.-]{0,20})?", fullmatch=True),
    digest=st.sampled_from(["", DIGEST]),
)
def test_what_is_written_is_read(registry: str, repository: str, tag: str, digest: str) -> None:
    text = f"{registry}/{repository}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    assert parse_image(text) == ImageReference(registry, repository, tag, digest)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse_image(text)
    assert found is None or found.repository

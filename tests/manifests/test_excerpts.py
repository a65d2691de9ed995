from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.manifests import excerpt
from gitops_guard.model.location import Span

SECRETS = [
    "kind: Secret\nstringData:\n  a: hunter2\n",
    "kind: Secret\nstringData: {a: hunter2}\n",
    "kind: Secret\nstringData:\n  a: 'hunter2\n    hunter2'\n",
    "kind: Secret\nstringData:\n  a: |\n    one\n    hunter2\n",
    "kind: Secret\nstringData:\n  a: &x hunter2\nb: c\n",
    "kind: Secret\ndata:\n- hunter2\n",
    "kind: List\nitems:\n- kind: Secret\n  data: {a: hunter2}\n",
    '{"kind": "Secret", "data": {"a": "hunter2"}}\n',
    "a: b\n---\nkind: Secret\ndata:\n  a: hunter2\n",
    "kind: Secret\ndata:\n  a: hunter2\n  b: [\n",
    "patch: |\n  kind: Secret\n  stringData:\n    a: hunter2\n",
    "patch: |\n  kind: Secret\n  stringData: {a: hunter2}\n",
    "values:\n  db:\n    password: hunter2\n",
    "values:\n  ADMIN_PASSWORD: 'hunter2'\n",
    "env:\n- name: API_TOKEN\n  value: hunter2\n",
    "values: |\n  password: hunter2\n",
    "url: postgres://user:hunter2@db/x\n",
    "secretGenerator:\n- name: a\n  literals:\n  - password=hunter2\n  - x=hunter2\n",
    'metadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \'{"a": "hunter2"}\'\n',
]


@pytest.mark.parametrize("text", SECRETS)
def test_secret_values_are_never_shown(text: str) -> None:
    found = excerpt(text.encode(), Span(1, 1, 1, 2), context=50)
    assert "hunter2" not in "\n".join(found.lines)
    assert "***" in "\n".join(found.lines)


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a1" * 18,
        "glpat-" + "x" * 20,
        "AKIA" + "Q" * 16,
        "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
        "-----BEGIN RSA PRIVATE KEY-----MII",
    ],
)
def test_known_forms_of_credentials_are_masked(secret: str) -> None:
    assert secret not in excerpt(f"a: x {secret}\n".encode(), Span.point(1)).lines[0]


@pytest.mark.parametrize(
    "line",
    [
        "  password: ${DB_PASSWORD}",
        "  existingSecret: db",
        "  secretKeyRef: {name: db, key: password}",
        "  passwordKey: db-password",
        "  tokenSecretRef: x",
        '  version: ">=0.2.22"   # a comment',
        "  password: ENC[AES256_GCM,data:abc]",
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    assert excerpt(f"a:\n{line}\n".encode(), Span.point(2), context=0).lines == (line,)


def test_names_and_keys_of_a_secret_are_shown() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  user: hunter2\n"
    assert excerpt(text.encode(), Span(1, 1, 6, 2)).lines == (
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        "  name: db",
        "stringData:",
        "  user: ***",
    )


def test_context_stops_at_the_ends_of_the_file() -> None:
    found = excerpt(b"a: 1\nb: 2\nc: 3\n", Span.point(3), context=5)
    assert (found.first_line, found.lines) == (1, ("a: 1", "b: 2", "c: 3"))
    assert excerpt(b"a: 1\nb: 2\nc: 3\nd: 4\n", Span.point(3)).lines == ("b: 2", "c: 3", "d: 4")
    assert excerpt(b"a: 1\n", Span.point(99)).lines == ("a: 1",)
    assert excerpt(b"", Span.point(1)).lines == ("",)
    assert excerpt(b"\xff", Span.point(1)).lines == ("",)


def test_long_and_many_lines_are_cut() -> None:
    (line,) = excerpt(b"a: " + b"x" * 5000 + b"\n", Span.point(1)).lines
    assert len(line) == 200
    assert line.endswith("…")
    assert len(excerpt(b"a: 1\n" * 100, Span(1, 1, 100, 2)).lines) == 14


def test_characters_that_deceive_are_neutralised_in_their_columns() -> None:
    line = "a:\tx\u202etxt\u2066.\u200bz # \u061c"
    (shown,) = excerpt(line.encode(), Span.point(1)).lines
    assert shown == "a: x\ufffdtxt\ufffd.\ufffdz # \ufffd"
    (broken,) = excerpt(b"a: \x1b[31m\n", Span.point(1), context=0).lines
    assert "\x1b" not in broken


@given(st.binary(max_size=60), st.integers(1, 9), st.integers(1, 9), st.integers(0, 3))
def test_no_content_and_no_span_breaks_it(data: bytes, line: int, end: int, context: int) -> None:
    found = excerpt(data, Span(line, 1, max(line, end), 2), context)
    assert found.first_line >= 1
    assert all(shown.isprintable() or shown == "" for shown in found.lines)

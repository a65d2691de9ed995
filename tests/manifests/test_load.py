from __future__ import annotations

import pytest
import yaml

from gitops_guard.manifests import Positions, UnreadableTextError, is_yaml_path, libyaml_missing, load, parse_text
from gitops_guard.manifests import compose as compose_module
from gitops_guard.manifests.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Dialect
from gitops_guard.model.tree import blob_oid

HEAD = "apiVersion: v1\nkind: ConfigMap\n"


def codes(text: str | bytes, dialect: Dialect = Dialect.KUSTOMIZE) -> list[tuple[str, int, int, bool]]:
    data = text.encode() if isinstance(text, str) else text
    return [(p.code, p.span.line, p.span.column, p.fatal) for p in load("a.yaml", data, dialect).problems]


def test_documents_keep_their_number_and_line() -> None:
    data = b"# licence\n---\n# first\na: 1\n---\n---\n- no mapping\n---\n\nb: 2\n"
    file = load("x/a.yaml", data)
    assert [(m.document, m.line, m.value) for m in file.manifests] == [(0, 4, {"a": 1}), (3, 10, {"b": 2})]
    assert (file.path, file.oid, file.problems) == ("x/a.yaml", blob_oid(data), ())


def test_empty_files_hold_nothing() -> None:
    for data in (b"", b"\n", b"# only a comment\n", b"---\n", b"---\n---\n", b"null\n", b"\xef\xbb\xbf"):
        file = load("a.yaml", data)
        assert file.manifests == ()
        assert file.problems == ()


def test_lists_are_flattened_with_the_way_to_each_item() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- kind: A\n  name: a\n- apiVersion: v1\n  kind: ConfigMapList\n"
        "  items:\n  - kind: B\n"
    )
    found = load("a.yaml", text.encode()).manifests
    assert [(m.within, m.value["kind"], m.line) for m in found] == [
        (("items", 0), "A", 4),
        (("items", 1, "items", 0), "B", 9),
    ]


def test_a_kind_that_only_ends_in_list_is_no_list() -> None:
    found = load("a.yaml", b"kind: AllowList\nitems: [a, b]\n").manifests
    assert [(m.within, m.value) for m in found] == [((), {"kind": "AllowList", "items": ["a", "b"]})]


def test_json_is_yaml() -> None:
    data = b'{\n\t"kind": "List",\n\t"apiVersion": "v1",\n\t"items": [{"kind": "A", "on": 1.0}]\n}\n'
    (manifest,) = load("a.json", data).manifests
    assert manifest.value == {"kind": "A", "on": 1}
    assert type(manifest.value["on"]) is int
    assert manifest.within == ("items", 0)


def test_one_broken_document_does_not_hide_the_others() -> None:
    file = load("a.yaml", b"a: 1\n---\nb: [\n---\nc: 3\n")
    assert [(m.document, m.value, m.line) for m in file.manifests] == [(0, {"a": 1}, 1), (2, {"c": 3}, 5)]
    assert [(p.code, p.span.line) for p in file.problems] == [("yaml-syntax", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [", ("yaml-syntax", 2, 1)),
        ("a: *x", ("yaml-syntax", 1, 4)),
        ("a: [http://x?y]", ("yaml-syntax", 1, 5)),
        ("a:\n  b: \x00", ("yaml-control-character", 2, 6)),
        ("é: \x1b[2J", ("yaml-control-character", 1, 4)),
        (b"a: 1\nb: \xff", ("yaml-encoding", 2, 4)),
        ("a: 1".encode("utf-16"), ("yaml-encoding", 1, 1)),
        ("a: &a [*a]", ("yaml-alias-cycle", 1, 8)),
        ("a: &a\n  b: &b {c: *a}", ("yaml-alias-cycle", 2, 13)),
        ("? [a]\n: b", ("yaml-not-json", 1, 3)),
        ("a: .inf", ("yaml-not-json", 1, 4)),
        ("a: {<<: 1}", ("yaml-merge", 1, 9)),
        ("a: !!int x", ("yaml-tag", 1, 10)),
        ("a: {{ .Values.a }}", ("yaml-template", 1, 5)),
        ("{{- if .Values.a }}\na: 1\n{{- end }}", ("yaml-template", 1, 3)),
    ],
)
def test_what_cannot_be_read(text: str | bytes, expected: tuple[str, int, int]) -> None:
    assert codes(text)[0] == (*expected, True)
    assert load("a.yaml", text.encode() if isinstance(text, str) else text).manifests == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: {c: 1, 'c': 2}\na: 3\n", [("duplicate-key", 2, 11), ("duplicate-key", 3, 1)]),
        (HEAD + "data: {1: x}\n", [("yaml-key-type", 3, 8)]),
        (HEAD + "data: {a: !vault x}\n", [("yaml-tag", 3, 18)]),
        ("a: !vault x\nb: {1: x}\n", []),
        (HEAD + "data:\n  a: 'on'\n  b: on\n", [("ambiguous-scalar", 5, 6)]),
    ],
)
def test_what_is_told_although_there_is_a_value(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert codes(text) == [(*place, False) for place in expected]
    assert len(load("a.yaml", text.encode()).manifests) == 1


def test_the_last_of_two_equal_keys_counts() -> None:
    file = load("a.yaml", b"a: 1\na: 2\n")
    assert file.manifests[0].value == {"a": 2}
    assert "line 1, column 1" in (file.problems[0].fix or "")
    assert not any(character.isdigit() for character in file.problems[0].message)


def test_quoted_templates_are_ordinary_text() -> None:
    text = 'a: "{{ $labels.pod }}"\nb: |\n  {{ x }}\nc: [\n'
    assert codes(text)[0][0] == "yaml-syntax"


def bomb(width: int, levels: int) -> str:
    lines = ["a0: &a0 [" + ", ".join(["x"] * width) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * width) + "]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(bomb(10, 9), "yaml-alias-bomb", id="billion laughs"),
        pytest.param(bomb(2, 5000), "yaml-too-deep", id="doubling chain"),
        pytest.param("[" * 500_000, "yaml-too-deep", id="brackets"),
        pytest.param("- " * 200_000, "yaml-too-deep", id="dashes"),
        pytest.param("? " * 200_000, "yaml-too-deep", id="questions"),
        pytest.param("\n".join(" " * n + "a:" for n in range(1000)), "yaml-too-deep", id="keys"),
        pytest.param("a: 1\n" * (MAX_NODES + 1), "yaml-too-large", id="lines"),
        pytest.param("[" + "x," * (MAX_NODES + 1) + "]", "yaml-too-large", id="nodes"),
        pytest.param(" " * (MAX_BYTES + 1), "yaml-too-large", id="bytes"),
    ],
)
def test_bombs_are_refused(text: str, code: str) -> None:
    file = load("a.yaml", text.encode())
    assert [p.code for p in file.problems] == [code]
    assert file.manifests == ()


def test_few_aliases_are_no_bomb() -> None:
    text = bomb(10, 2) + "\nrest: [" + ", ".join(["*a1"] * 3) + "]"
    assert load("a.yaml", text.encode()).problems == ()


def test_the_deepest_that_is_allowed_is_read() -> None:
    text = "".join("  " * n + "a:\n" for n in range(MAX_DEPTH - 1)) + "  " * MAX_DEPTH + "b: 1\n"
    (manifest,) = load("a.yaml", text.encode()).manifests
    depth = 0
    value: object = manifest.value
    while isinstance(value, dict):
        depth, value = depth + 1, next(iter(value.values()))
    assert depth == MAX_DEPTH


def test_many_faults_are_told_once_in_a_while() -> None:
    assert len(codes("a: 1\n" * 5000)) == 100


def test_build_output_is_read_without_its_empty_documents() -> None:
    assert parse_text("a: on\n---\n---\nb: '1'\n", Dialect.KUBERNETES) == [{"a": True}, {"b": "1"}]
    assert parse_text(b"a: on\n", Dialect.KUSTOMIZE) == [{"a": "on"}]
    for text in ("a: [", b"\xff", "a: .nan", "\x00"):
        with pytest.raises(UnreadableTextError):
            parse_text(text)


def test_without_libyaml_the_reading_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# c\na: &x {b: 'c', d: [on, 1.0]}\ne: *x\nf: |\n  g\n\nh: !t i\nj: >-\n  k\n  l\n---\nm: [\n---\nn: o\n"
    files = []
    for has_libyaml in (True, False):
        monkeypatch.setattr(yaml, "__with_libyaml__", has_libyaml)
        compose_module.parser_class.cache_clear()
        file = load("a.yaml", text.encode())
        assert libyaml_missing() is not has_libyaml
        places = [(m.document, m.line, m.value) for m in file.manifests]
        spans = [
            Positions.of(text.encode() + b"#" * has_libyaml).span(0, path) for path in (("a", "d", 1), ("f",), ("h",))
        ]
        files.append((places, [problem.code for problem in file.problems], spans))
    compose_module.parser_class.cache_clear()
    assert files[0] == files[1]
    assert files[0][1] == ["yaml-syntax"]


def test_which_files_are_yaml() -> None:
    assert [is_yaml_path(path) for path in ("a.yaml", "b/A.YML", "c.json", "yaml", "a.yaml.tpl")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_problem_ends_where_the_scalar_ends() -> None:
    (problem,) = load("a.yaml", (HEAD + "data: {ab: yes, c: d}\n").encode()).problems
    assert problem.span == Span(3, 12, 3, 15)

"""Any bytes: no crash, no hang, and never a value of another shape than an independent reader sees."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops_guard.manifests import Positions, ambiguous_scalars, comments, load
from gitops_guard.model.manifest import Dialect

SHREDS = st.lists(
    st.one_of(
        st.sampled_from("ab:-?[]{},#&*!|>'\"%@`\\\n\t~1é \x00\x85\u2028\ufeff"),
        st.sampled_from(
            ["---", "...", "<<", "on", "0x1", "&a", "*a", "!!str", "  ", "\n  ", ": ", "- ", "\n- ", "a: "]
        ),
        st.sampled_from(["\r\n", "|\n  x\n", "a:\n  b: "]),
    ),
    max_size=25,
).map(lambda pieces: "".join(pieces).encode())


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=80), SHREDS), st.sampled_from(list(Dialect)))
def test_any_bytes_have_a_result(data: bytes, dialect: Dialect) -> None:
    file = load("a.yaml", data, dialect)
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\x85") + data.count(b"\xe2\x80") + 1
    for problem in file.problems:
        assert 1 <= problem.span.line <= lines + 1
        assert (problem.span.line, problem.span.column) <= (problem.span.end_line, problem.span.end_column)
    positions = Positions.of(data)
    for manifest in file.manifests:
        assert manifest.within or positions.line_of_document(manifest.document) == manifest.line
        for key in manifest.value:
            assert manifest.within or positions.span(manifest.document, (key,), "key") is not None
    list(ambiguous_scalars(data))
    list(comments(data))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
KEYS = st.text("abcdef<=1.", min_size=1, max_size=4)
TREES = st.recursive(
    st.one_of(TEXTS, st.sampled_from(["on", "1", "", "a: b"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else str


@settings(max_examples=300, deadline=None)
@given(
    tree=st.dictionaries(st.text("abcdef", min_size=1, max_size=4), TREES, max_size=4),
    style=st.sampled_from([None, '"', "'", "|"]),
    flow=st.sampled_from([True, False, None]),
    dialect=st.sampled_from(list(Dialect)),
)
def test_what_another_program_wrote_is_read_back(
    tree: dict[str, Any], style: str | None, flow: bool | None, dialect: Dialect
) -> None:
    text = yaml.dump(tree, default_style=style, default_flow_style=flow, allow_unicode=True, Dumper=yaml.SafeDumper)
    file = load("a.yaml", text.encode(), dialect)
    base = yaml.load(text, Loader=yaml.BaseLoader)
    assert base == tree
    fatal = [problem for problem in file.problems if problem.fatal]
    if style and not fatal and not flow:
        # Everything is quoted, so every value is the string that was written.
        assert [manifest.value for manifest in file.manifests] == [tree]
    elif not fatal and not any(problem.code == "duplicate-key" for problem in file.problems):
        assert [shape(manifest.value) for manifest in file.manifests] == [shape(tree)]

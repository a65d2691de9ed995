from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.manifests import Positions, load
from gitops_guard.manifests.lines import split_lines
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span

TEXT = """\
# head
apiVersion: v1
"kind" : 'Kustomization'
flow: {a: [one, "two"], é: "ß", b: }
anchor: &x
  inside: here
alias: *x
merged: {<<: *x, own: 1}
plain: one
  two
block: |-  # why
    - op: replace

      path: /spec

folded: >
  a
  b
list:
- name: n
  value: v
-   - deep
empty:
on: off
tagged: !foo  bar
---
second: "a\\tb"
"""
PLACES: list[tuple[FieldPath, str, str]] = [
    (("apiVersion",), "2:1-2:11", "2:13-2:15"),
    (("kind",), "3:1-3:7", "3:10-3:25"),
    (("flow", "a"), "4:8-4:9", "4:11-4:23"),
    (("flow", "a", 1), "4:17-4:22", "4:17-4:22"),
    (("flow", "é"), "4:25-4:26", "4:28-4:31"),
    (("flow", "b"), "4:33-4:34", "4:36-4:37"),
    (("anchor", "inside"), "6:3-6:9", "6:11-6:15"),
    (("alias",), "7:1-7:6", "7:8-7:10"),
    (("alias", "inside"), "6:3-6:9", "6:11-6:15"),
    (("merged", "inside"), "6:3-6:9", "6:11-6:15"),
    (("merged", "own"), "8:18-8:21", "8:23-8:24"),
    (("plain",), "9:1-9:6", "9:8-10:6"),
    (("block",), "11:1-11:6", "11:8-14:18"),
    (("folded",), "16:1-16:7", "16:9-18:4"),
    (("list", 0, "value"), "21:3-21:8", "21:10-21:11"),
    (("list", 1, 0), "22:7-22:11", "22:7-22:11"),
    (("empty",), "23:1-23:6", "23:7-23:8"),
    (("on",), "24:1-24:3", "24:5-24:8"),
    (("true",), "24:1-24:3", "24:5-24:8"),
    (("tagged",), "25:1-25:7", "25:15-25:18"),
]


def span(text: str) -> Span:
    start, end = text.split("-")
    return Span(*map(int, (*start.split(":"), *end.split(":"))))


@pytest.mark.parametrize(("path", "key", "value"), PLACES)
def test_every_style_has_exact_places(path: FieldPath, key: str, value: str) -> None:
    positions = Positions.of(TEXT.encode())
    assert positions.span(0, path, "key") == span(key)
    assert positions.span(0, path) == span(value)


def test_other_documents_and_missing_paths() -> None:
    positions = Positions.of(TEXT.encode())
    assert positions.span(1, ("second",)) == Span(27, 9, 27, 15)
    assert (positions.line_of_document(0), positions.line_of_document(1), positions.line_of_document(9)) == (2, 27, 1)
    for document, path in [(0, ("nothing",)), (0, ("list", 7)), (0, ("list", "a")), (0, ("plain", 0)), (2, ())]:
        assert positions.span(document, path) is None
    assert positions.span(0, ()) == Span(2, 1, 25, 18)


def test_the_last_of_two_equal_keys_is_the_one_that_counts() -> None:
    assert Positions.of(b"a: 1\nb: 2\na: 3\n").span(0, ("a",)) == Span(3, 4, 3, 5)


def test_a_byte_order_mark_takes_no_column() -> None:
    assert Positions.of(b"\xef\xbb\xbfa: 1\n").span(0, ("a",)) == Span(1, 4, 1, 5)


def test_broken_texts_have_the_places_of_what_can_be_read() -> None:
    positions = Positions.of(b"a: 1\n---\n[\n---\nc: 3\n")
    assert positions.span(2, ("c",)) == Span(5, 4, 5, 5)
    assert Positions.of(b"\xff").span(0, ("a",)) is None


def test_places_inside_block_scalars() -> None:
    positions = Positions.of(TEXT.encode())
    value = load("a.yaml", TEXT.encode()).manifests[0].value["block"]
    assert isinstance(value, str)
    inner = Positions.of(value.encode()).span(0, (0, "path"))
    assert inner == Span(3, 9, 3, 14)
    assert positions.span_in_text(0, ("block",), inner) == Span(14, 13, 14, 18)
    assert positions.span_in_text(0, ("flow", "a", 1), Span(1, 2, 1, 3)) == Span(4, 19, 4, 20)
    assert positions.span_in_text(0, ("apiVersion",), Span(1, 2, 1, 3)) == Span(2, 14, 2, 15)
    assert positions.span_in_text(0, ("folded",), Span(1, 3, 1, 4)) == positions.span(0, ("folded",))
    assert positions.span_in_text(1, ("second",), Span(1, 3, 1, 4)) == positions.span(1, ("second",))
    assert positions.span_in_text(0, ("list",), Span.point(1)) is None


WORDS = st.text("abcdefgh ", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(lines=st.lists(WORDS, min_size=1, max_size=6), indentation=st.integers(1, 9), data=st.data())
def test_a_literal_block_is_followed_exactly(lines: list[str], indentation: int, data: st.DataObject) -> None:
    text = "x:\n  y: |\n" + "".join(" " * (indentation + 2) + line + "\n" for line in lines)
    number = data.draw(st.integers(0, len(lines) - 1))
    found = Positions.of(text.encode()).span_in_text(
        0, ("x", "y"), Span(number + 1, 1, number + 1, len(lines[number]) + 1)
    )
    assert found is not None
    assert split_lines(text)[found.line - 1][found.column - 1 : found.end_column - 1] == lines[number]

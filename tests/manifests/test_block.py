"""The fast way and the exact way are one: whatever the fast way does not decline, both read alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitops_guard.manifests.loader import load_exactly, load_fast
from gitops_guard.model.manifest import Dialect, SourceFile

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
NASTY = (Path(__file__).parent / "nasty_scalars.txt").read_text(encoding="utf-8").splitlines()


def everything(file: SourceFile) -> tuple[str, object]:
    """Values with their types and the order of keys; places; problems."""
    return json.dumps([(m.document, m.line, m.within, m.value) for m in file.manifests]), file.problems


def assert_alike(data: bytes) -> int:
    """Returns how many dialects were read fast."""
    count = 0
    for dialect in Dialect:
        fast = load_fast("a.yaml", data, dialect, "")
        if fast is not None:
            count += 1
            assert everything(fast) == everything(load_exactly("a.yaml", data, dialect, ""))
    return count


def test_every_file_of_the_corpora() -> None:
    if not CORPORA.is_dir():
        pytest.skip("../shared/corpora is absent")
    files = [path for path in CORPORA.rglob("*") if path.suffix in (".yaml", ".yml", ".json") and path.is_file()]
    fast = sum(assert_alike(path.read_bytes()) for path in files)
    assert fast > 1.8 * len(files)


PLAIN = """\
# A comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "app"   # quoted
  labels: {app: a, "b": 'c', m: 1.0}
  annotations: {}
spec:
  replicas: 2
  version: 1.30
  empty:
  none: null
  text: plain text
    that goes on
  quoted: 'it''s
    folded'
  escaped: "a\\tb\\n\\"c\\""
  literal: |
    one
      two

    # three

  # comment
  stripped: |-
    x

  folded: >-
    a
    b

    c
  kept: |+
    x

  list:
  - a
  - b: c
    d:
    - e
  -
    f: g
  - - h
    - i: j
  -
"""


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_usual_style_is_read_fast(dialect: Dialect) -> None:
    data = (PLAIN + "---\n" + PLAIN).encode()
    assert assert_alike(data) == 2
    fast = load_fast("a.yaml", data, dialect, "")
    assert fast is not None
    assert [m.line for m in fast.manifests] == [2, len(PLAIN.splitlines()) + 3]
    spec = fast.manifests[0].value["spec"]
    assert isinstance(spec, dict)
    assert (spec["text"], spec["quoted"], spec["escaped"]) == (
        "plain text that goes on",
        "it's folded",
        'a\tb\n"c"',
    )
    assert (spec["literal"], spec["kept"]) == ("one\n  two\n\n# three\n", "x\n\n")
    assert spec["list"] == ["a", {"b": "c", "d": ["e"]}, {"f": "g"}, ["h", {"i": "j"}], None]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\n",
        "a: !t 1\n",
        "a: 1\na: 2\n",
        "a: on\n",
        "on: a\n",
        "1: a\n",
        "a: 2001-01-01\n",
        "a: [b,\n  c]\n",
        "a: b: c\n",
        "a: |2\n   x\n",
        "a:\tb\n",
        "a: b\n   # c\n  d\n",
        "%YAML 1.1\n---\na: b\n",
        "--- a\n",
        "...\n",
        "a: 'b\n\n  c'\n",
        "kind: List\nitems: []\n",
        "a: .inf\n",
        "<<: {a: b}\n",
        "? a\n",
        "a: @b\n",
        "a: b #c\n  d\n",
        "a:\n b: c\n  d: e\n",
        'a: {b: "c\n',
        'a: "\\u00e9"\n',
        "plain\n",
        "a: |\n  b",
        "a: {1: b}\n",
    ],
)
def test_what_needs_care_is_left_to_the_exact_way(text: str) -> None:
    assert load_fast("a.yaml", text.encode(), Dialect.KUSTOMIZE, "") is None


PIECES = st.sampled_from(
    [
        "a: ",
        "b:",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "-",
        "x",
        "x y",
        "1",
        "1.0",
        "on",
        "~",
        "null",
        "''",
        '"q"',
        "'x",
        '"x',
        "|",
        "|-",
        ">",
        "|+\n",
        "#",
        " #",
        "# c\n",
        "{a: b}",
        "[a, b]",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "?",
        "&a ",
        "*a",
        "!t ",
        "---\n",
        "...",
        "%",
        "@",
        "\t",
        "\\",
        "é",
        "\u2028",
        "\r\n",
        "  ",
        "<<: ",
        "a: |\n  x\n",
        "a: >\n  x\n  y\n",
        "a: 'x\n y'\n",
        "- a: b\n  c: d\n",
        "{a: }",
        "{a}",
        "[a?]",
        "a:\n- b\n",
        "a: x\n  y\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_random_pieces_of_yaml(text: str) -> None:
    assert_alike(text.encode())


@st.composite
def documents(draw: st.DrawFn, column: int = 0, depth: int = 0) -> str:
    """Mostly well-formed block style around nasty scalars."""
    scalar = st.one_of(
        st.sampled_from(NASTY), st.sampled_from(["", "'a'", '"b"', "{a: b}", "[]", "|\n" + " " * 20 + "x"])
    )
    if depth > 3 or (depth and draw(st.integers(0, 2)) == 0):
        return " " + draw(scalar) + draw(st.sampled_from(["", "", " # c"])) + "\n"
    start = draw(st.sampled_from(["-", "key: ", '"k k": ', "k/y: ", "on: "]))
    deeper = column + draw(st.sampled_from([0, 1, 2, 4]) if start == "-" or depth == 0 else st.sampled_from([1, 2, 4]))
    count = draw(st.integers(1, 3))
    lines = []
    for number in range(count):
        name = start if start == "-" else f"{start.rstrip(': ')}{number}:" if start[0] != '"' else f'"k{number}":'
        lines.append(" " * column + name + draw(documents(deeper + 1, depth + 1)))
    return ("\n" if depth else "") + "".join(lines)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_random_block_style(text: str) -> None:
    assert_alike(text.encode())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutations_of_the_usual_style(data: st.DataObject) -> None:
    text = PLAIN
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.sampled_from([0, 0, 1, 2, 9]))
        text = text[:at] + data.draw(PIECES) + text[at + cut :]
    assert_alike(text.encode())

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.manifests import Comment, comments

TEXT = """\
# own # line
a: b # after
c: "x # no"  # yes
d: 'x
  # no
  y'
e: |  # header
  # no
  text # no

# below
f: >-
  # no
g: [a, # inside
  b#no, c]
h: http://x#no
#
---   # separator
i: j
"""


def test_only_real_comments_are_found() -> None:
    assert list(comments(TEXT.encode())) == [
        Comment(1, 1, "own # line", True),
        Comment(2, 6, "after", False),
        Comment(3, 14, "yes", False),
        Comment(7, 7, "header", False),
        Comment(11, 1, "below", True),
        Comment(14, 8, "inside", False),
        Comment(17, 1, "", True),
        Comment(18, 7, "separator", False),
    ]


def test_a_needle_that_is_not_there_answers_at_once() -> None:
    assert comments(TEXT.encode(), b"gitops-guard") == ()
    assert comments(b"a: b\n") == ()
    assert len(comments(TEXT.encode(), b"inside")) == 8


def test_a_text_that_cannot_be_read_has_no_comments() -> None:
    assert comments(b"a: [ # x\n") == ()
    assert comments(b"# x\n\xff") == ()


@given(st.lists(st.sampled_from(["a: b", "c: |", "    # x", "d: '# y'", "# z", "e: f # g", ""]), max_size=8))
def test_a_comment_is_never_part_of_a_value(lines: list[str]) -> None:
    """Taking the comments away leaves the same values."""
    from gitops_guard.manifests import load

    text = "".join(line + "\n" for line in lines)
    without = text.split("\n")
    for comment in comments(text.encode()):
        without[comment.line - 1] = without[comment.line - 1][: comment.column - 1].rstrip()
    values = [[m.value for m in load("a.yaml", t.encode()).manifests] for t in (text, "\n".join(without))]
    assert values[0] == values[1]

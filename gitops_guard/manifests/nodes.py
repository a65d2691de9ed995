"""YAML nodes with their places, as libyaml's events tell them; nothing is typed here."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from gitops_guard.model.location import Span


class Kind(IntEnum):
    """What a node is."""

    SCALAR = 0
    SEQUENCE = 1
    MAPPING = 2
    ALIAS = 3


NON_SPECIFIC: Final = "!"
"""The tag `!`, which libyaml hides."""
YAML_TAG: Final = "tag:yaml.org,2002:"


class Node:
    """One node of the text. Lines and columns count from 1; the end is exclusive.

    `text` is a scalar's value before typing, and an alias's name. `style` is "" for plain, else the character that
    starts the scalar (`"`, `'`, `|`, `>`). `children` alternates keys and values in a mapping; an alias's only child
    is its anchor's node. `size` and `height` count what a reader visits who follows every alias; `aliased` is the
    part of `size` that stands behind aliases. `flow` says that the node stands inside `{}` or `[]`.
    """

    __slots__ = (
        "aliased",
        "children",
        "column",
        "end_column",
        "end_line",
        "flow",
        "height",
        "kind",
        "line",
        "open",
        "size",
        "style",
        "tag",
        "text",
    )

    def __init__(self, kind: Kind, line: int, column: int, flow: bool) -> None:
        self.kind = kind
        self.line = line
        self.column = column
        self.end_line = line
        self.end_column = column
        self.flow = flow
        self.tag = ""
        self.text = ""
        self.style = ""
        self.children: list[Node] = []
        self.size = 1
        self.aliased = 0
        self.height = 1
        self.open = False

    @property
    def span(self) -> Span:
        """Where it stands; an empty scalar gets the one character where it would be written."""
        if (self.line, self.column) == (self.end_line, self.end_column):
            return Span.point(self.line, self.column)
        return Span(self.line, self.column, self.end_line, self.end_column)

    @property
    def is_merge_key(self) -> bool:
        """Whether it is a `<<` that merges."""
        return (
            self.kind is Kind.SCALAR and self.text == "<<" and not self.style and self.tag in ("", YAML_TAG + "merge")
        )

    def pairs(self) -> list[tuple[Node, Node]]:
        """A mapping's keys and values, in order."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))

    def resolved(self) -> Node:
        """The node itself, or what the alias stands for."""
        return self.children[0] if self.kind is Kind.ALIAS else self


def walk(root: Node) -> Iterator[Node]:
    """Every node in the order of the text; aliases are not followed."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if node.kind is not Kind.ALIAS:
            stack.extend(reversed(node.children))

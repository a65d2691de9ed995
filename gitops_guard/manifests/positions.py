"""Where the keys and values of a file stand."""

from __future__ import annotations

from typing import Literal

from gitops_guard.manifests.compose import ComposeError
from gitops_guard.manifests.composed import Composed, composed
from gitops_guard.manifests.construct import typed_key
from gitops_guard.manifests.lines import split_lines
from gitops_guard.manifests.nodes import Kind, Node
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span


class Positions:
    """The places of one content. Make it with `Positions.of`, which remembers the latest ones."""

    def __init__(self, content: Composed) -> None:
        self._content = content
        self._documents = content.documents

    @classmethod
    def of(cls, data: bytes) -> Positions:
        """Never raises on content: what could not be read has no places."""
        return cls(composed(data))

    def line_of_document(self, document: int) -> int:
        """Where a document's content starts; 1 where there is no such document."""
        return self._documents[document].line if 0 <= document < len(self._documents) else 1

    def span(self, document: int, path: FieldPath, at: Literal["value", "key"] = "value") -> Span | None:
        """The place of the value at `path`, or of its key.

        An alias itself stands where it is used; what is inside it, and what `<<` brought, stands where it is written,
        since a person edits it there. An element of a list has no key: its value's place is given.
        A block scalar spans from its `|` or `>` to the end of its last line.
        """
        found = self._find(document, path)
        if found is None:
            return None
        key, node = found
        return (key if at == "key" and key is not None else node).span

    def span_in_text(self, document: int, path: FieldPath, inner: Span) -> Span | None:
        """The place in the file of a place in a string value, as for the YAML of an inline patch (`patch: |`).

        `inner` counts lines and columns of the value from 1. Where the text cannot be followed through folding or
        escapes, the whole scalar's place is given; None where there is no string at `path`.
        """
        found = self._find(document, path)
        node = found[1].resolved() if found else None
        if node is None or node.kind is not Kind.SCALAR:
            return None
        values = split_lines(node.text)
        if node.style == "|":
            lines = split_lines(self._content.text)[node.line : node.end_line]
            shift = next((len(raw) - len(value) for raw, value in zip(lines, values, strict=False) if value), 0)
            return _moved(inner, node.line, shift)
        quotes = 1 if node.style else 0
        if len(values) == 1 and node.line == node.end_line:
            width = node.end_column - node.column - 2 * quotes
            return _moved(inner, node.line - 1, node.column - 1 + quotes) if width == len(node.text) else node.span
        return node.span

    def _find(self, document: int, path: FieldPath) -> tuple[Node | None, Node] | None:
        if not 0 <= document < len(self._documents):
            return None
        node = self._documents[document].root
        key: Node | None = None
        for step in path:
            entry = entry_of(node, step) if node is not None else None
            if entry is None:
                return None
            key, node = entry
        return None if node is None else (key, node)


def _moved(span: Span, lines: int, columns: int) -> Span:
    return Span(span.line + lines, span.column + columns, span.end_line + lines, span.end_column + columns)


def entry_of(node: Node, step: str | int) -> tuple[Node | None, Node] | None:
    """The key (None in a sequence) and the value that one step of a path leads to."""
    node = node.resolved()
    if isinstance(step, int):
        fits = node.kind is Kind.SEQUENCE and 0 <= step < len(node.children)
        return (None, node.children[step]) if fits else None
    if node.kind is not Kind.MAPPING:
        return None
    pairs = node.pairs()
    # The last of two equal keys is the one whose value counts.
    for key, value in reversed(pairs):
        if key.resolved().text == step and key.resolved().kind is Kind.SCALAR and not key.is_merge_key:
            return key, value
    for key, value in reversed(pairs):
        if not key.is_merge_key and _typed_key(key) == step:
            return key, value
    for key, value in pairs:
        if key.is_merge_key:
            for source in value.children if value.kind is Kind.SEQUENCE else [value]:
                found = entry_of(source, step)
                if found is not None:
                    return found
    return None


def child(node: Node, step: str | int) -> Node | None:
    """The node that one step of a path leads to."""
    entry = entry_of(node, step)
    return entry[1] if entry else None


def _typed_key(key: Node) -> str | None:
    node = key.resolved()
    try:
        return typed_key(node) if node.kind is Kind.SCALAR else None
    except ComposeError:
        return None

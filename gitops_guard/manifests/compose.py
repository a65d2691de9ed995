"""Text to nodes: iterative over PyYAML's events, with every bound checked while composing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml
from yaml import events

from gitops_guard.manifests.limits import MAX_DEPTH, MAX_NODES, too_many_aliases
from gitops_guard.manifests.lines import count_breaks, split_lines
from gitops_guard.manifests.nodes import NON_SPECIFIC, Kind, Node
from gitops_guard.model.location import Span


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a text, or one document of it, could not be read; `code` is that of a `Problem`."""

    code: str
    message: str
    span: Span
    fix: str = ""
    fatal: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One document. `root` is None where it is empty. `line` is where its content starts."""

    root: Node | None
    line: int


class ComposeError(Exception):
    """Ends composing; carries the trouble and never leaves this room."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


# Counts stop here, so that a chain of doubling aliases does not make numbers of a million digits.
_MANY: Final = 10**12
_SEPARATOR: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)[^\r\n]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)+")


def libyaml_missing() -> bool:
    """Whether PyYAML runs without its C library; exact reading is then about 16 times slower."""
    return not yaml.__with_libyaml__


@cache
def parser_class() -> Any:
    """libyaml's parser, or PyYAML's own; both give the same events."""
    if libyaml_missing():
        from yaml.composer import Composer
        from yaml.parser import Parser
        from yaml.reader import Reader
        from yaml.resolver import BaseResolver
        from yaml.scanner import Scanner

        class PurePythonParser(Reader, Scanner, Parser, Composer, BaseResolver):
            def __init__(self, text: str) -> None:
                Reader.__init__(self, text)
                Scanner.__init__(self)
                Parser.__init__(self)

        return PurePythonParser
    from yaml import cyaml

    return vars(cyaml)["CParser"]


def compose(text: str) -> tuple[list[Document], list[Trouble]]:
    """All documents of a text, and what is wrong with those that are missing.

    kustomize and kubectl cut a file at its `---` lines before they parse it. Where the text as a whole does not parse,
    this is done here as well, so that one broken document does not hide the others; a broken one counts as empty.
    """
    try:
        return list(_documents(text, 0)), []
    except ComposeError as error:
        first = error.trouble
    if first.code == "yaml-too-large":
        return [], [first]
    found: list[Document] = []
    troubles: list[Trouble] = []
    for line_offset, chunk in _chunks(text):
        try:
            found.extend(_documents(chunk, line_offset))
        except ComposeError as error:
            found.append(Document(None, error.trouble.span.line))
            troubles.append(error.trouble)
    return found, troubles or [first]


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The pieces between `---` lines (which start the piece that they precede), with the lines before each."""
    starts = [match.start() for match in _SEPARATOR.finditer(text)]
    if not starts or text[: starts[0]].strip():
        starts.insert(0, 0)
    lines = 0
    previous = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        lines += count_breaks(text, previous, start)
        previous = start
        yield lines, text[start:end]


def _documents(text: str, line_offset: int) -> Iterator[Document]:
    composer = _Composer(text, line_offset)
    try:
        yield from composer.documents()
    except yaml.MarkedYAMLError as error:
        raise ComposeError(_syntax_trouble(error, line_offset)) from None
    except yaml.reader.ReaderError as error:
        lines = count_breaks(text, 0, error.position) if isinstance(error.position, int) else 0
        span = Span.point(line_offset + lines + 1)
        raise ComposeError(Trouble("yaml-syntax", str(error.reason), span)) from None


def _syntax_trouble(error: yaml.MarkedYAMLError, line_offset: int) -> Trouble:
    mark = error.problem_mark or error.context_mark
    message = str(error.problem or error.context or "the text is not YAML")
    fix = "Mend the YAML; kustomize and kubectl refuse the whole file."
    if error.context and error.problem and error.context_mark:
        # What moves with the lines stands in the advice: the message identifies the problem across commits.
        message = f"{message} ({error.context})"
        fix += f" What does not end as it should begins at line {line_offset + error.context_mark.line + 1}."
    span = Span.point(line_offset + mark.line + 1, mark.column + 1) if mark else Span.point(line_offset + 1)
    return Trouble("yaml-syntax", message, span, fix)


class _Composer:
    """Builds the node trees of one text. Nothing here recurses, since the depth is the writer's choice."""

    def __init__(self, text: str, line_offset: int) -> None:
        self._text = text
        self._offset = line_offset + 1
        self._parser = parser_class()(text)
        self._stack: list[Node] = []
        self._flow_depth = 0
        self._anchors: dict[str, Node] = {}
        self._nodes = 0

    def documents(self) -> Iterator[Document]:
        root: Node | None = None
        get_event = self._parser.get_event
        while True:
            event = get_event()
            kind = type(event)
            if kind is events.ScalarEvent:
                node = self._scalar(event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                self._open(event, Kind.MAPPING if kind is events.MappingStartEvent else Kind.SEQUENCE)
                continue
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                node = self._close(event)
            elif kind is events.AliasEvent:
                node = self._alias(event)
            elif kind is events.DocumentEndEvent:
                yield self._finish(root)
                root = None
                continue
            elif kind is events.StreamEndEvent:
                return
            else:
                continue
            if self._stack:
                self._add(self._stack[-1], node)
            else:
                root = node

    def _finish(self, root: Node | None) -> Document:
        self._anchors.clear()
        if root is None or (root.kind is Kind.SCALAR and not root.text and not root.style and not root.tag):
            return Document(None, root.line if root else self._offset)
        if too_many_aliases(root.size, root.aliased):
            message = f"aliases make {root.size:,} nodes of {root.size - root.aliased:,} (an alias bomb)"
            raise ComposeError(Trouble("yaml-alias-bomb", message, Span.point(root.line, root.column)))
        return Document(root, root.line)

    def _start(self, event: Any, kind: Kind) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ComposeError(Trouble("yaml-too-large", f"more than {MAX_NODES:,} nodes are not read", Span.point(1)))
        mark = event.start_mark
        line, column = mark.line, mark.column
        if event.anchor or event.tag:
            # The event starts at its anchor or tag; the node at what a person reads as the value.
            properties = _PROPERTIES.match(self._text, mark.index)
            if properties and "\n" not in properties[0]:
                column += len(properties[0])
        node = Node(kind, self._offset + line, column + 1, self._flow_depth > 0)
        if event.tag:
            node.tag = event.tag
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _scalar(self, event: Any) -> Node:
        node = self._start(event, Kind.SCALAR)
        node.text = event.value
        style = event.style
        if style:
            node.style = style
        elif node.flow and "?" in node.text:
            message = 'the Go libraries take no "?" in a plain scalar inside {} or []'
            raise ComposeError(Trouble("yaml-syntax", message, node.span, "Quote the value."))
        if not event.tag and self._text.startswith("!", event.start_mark.index) and event.value is not None:
            node.tag = NON_SPECIFIC
        end = event.end_mark
        node.end_line, node.end_column = self._offset + end.line, end.column + 1
        if style in ("|", ">"):
            self._end_block(node, event)
        return node

    def _end_block(self, node: Node, event: Any) -> None:
        """libyaml ends a block scalar where the next token may start; a person sees its last line of text."""
        content = self._text[event.start_mark.index : event.end_mark.index].rstrip()
        lines = split_lines(content)
        node.end_line = self._offset + event.start_mark.line + len(lines) - 1
        node.end_column = len(lines[-1]) + 1 if len(lines) > 1 else event.start_mark.column + len(lines[0]) + 1

    def _open(self, event: Any, kind: Kind) -> None:
        node = self._start(event, kind)
        if event.flow_style:
            node.style = "{"
            self._flow_depth += 1
        node.open = True
        self._stack.append(node)
        if len(self._stack) > MAX_DEPTH:
            raise ComposeError(_too_deep(node))

    def _close(self, event: Any) -> Node:
        node = self._stack.pop()
        node.open = False
        if node.style:
            self._flow_depth -= 1
        if node.style or not node.children:
            end = event.end_mark
            node.end_line, node.end_column = self._offset + end.line, end.column + 1
        else:
            last = node.children[-1]
            node.end_line, node.end_column = last.end_line, last.end_column
        return node

    def _alias(self, event: Any) -> Node:
        mark, end = event.start_mark, event.end_mark
        node = Node(Kind.ALIAS, self._offset + mark.line, mark.column + 1, self._flow_depth > 0)
        node.end_line, node.end_column = self._offset + end.line, end.column + 1
        node.text = event.anchor
        target = self._anchors.get(event.anchor)
        if target is None:
            raise ComposeError(Trouble("yaml-syntax", f"unknown anchor {event.anchor!r} referenced", node.span))
        if target.open:
            raise ComposeError(
                Trouble("yaml-alias-cycle", f"the value of anchor {event.anchor!r} contains itself", node.span)
            )
        node.children = [target]
        node.size = node.aliased = target.size + 1
        node.height = target.height
        return node

    def _add(self, parent: Node, node: Node) -> None:
        parent.children.append(node)
        parent.size = min(parent.size + node.size, _MANY)
        parent.aliased = min(parent.aliased + node.aliased, _MANY)
        if node.height >= parent.height:
            parent.height = node.height + 1
            if parent.height > MAX_DEPTH:
                raise ComposeError(_too_deep(node))


def _too_deep(node: Node) -> Trouble:
    return Trouble("yaml-too-deep", f"nested more than {MAX_DEPTH} levels deep", Span.point(node.line, node.column))

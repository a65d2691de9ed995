"""Positions inside a YAML text that stands as a block scalar in another one: an inline patch."""

from __future__ import annotations

from gitops_guard.manifests import Positions
from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span


def span_inside(data: bytes, line: int, text: str, document: int, path: FieldPath, at: At) -> Span | None:
    """The span, in `data`, of a field of the YAML `text` that stands as a literal block below the key on `line`.

    None where the text does not stand there line by line (a quoted or folded scalar), or has no such field.
    """
    lines = data.decode("utf-8", "replace").split("\n")
    begin = next((number for number in range(line, len(lines)) if lines[number].strip()), None)
    inner_lines = text.split("\n")
    first = next((number for number, content in enumerate(inner_lines) if content.strip()), None)
    if begin is None or first is None:
        return None
    content = lines[begin].rstrip("\r")
    indent = len(content) - len(content.lstrip(" ")) - _indent(inner_lines[first])
    offset = begin - first
    positions = Positions.of(text.encode("utf-8", "surrogatepass"))
    span = positions.span(document, path, at)
    if span is not None and span.end_line > span.line:
        span = positions.span(document, path, "key") or span
    if span is None or indent < 0:
        return None
    row = offset + span.line - 1
    expected = inner_lines[span.line - 1]
    if row >= len(lines) or lines[row].rstrip("\r") != " " * indent + expected:
        return None
    end = span.end_column if span.end_line == span.line else span.column + 1
    return Span(row + 1, span.column + indent, row + 1, end + indent)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))

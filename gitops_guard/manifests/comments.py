"""The comments of a YAML file: real ones only, since a waiver in a string is no waiver."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gitops_guard.manifests.composed import composed
from gitops_guard.manifests.lines import split_lines
from gitops_guard.manifests.nodes import Kind, Node, walk

_HASH: Final = re.compile(r"(?:^|(?<=[ \t]))#")
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. `text` is what follows the `#`, stripped; `own_line` says that nothing stands before it."""

    line: int
    column: int
    text: str
    own_line: bool


def comments(data: bytes, needle: bytes = b"#") -> Sequence[Comment]:
    """The comments of a file in order; none where it cannot be read as YAML, since nothing is sure there.

    `needle` is text that must stand in the file for its comments to be worth reading: most files answer at once.
    """
    if b"#" not in data or needle not in data:
        return ()
    content = composed(data)
    if content.troubles:
        return ()
    strings = sorted(place for document in content.documents if document.root for place in _strings(document.root))
    starts = [start for start, _ in strings]
    found: list[Comment] = []
    for number, line in enumerate(split_lines(content.text), 1):
        if "#" not in line:
            continue
        for match in _HASH.finditer(line):
            column = match.start() + 1
            before = bisect_right(starts, (number, column)) - 1
            if before >= 0 and (number, column) < strings[before][1]:
                continue
            found.append(Comment(number, column, line[column:].strip(), not line[: column - 1].strip()))
            break
    return found


def _strings(root: Node) -> Iterator[tuple[_Place, _Place]]:
    """Where a `#` is text. The line of a block scalar's `|` may end in a comment; plain scalars end before one."""
    for node in walk(root):
        if node.kind is Kind.SCALAR and node.style in ("|", ">"):
            yield (node.line + 1, 0), (node.end_line + 1, 0)
        elif node.kind is Kind.SCALAR and node.style:
            yield (node.line, node.column), (node.end_line, node.end_column)

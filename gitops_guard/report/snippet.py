"""Source lines with carets under the exact columns, whatever the lines hold: tabs, wide characters, escapes."""

from __future__ import annotations

from gitops_guard.model.location import Excerpt, Span
from gitops_guard.report.escape import COMMAND, visible
from gitops_guard.report.terminal import Paint, Painter, width

TAB_STOP = 4
_LONGEST_LINE = 160
"""Characters of a line that are shown; of a longer one (JSON on one line) only what stands around the mark."""
_BEFORE_MARK = 60


def snippet(excerpt: Excerpt, span: Span, paint: Painter, mark: Paint, caret: str = "^") -> list[str]:
    """The lines with their numbers, and a line of carets below the span's first line."""
    last = excerpt.first_line + len(excerpt.lines) - 1
    gutter = len(str(last))
    empty = paint(" " * (gutter + 1) + "|", Paint.GUTTER)
    shown = [empty]
    for number, text in enumerate(excerpt.lines, excerpt.first_line):
        marked = number == span.line
        start, stop = _window(len(text), span.column - 1 if marked else 0)
        pieces = _pieces(text[start:stop])
        line = ("..." if start else "") + "".join(pieces) + ("..." if stop < len(text) else "")
        shown.append(f"{paint(f'{number:>{gutter}} |', Paint.GUTTER)} {line}".rstrip())
        if marked:
            end = span.end_column if span.end_line == span.line else len(text) + 1
            first = min(max(span.column - 1 - start, 0), len(pieces))
            after = max(min(end - 1 - start, len(pieces)), first)
            indent = width("".join(pieces[:first])) + (3 if start else 0)
            carets = caret * max(1, width("".join(pieces[first:after])))
            shown.append(f"{empty} {' ' * indent}{paint(carets, mark)}")
    return [*shown, empty]


def _window(length: int, column: int) -> tuple[int, int]:
    """Which part of a line to show so that `column` (from 0) is in it."""
    if length <= _LONGEST_LINE:
        return 0, length
    start = max(0, min(column - _BEFORE_MARK, length - _LONGEST_LINE))
    return start, min(length, start + _LONGEST_LINE)


def _pieces(text: str) -> list[str]:
    """What is shown for each character of a line."""
    commands = {found.end() - 1 for found in COMMAND.finditer(text)}
    pieces: list[str] = []
    column = 0
    for index, character in enumerate(text):
        if character == "\t":
            piece = " " * (TAB_STOP - column % TAB_STOP)
        elif index in commands:
            piece = f"\\x{ord(character):02x}"
        else:
            piece = visible(character)
        pieces.append(piece)
        column += width(piece)
    return pieces

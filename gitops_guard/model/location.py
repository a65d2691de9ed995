"""Where something stands in the repository. Lines and columns count from 1, in characters; an end is exclusive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: `end_column` is the column after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def point(cls, line: int, column: int = 1) -> Span:
        """A span of one character."""
        return cls(line, column, line, column + 1)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Source lines to show with a finding, secrets already masked, so that reports read no file."""

    first_line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the tree that was judged, on which a person can act.

    `approximate` says that the value itself could not be found and the nearest known place is shown.
    """

    path: str
    span: Span
    excerpt: Excerpt | None = None
    approximate: bool = False

    @property
    def line(self) -> int:
        """The first line."""
        return self.span.line

    @property
    def column(self) -> int:
        """The first column."""
        return self.span.column

    def __str__(self) -> str:
        return f"{self.path}:{self.span.line}:{self.span.column}"

"""What a stream can show: colour, and the characters of its encoding."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO


def wants_color(stream: TextIO, choice: str = "auto", environ: Mapping[str, str] | None = None) -> bool:
    """`choice` is `auto`, `always` or `never`.

    `auto` follows no-color.org and CLICOLOR_FORCE, in the order that Python itself uses: `NO_COLOR` wins, then
    `FORCE_COLOR` and `CLICOLOR_FORCE` (not empty, not 0), then whether the stream is a terminal that is not dumb.
    """
    if choice != "auto":
        return choice == "always"
    environ = os.environ if environ is None else environ
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def emit(stream: TextIO, text: str) -> None:
    """Writes `text`; characters that the stream's encoding lacks become escapes, never an error."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def width(text: str) -> int:
    """Columns that visible text takes on a terminal: wide East Asian characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Paint(StrEnum):
    """ANSI colours by meaning."""

    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    GOOD = "1;32"
    STRONG = "1"
    GUTTER = "1;34"
    HELP = "36"
    FAINT = "2"


@dataclass(frozen=True, slots=True)
class Painter:
    """Wraps text in a colour, or leaves it alone."""

    color: bool

    def __call__(self, text: str, paint: Paint) -> str:
        """`text`, painted."""
        return f"\x1b[{paint}m{text}\x1b[0m" if self.color and text else text

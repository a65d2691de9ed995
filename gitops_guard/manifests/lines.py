"""Lines as YAML counts them: the line breaks of YAML 1.1, which libyaml's marks are based on."""

from __future__ import annotations

import re
from typing import Final

LINE_BREAK: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


def split_lines(text: str) -> list[str]:
    """The lines without their breaks; a text that ends in a break has an empty last line."""
    if text.isascii() and "\r" not in text:
        return text.split("\n")
    return LINE_BREAK.split(text)


def count_breaks(text: str, start: int, end: int) -> int:
    """How many lines end between two offsets."""
    return sum(1 for _ in LINE_BREAK.finditer(text, start, end))

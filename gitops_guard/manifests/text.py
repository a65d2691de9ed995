"""Bytes to text, with everything refused that no YAML parser takes."""

from __future__ import annotations

import codecs
import re
from typing import Final

from gitops_guard.manifests.compose import Trouble
from gitops_guard.manifests.limits import MAX_BYTES, MAX_NODES
from gitops_guard.manifests.lines import split_lines
from gitops_guard.model.location import Span

# YAML 1.1, "Character Set": what is not printable. A byte order mark is stripped before.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(data: bytes) -> str | Trouble:
    """The text of a file, without its byte order mark, or why there is none."""
    if len(data) > MAX_BYTES:
        message = f"{len(data):,} bytes; more than {MAX_BYTES:,} are not read"
        return Trouble("yaml-too-large", message, Span.point(1), "Split the file.")
    if data.count(b"\n") > MAX_NODES:
        return Trouble(
            "yaml-too-large", f"more than {MAX_NODES:,} lines are not read", Span.point(1), "Split the file."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Trouble("yaml-encoding", "the file is UTF-16, not UTF-8", Span.point(1), "Save the file as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(data[: error.start].decode("utf-8-sig", "replace"))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return Trouble("yaml-encoding", message, Span.point(line, column), "Save the file as UTF-8.")
    bad = _UNPRINTABLE.search(text)
    if bad is not None:
        line, column = _position(text[: bad.start()])
        message = f"control character U+{ord(bad[0]):04X}"
        return Trouble("yaml-control-character", message, Span.point(line, column), "Remove the character.")
    return text


def _position(before: str) -> tuple[int, int]:
    lines = split_lines(before)
    return len(lines), len(lines[-1]) + 1

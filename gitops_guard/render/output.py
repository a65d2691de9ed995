"""What kustomize wrote, taken apart: one text an object, and where the object comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gitops_guard.manifests import UnreadableTextError, parse_text
from gitops_guard.model.fieldpath import text_at

ORIGIN: Final = "config.kubernetes.io/origin"
_BORDER: Final = re.compile(r"^---\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Origin:
    """kustomize's note: the file of an object, or the file (and kind of plugin) that made it. Relative to the root."""

    path: str = ""
    configured_in: str = ""
    configured_by: str = ""


def documents(output: str) -> Iterator[tuple[str, Origin]]:
    """The text of each object without kustomize's origin annotation, and what that annotation said.

    kustomize writes mappings in blocks with sorted keys, two spaces a level, and everything inside a scalar is
    indented deeper than its key; so the annotation can be cut out by lines, whatever stands in other values.
    The text that is left is exactly what Flux substitutes variables in.
    """
    for text in _BORDER.split(output):
        if text.strip():
            yield _without_origin(text)


def _without_origin(text: str) -> tuple[str, Origin]:
    lines = text.splitlines(keepends=True) if "\r" not in text and "\x0b" not in text else _split(text)
    metadata = _find(lines, "metadata:\n", 0, len(lines), 0)
    if metadata is None:
        return text, Origin()
    annotations = _find(lines, "  annotations:\n", metadata[0] + 1, metadata[1], 2)
    if annotations is None:
        return text, Origin()
    origin = _find(lines, f"    {ORIGIN}:", annotations[0] + 1, annotations[1], 4)
    if origin is None:
        return text, Origin()
    noted = "".join(line[4:] for line in lines[slice(*origin)])
    begin, end = annotations if annotations[1] - annotations[0] == 1 + origin[1] - origin[0] else origin
    return "".join(lines[:begin] + lines[end:]), _read(noted)


def _split(text: str) -> list[str]:
    return [part + "\n" for part in text.removesuffix("\n").split("\n")]


def _find(lines: list[str], start: str, begin: int, end: int, indent: int) -> tuple[int, int] | None:
    """The range of lines of the key that begins with `start`, among keys that are indented by `indent`."""
    for index in range(begin, end):
        if lines[index].startswith(start):
            stop = index + 1
            while stop < end and (lines[stop].startswith(" " * (indent + 1)) or not lines[stop].strip()):
                stop += 1
            return index, stop
    return None


def _read(noted: str) -> Origin:
    try:
        inner = text_at(parse_text(noted)[0], ORIGIN)
        value = parse_text(inner)[0]
    except (UnreadableTextError, IndexError):
        return Origin()
    return Origin(text_at(value, "path"), text_at(value, "configuredIn"), text_at(value, "configuredBy", "kind"))

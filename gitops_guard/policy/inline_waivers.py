"""Waivers in comments: `# gitops-guard: ignore[rule, other-rule] reason`.

At the end of a line, the comment covers what stands on that line. On a line of its own, it covers the value below it:
a field with all that belongs to it, or an item of a list; above the first line of a document, the whole document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from gitops_guard.manifests import Comment, Positions, comments, load
from gitops_guard.model.cache import Cache
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import WAIVER_MARK, Manifest, SourceFile
from gitops_guard.model.tree import Tree
from gitops_guard.policy.identity import stable_field, stable_resource

_SPACE: Final = "inline-waivers-2"
_MARK: Final = re.compile(r"(?:^|#\s*)gitops-guard:\s*((?:ignore\b|[\w-]+\[).*)")
"""What was meant as a waiver, well written or not; other sentences that begin with our name are just sentences."""
_IGNORE: Final = re.compile(r"ignore\[([^\]]*)\]\s*([^#]*)")
_RULE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class Inline(NamedTuple):
    """One comment. `scope` is the document's identity and the field at which it stands."""

    rules: tuple[str, ...]
    reason: str
    span: Span
    lines: tuple[int, int]
    scope: tuple[str, ...]
    trouble: str


def inline_waivers(tree: Tree, files: Mapping[str, SourceFile], cache: Cache) -> Iterator[tuple[str, Inline]]:
    """Every waiver in a comment, with its path. What a file holds is remembered by the file's content."""
    files = {path: file for path, file in files.items() if file.may_hold(WAIVER_MARK)}
    stored = cache.get(_SPACE, {file.oid for file in files.values() if file.oid})
    missing = sorted(path for path, file in files.items() if file.oid not in stored)
    read = {path: _of_content(data) for path, data in tree.read_many(missing)}
    cache.put(_SPACE, {files[path].oid: _dump(found) for path, found in read.items() if files[path].oid})
    for path in sorted(files):
        found = read[path] if path in read else _parse(stored[files[path].oid])
        yield from ((path, item) for item in found)


def _of_content(data: bytes) -> list[Inline]:
    found = []
    for comment in comments(data, needle=WAIVER_MARK.encode()):
        mark = _MARK.search(comment.text)
        if mark is not None:
            found.append(_waiver(comment, mark[1].strip(), data))
    return found


def _waiver(comment: Comment, text: str, data: bytes) -> Inline:
    lines, scope = _covered(comment, data)
    span = Span(comment.line, comment.column, comment.line, comment.column + 1 + len(comment.text))
    match = _IGNORE.match(text)
    if match is None:
        return Inline((), "", span, lines, scope, "write `# gitops-guard: ignore[rule] reason`")
    rules = tuple(sorted(name.strip() for name in match[1].split(",")))
    reason = match[2].strip()
    trouble = ""
    if not all(_RULE.match(name) for name in rules):
        trouble = "`ignore[...]` takes the names of rules, with commas between them"
    elif not reason:
        trouble = "a waiver needs a reason: `# gitops-guard: ignore[rule] reason`"
    return Inline(rules, reason, span, lines, scope, trouble)


def _covered(comment: Comment, data: bytes) -> tuple[tuple[int, int], tuple[str, ...]]:
    """The lines that a comment covers, and the place it stands at in words that do not change with the lines."""
    line = _next_line(data, comment.line) if comment.own_line else comment.line
    positions = Positions.of(data)
    for manifest in load("", data).manifests:
        whole = positions.span(manifest.document, manifest.within)
        if whole is None or not whole.line <= line <= whole.end_line:
            continue
        path = _at_line(manifest, positions, line)
        place = positions.span(manifest.document, (*manifest.within, *path)) or whole
        resource = stable_resource(manifest.id)
        scope = (resource.group, str(resource), stable_field(manifest.value, path))
        return ((line, place.end_line) if comment.own_line else (line, line)), scope
    return (line, line), ()


def _next_line(data: bytes, line: int) -> int:
    """The first line below that is neither empty nor a comment."""
    lines = data.decode("utf-8", "replace").split("\n")
    for number in range(line, len(lines)):
        text = lines[number].strip()
        if text and not text.startswith(("#", "---")):
            return number + 1
    return line


def _at_line(manifest: Manifest, positions: Positions, line: int) -> FieldPath:
    """The outermost field that begins on a line; the whole document on its first line."""
    if line == manifest.line:
        return ()
    level: list[tuple[FieldPath, object]] = [((), manifest.value)]
    while level:
        below: list[tuple[FieldPath, object]] = []
        for path, value in level:
            if isinstance(value, dict):
                below += (((*path, key), child) for key, child in value.items())
            elif isinstance(value, list):
                below += (((*path, index), child) for index, child in enumerate(value))
        inside = []
        for path, value in below:
            full = (*manifest.within, *path)
            key, span = positions.span(manifest.document, full, "key"), positions.span(manifest.document, full)
            if key is None or span is None:
                continue
            if key.line == line:
                return path
            if span.line <= line <= span.end_line:
                inside.append((path, value))
        level = inside
    return ()


def _dump(found: list[Inline]) -> bytes:
    fields = [(item.rules, item.reason, _numbers(item.span), item.lines, item.scope, item.trouble) for item in found]
    return json.dumps(fields).encode() if fields else b""


def _numbers(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


def _parse(stored: bytes) -> list[Inline]:
    return [
        Inline(tuple(rules), reason, Span(*span), (lines[0], lines[1]), tuple(scope), trouble)
        for rules, reason, span, lines, scope, trouble in (json.loads(stored) if stored else ())
    ]

"""Lines to show with a finding. Secrets are masked here, so that nothing downstream can print them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from gitops_guard.manifests.composed import Composed, composed
from gitops_guard.manifests.lines import split_lines
from gitops_guard.manifests.nodes import Kind, Node, walk
from gitops_guard.manifests.positions import child
from gitops_guard.model.location import Excerpt, Span

MASK: Final = "***"
MAX_LINE: Final = 200
"""Longer lines are cut, in characters."""
MAX_LINES: Final = 12
"""A span of more lines shows its first ones."""

_SECRET_KEY: Final = re.compile(
    r"(?i).*(?:password|passwd|passphrase|pwd|token|api[-_.]?key|private[-_.]?key|secret[-_.]?key|access[-_.]?key"
    r"|client[-_.]?secret|credentials?)"
)
_PUBLIC: Final = re.compile(r"\$\{[^{}]*\}|\$\([^()]*\)|ENC\[.*|op://.*|\{\{.*\}\}|<[^<>]*>|vault:.*|ref\+.*|\**|")
_KNOWN_SECRET: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*"
    r"|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bxox[abeoprs]-[\w-]{10,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|\bAGE-SECRET-KEY-1\w+|\bsk_live_\w{10,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)
_TEXT_SECRET: Final = re.compile(
    r"""((?:^|[\s{,"'-])["']?([\w.-]+)["']?\s*[:=]\s*)(["']?)(\$\{[^{}]*\}|[^\s"'{}\[\],#|>&*][^"',}]*)"""
)
_SECRET_OBJECT: Final = re.compile(r"""["']?kind["']?\s*:\s*["']?Secret\b""")
_OPEN_FIELDS: Final = frozenset(("apiVersion", "kind", "name", "namespace", "type", "metadata", "op", "path"))

_Range = tuple[int, int, int, int]


def excerpt(data: bytes, span: Span, context: int = 1) -> Excerpt:
    """The lines of `span` with `context` lines around it.

    Values of Secrets, values whose key says that they are secret, and well-known forms of credentials become `***`;
    characters that do not show, with which a terminal or a reviewer could be deceived, become U+FFFD. Columns up to the
    mask hold.
    """
    page = _page(data)
    first = max(1, min(span.line, len(page.lines)) - context)
    last = min(len(page.lines), min(span.end_line, span.line + MAX_LINES) + context)
    shown = []
    for number in range(first, last + 1):
        # Cut before the patterns run, so that no line costs much; what they would find beyond is not shown either.
        text = _mask_ranges(page.lines[number - 1], number, page.secrets.get(number, ()))[: 4 * MAX_LINE]
        shown.append(_safe(_mask_text(text, number in page.textual)))
    return Excerpt(first, tuple(shown))


class _Page(NamedTuple):
    """A content's lines, the secret places of each line, and the lines that are masked as text."""

    lines: list[str]
    secrets: Mapping[int, Sequence[_Range]]
    textual: range | frozenset[int]


@lru_cache(maxsize=4)
def _page(data: bytes) -> _Page:
    """Made once for the findings of a file: there may be thousands."""
    content = composed(data)
    lines = split_lines(content.text)
    if len(lines) > 1 and not lines[-1]:
        # A last line end begins no line that a person sees.
        lines.pop()
    secrets: defaultdict[int, list[_Range]] = defaultdict(list)
    for place in set(_masked(content)):
        for number in range(place[0], place[2] + 1):
            secrets[number].append(place)
    return _Page(lines, dict(secrets), _reads_as_text(content))


def _safe(line: str) -> str:
    text = line.replace("\t", " ")
    if not text.isprintable():
        text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= MAX_LINE else text[: MAX_LINE - 1] + "…"


def _mask_ranges(line: str, number: int, ranges: Sequence[_Range]) -> str:
    """Replaces what the ranges cover of one line, from the right, so that columns on the left hold."""
    for start_line, start_column, end_line, end_column in sorted(ranges, reverse=True):
        indentation = len(line) - len(line.lstrip())
        start = max(start_column - 1, indentation) if number == start_line else indentation
        end = end_column - 1 if number == end_line else len(line)
        if start < end:
            line = line[:start] + MASK + line[end:]
    return line


def _mask_text(line: str, in_secret: bool) -> str:
    def replaced(match: re.Match[str]) -> str:
        before, key, quote, value = match.groups()
        secret = key not in _OPEN_FIELDS if in_secret else _SECRET_KEY.fullmatch(key) is not None
        if not secret or _PUBLIC.fullmatch(value.strip()):
            return match[0]
        return f"{before}{quote}{MASK}"

    if in_secret or _SECRET_KEY.match(line):
        line = _TEXT_SECRET.sub(replaced, line)
    return _KNOWN_SECRET.sub(MASK, line)


def _reads_as_text(content: Composed) -> range | frozenset[int]:
    """The lines of Secrets that are no nodes: inside block scalars (patches), or in a file that does not parse."""
    if not _SECRET_OBJECT.search(content.text):
        return frozenset()
    if content.troubles:
        return range(1, len(content.text) + 2)
    found: set[int] = set()
    for document in content.documents:
        for node in walk(document.root) if document.root else ():
            if node.kind is Kind.SCALAR and node.style and _SECRET_OBJECT.search(node.text):
                found.update(range(node.line, node.end_line + 1))
    return frozenset(found)


def _masked(content: Composed) -> Iterator[_Range]:
    for document in content.documents:
        for node in walk(document.root) if document.root else ():
            if node.kind is Kind.MAPPING:
                yield from _masked_of(node)


def _masked_of(node: Node) -> Iterator[_Range]:
    """What is secret directly in one mapping."""
    kind = child(node, "kind")
    if kind is not None and kind.text == "Secret":
        for field in ("data", "stringData"):
            held = child(node, field)
            if held is not None:
                yield from _scalars(held.resolved())
    name = child(node, "name")
    for key, value in node.pairs():
        named = name.text if key.text == "value" and name is not None else key.text
        if key.text == "kubectl.kubernetes.io/last-applied-configuration" or _SECRET_KEY.fullmatch(named):
            yield from _scalars(value) if value.kind is Kind.SCALAR else ()
        elif key.text == "secretGenerator":
            for generator in value.children:
                literals = child(generator, "literals") if generator.kind is Kind.MAPPING else None
                yield from _scalars(literals) if literals else ()


def _scalars(node: Node) -> Iterator[_Range]:
    """The places of the values below a node; of a block scalar what follows its header."""
    if node.kind is Kind.MAPPING:
        for _, value in node.pairs():
            yield from _scalars(value)
    elif node.kind is Kind.SEQUENCE:
        for value in node.children:
            yield from _scalars(value)
    elif node.kind is Kind.SCALAR and not _PUBLIC.fullmatch(node.text):
        if node.style in ("|", ">"):
            yield node.line + 1, 1, node.end_line, node.end_column
        else:
            yield node.line, node.column, node.end_line, node.end_column

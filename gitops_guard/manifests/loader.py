"""Bytes to a `SourceFile`: the door of this room. Whatever is wrong with the content is a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gitops_guard.manifests.ambiguity import troubles_of_ambiguity
from gitops_guard.manifests.block import read_block_style
from gitops_guard.manifests.compose import ComposeError, Document, Trouble, compose
from gitops_guard.manifests.construct import construct
from gitops_guard.manifests.nodes import Node
from gitops_guard.manifests.positions import child
from gitops_guard.manifests.templates import looks_like_template
from gitops_guard.manifests.text import decode
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.manifest import MARKS, Dialect, Manifest, Problem, SourceFile
from gitops_guard.model.rendered import digest_of
from gitops_guard.model.tree import blob_oid

_YAML_SUFFIXES: Final = (".yaml", ".yml", ".json")
_ONLY_IN_MANIFESTS: Final = frozenset(("yaml-tag", "yaml-key-type"))


def is_yaml_path(path: str) -> bool:
    """Whether a path names a file that is read as YAML; JSON is YAML."""
    return path.lower().endswith(_YAML_SUFFIXES)


def load(path: str, data: bytes, dialect: Dialect = Dialect.KUSTOMIZE, oid: str = "") -> SourceFile:
    """Reads one file. Never raises on content. `oid` is its git blob id where the caller knows it."""
    oid = oid or blob_oid(data)
    file = load_fast(path, data, dialect, oid) or load_exactly(path, data, dialect, oid)
    return replace(file, marks=frozenset(mark for mark in MARKS if mark.encode() in data))


def load_fast(path: str, data: bytes, dialect: Dialect, oid: str) -> SourceFile | None:
    """The same `SourceFile` as `load_exactly`, or None where only that can read the file."""
    documents = read_block_style(data, dialect)
    if documents is None:
        return None
    manifests: list[Manifest] = []
    for index, (value, line) in enumerate(documents):
        if isinstance(value, dict):
            if is_list(value):
                # Its items' lines are known to the exact way only.
                return None
            manifests.append(Manifest(path, index, value, line, dialect, digest=digest_of(value)))
    return SourceFile(path, oid, tuple(manifests))


def load_exactly(path: str, data: bytes, dialect: Dialect, oid: str) -> SourceFile:
    """`load` by way of nodes: the reference for every faster way."""
    text = decode(data)
    if isinstance(text, Trouble):
        return SourceFile(path, oid, (), (_problem(path, text),))
    documents, troubles = compose(text)
    manifests: list[Manifest] = []
    for index, document in enumerate(documents):
        if document.root is None:
            continue
        try:
            value, noted = construct(document.root, dialect)
        except ComposeError as error:
            troubles.append(error.trouble)
            continue
        is_manifest = _is_manifest(value)
        troubles += [item for item in noted if is_manifest or item.code not in _ONLY_IN_MANIFESTS]
        if is_manifest:
            troubles += troubles_of_ambiguity(document.root, value, dialect)
        if isinstance(value, dict):
            manifests += _manifests(path, index, document, value, dialect)
    if any(item.fatal for item in troubles) and looks_like_template(text):
        troubles = [_as_template(item) for item in troubles]
    troubles.sort(key=lambda item: item.span)
    return SourceFile(path, oid, tuple(manifests), tuple(_problem(path, item) for item in troubles))


def _is_manifest(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("apiVersion"), str) and isinstance(value.get("kind"), str)


def _as_template(item: Trouble) -> Trouble:
    if item.code not in ("yaml-syntax", "yaml-not-json"):
        return item
    fix = "A Helm chart's templates belong below a folder with a Chart.yaml, where only Helm reads them."
    return replace(item, code="yaml-template", message=f"a template, not YAML: {item.message}", fix=fix)


def _manifests(
    path: str, index: int, document: Document, value: dict[str, object], dialect: Dialect
) -> Iterator[Manifest]:
    if not is_list(value):
        yield Manifest(path, index, value, document.line, dialect, digest=digest_of(value))
        return
    assert document.root is not None
    for within, item, node in _items((), value, document.root):
        yield Manifest(path, index, item, node.line, dialect, within, digest_of(item))


def is_list(value: dict[str, object]) -> bool:
    """Whether kustomize and kubectl take the object for a list of objects: `List`, `ConfigMapList`..."""
    kind, items = value.get("kind"), value.get("items")
    return (
        isinstance(kind, str)
        and kind.endswith("List")
        and isinstance(items, list)
        and all(isinstance(item, dict) for item in items)
    )


def _items(
    within: FieldPath, value: dict[str, object], node: Node
) -> Iterator[tuple[FieldPath, dict[str, object], Node]]:
    """The objects of a list; a list inside a list is flattened as well."""
    below = child(node, "items") or node
    items = value["items"]
    assert isinstance(items, list)
    for number, item in enumerate(items):
        at = (*within, "items", number)
        place = child(below, number) or below
        if is_list(item):
            yield from _items(at, item, place)
        else:
            yield at, item, place


def _problem(path: str, item: Trouble) -> Problem:
    return Problem(item.code, item.message, path, item.span, item.fix or None, item.fatal)


class UnreadableTextError(ValueError):
    """The output of a build is no YAML: the caller has the build's own name for that failure."""


def parse_text(text: str | bytes, dialect: Dialect = Dialect.KUBERNETES) -> list[object]:
    """The documents of a build's output as plain values, without empty ones.

    Raises `UnreadableTextError` with the first trouble where the text, or a document of it, cannot be read.
    """
    fast = read_block_style(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), dialect)
    if fast is not None:
        return [value for value, _ in fast if value is not None]
    decoded = decode(text) if isinstance(text, bytes) else text
    if isinstance(decoded, Trouble):
        raise UnreadableTextError(decoded.message)
    documents, troubles = compose(decoded)
    if troubles:
        raise UnreadableTextError(f"line {troubles[0].span.line}: {troubles[0].message}")
    found: list[object] = []
    for document in documents:
        if document.root is not None:
            try:
                found.append(construct(document.root, dialect)[0])
            except ComposeError as error:
                raise UnreadableTextError(f"line {error.trouble.span.line}: {error.trouble.message}") from None
    return found

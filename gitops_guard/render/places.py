"""Where a person edits what stands in a file as it is."""

from __future__ import annotations

from dataclasses import dataclass

from gitops_guard.manifests import Positions, UnreadableTextError, excerpt, parse_text
from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Dialect, Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.tree import Tree


@dataclass(frozen=True, slots=True)
class Spot:
    """A place before its excerpt is cut out."""

    path: str
    span: Span
    approximate: bool = False


class Texts:
    """Files of the tree with positions, each read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._data: dict[str, bytes] = {}
        self._positions: dict[str, Positions] = {}
        self._documents: dict[str, list[object]] = {}

    def data(self, path: str) -> bytes:
        """The bytes of a file; none for one that is not there."""
        if path not in self._data:
            try:
                self._data[path] = self._tree.read(path)
            except KeyError:
                self._data[path] = b""
        return self._data[path]

    def positions(self, path: str) -> Positions:
        """Where the values of a file stand."""
        if path not in self._positions:
            self._positions[path] = Positions.of(self.data(path))
        return self._positions[path]

    def documents(self, path: str) -> list[object]:
        """The documents of a patch file; none where it cannot be read."""
        if path not in self._documents:
            self._documents[path] = parsed(self.data(path))
        return self._documents[path]


def parsed(text: str | bytes) -> list[object]:
    """The documents of a text as kustomize reads it; none where it cannot be read."""
    try:
        return parse_text(text, Dialect.KUSTOMIZE)
    except UnreadableTextError:
        return []


class FileLocator:
    """Finds lines for manifests, and for objects that are documents of files (`model.facts.Locator`)."""

    def __init__(self, tree: Tree) -> None:
        self._texts = Texts(tree)

    def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        """See `Locator`."""
        spot = self._locate(subject, path, at, 0)
        data = self._texts.data(spot.path)
        return Location(spot.path, spot.span, excerpt(data, spot.span) if data else None, spot.approximate)

    def _locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At, _hops: int) -> Spot:
        if isinstance(subject, Manifest):
            return self._in_manifest(subject, path, at)
        if subject.manifest is not None:
            return self._in_manifest(subject.manifest, path, at)
        return self._in_file(subject.origin.path, max(subject.origin.document, 0), path, at)

    def _in_manifest(self, manifest: Manifest, path: FieldPath, at: At) -> Spot:
        return self._in_file(manifest.path, manifest.document, (*manifest.within, *path), at, len(manifest.within))

    def _in_file(self, file: str, document: int, path: FieldPath, at: At, least: int = 0) -> Spot:
        """The field, or the nearest field above it. A mapping is shown by its key: its value may be long."""
        positions = self._texts.positions(file)
        for length in range(len(path), least - 1, -1):
            here = path[:length]
            wanted: At = at if length == len(path) else "key"
            span = positions.span(document, here, wanted)
            if span is None:
                continue
            if span.end_line > span.line and wanted == "value":
                span = positions.span(document, here, "key") or span
            return Spot(file, _first_line(span), approximate=length < len(path))
        line = positions.line_of_document(document) if self._texts.data(file) else 1
        return Spot(file, Span.point(line), approximate=bool(path))


def _first_line(span: Span) -> Span:
    if span.end_line == span.line:
        return span
    return Span.point(span.line, span.column)

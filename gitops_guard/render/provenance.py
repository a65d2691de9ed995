"""Where a person edits what was rendered."""

from __future__ import annotations

from collections.abc import Mapping

from gitops_guard.manifests import Positions, excerpt
from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.tree import Tree
from gitops_guard.render.records import Records


class BuildLocator:
    """Finds lines for places in rendered objects and in manifests."""

    def __init__(self, tree: Tree, files: Mapping[str, SourceFile], records: Records) -> None:
        self._tree = tree
        self._files = files
        self._records = records

    def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        """See `Locator`."""
        if isinstance(subject, Manifest):
            file, document, full = subject.path, subject.document, (*subject.within, *path)
        else:
            file, document, full = subject.origin.path, max(subject.origin.document, 0), path
        data = self._tree.read(file)
        positions = Positions.of(data)
        while True:
            span = positions.span(document, full, at)
            if span is not None or not full:
                break
            full = full[:-1]
        found = span or Span.point(1)
        return Location(file, found, excerpt(data, found), approximate=span is None)

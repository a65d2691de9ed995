"""The comments by which image automation finds what it rewrites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gitops_guard.model.facts import ImageMarker
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import Tree

_MARKER: Final = re.compile(rb'#\s*\{\s*"\$imagepolicy"\s*:\s*"([^"\n]{1,300})"')


def image_markers(tree: Tree, files: Mapping[str, SourceFile]) -> dict[str, tuple[ImageMarker, ...]]:
    """The comments by which image automation finds what it rewrites (image-automation-controller, pkg/update)."""
    found: dict[str, tuple[ImageMarker, ...]] = {}
    for path, data in tree.read_many(files):
        if b"$imagepolicy" in data:
            markers = [
                ImageMarker(data.count(b"\n", 0, match.start()) + 1, match.group(1).decode("utf-8", "replace"))
                for match in _MARKER.finditer(data)
            ]
            found[path] = tuple(markers)
    return found

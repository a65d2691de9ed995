"""What comments say that tools or people act on: markers of image automation, entries that were commented out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.fleet.paths import KUSTOMIZATION_NAMES, join
from gitops_guard.manifests import comments
from gitops_guard.model.facts import ImageMarker
from gitops_guard.model.manifest import IMAGE_MARK, SourceFile
from gitops_guard.model.tree import Tree

_MARKER: Final = re.compile(r'\{\s*"\$imagepolicy"\s*:\s*"([^"\n]{1,300})"')
_ENTRY: Final = re.compile(r"-\s+[\"']?([^\s\"'#]+)")


def image_markers(tree: Tree, files: Mapping[str, SourceFile]) -> dict[str, tuple[ImageMarker, ...]]:
    """The comments by which image automation finds what it rewrites (image-automation-controller, pkg/update)."""
    found: dict[str, tuple[ImageMarker, ...]] = {}
    for path, data in tree.read_many([path for path, file in files.items() if file.may_hold(IMAGE_MARK)]):
        markers = tuple(
            ImageMarker(comment.line, match.group(1))
            for comment in comments(data, IMAGE_MARK.encode())
            if (match := _MARKER.match(comment.text))
        )
        if markers:
            found[path] = markers
    return found


def commented_out(tree: Tree, files: Mapping[str, SourceFile]) -> frozenset[str]:
    """Files and folders that a kustomization lists in a comment: somebody left them out on purpose, for now."""
    kustomizations = [
        path for path, file in files.items() if file.manifests and path.rpartition("/")[2] in KUSTOMIZATION_NAMES
    ]
    return frozenset(place for path, data in tree.read_many(kustomizations) for place in _entries(path, data))


def _entries(path: str, data: bytes) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    for comment in comments(data):
        match = _ENTRY.match(comment.text)
        place = join(folder, match.group(1)) if match else None
        if place:
            yield place

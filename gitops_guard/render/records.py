"""What is remembered of each build, so that a place in an object can be traced back to a line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gitops_guard.manifests import FileReader, UnreadableTextError, parse_text
from gitops_guard.model.facts import Substitution
from gitops_guard.model.manifest import Dialect, Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.tree import Tree
from gitops_guard.render.closure import Closure
from gitops_guard.render.entries import Wants, entries_of
from gitops_guard.render.generate import Generated
from gitops_guard.render.jobs import Subject
from gitops_guard.render.output import Origin as BuildOrigin
from gitops_guard.render.vtree import LeavesTreeError, VirtualTree, join


@dataclass(frozen=True, slots=True, eq=False)
class BuildRecord:
    """One build of one applier. `subject` is the Flux Kustomization or Application, None for a mere folder."""

    closure: Closure
    generated: Generated
    subject: Subject | None


@dataclass
class Records:
    """All builds of a run by the name that `RenderedObject.build` holds, and all substitutions by object."""

    builds: dict[str, BuildRecord] = field(default_factory=dict)
    substitutions: dict[RenderedObject, list[Substitution]] = field(default_factory=dict)

    def add(self, record: BuildRecord) -> str:
        """Names a build."""
        name = f"build-{len(self.builds)}"
        self.builds[name] = record
        return name

    def note(self, found: Iterable[Substitution]) -> None:
        """Remembers substitutions."""
        for item in found:
            self.substitutions.setdefault(item.subject, []).append(item)


class TreeReader:
    """Reads kustomization files of a tree as kustomize and Flux do (sigs.k8s.io/yaml), each once."""

    def __init__(self, tree: Tree, reader: FileReader) -> None:
        self._tree = tree
        self._reader = reader
        self._known: dict[str, SourceFile] = {}

    def prefetch(self, paths: Sequence[str]) -> None:
        """Reads many files in one pass."""
        missing = [path for path in paths if path not in self._known]
        if missing:
            self._known.update(self._reader.read(self._tree, missing, Dialect.KUBERNETES))

    def documents(self, path: str) -> Sequence[object] | str:
        """See `closure.Reader`."""
        self.prefetch([path])
        source = self._known[path]
        wrong = next((problem for problem in source.problems if problem.fatal), None)
        if wrong is not None:
            return f"line {wrong.span.line}: {wrong.message}"
        return [manifest.value for manifest in source.manifests]

    def text(self, text: str) -> Sequence[object] | str:
        """See `closure.Reader`."""
        try:
            return parse_text(text, Dialect.KUBERNETES)
        except UnreadableTextError as error:
            return str(error)

    def manifests(self, path: str) -> Sequence[Manifest]:
        """All documents of a file."""
        self.prefetch([path])
        return self._known[path].manifests

    def manifest_of(self, path: str) -> Manifest | None:
        """The first document of a file that was read."""
        source = self._known.get(path)
        return source.manifests[0] if source and source.manifests else None


def source_of(
    origin: BuildOrigin, closure: Closure, tree: VirtualTree, files: Mapping[str, SourceFile], target: ResourceId
) -> tuple[str, int]:
    """The repository's file and document of an object that kustomize noted an origin for.

    The document is -1 for a generated object, and for a file in which no document looks like the object. An origin
    that does not lead to a file of the closure (a patch may forge or drop it) counts as none: then the files of the
    build are searched for the object.
    """
    # An object whose annotations a patch replaced is said to be made by that patch.
    maker = origin.configured_in if origin.configured_by.endswith("Generator") else ""
    for noted, generated in ((origin.path, False), (maker, True)):
        if not noted:
            continue
        try:
            virtual = join(closure.root, noted)
            path = closure.files.get(virtual) or tree.source_of(virtual)
        except LeavesTreeError:
            continue
        if path is None or virtual not in closure.files:
            continue
        return (path, -1) if generated else (path, _document(files.get(path), target))
    found = [(path, _document(files.get(path), target)) for path in _resources(closure)]
    return next((place for place in found if place[1] >= 0), (closure.layers[0].file, -1))


def _resources(closure: Closure) -> Iterator[str]:
    """The files of a build, in the repository, that hold whole objects."""
    for layer in closure.layers:
        for entry in entries_of(layer.value):
            if entry.wants is Wants.EITHER and isinstance(entry.value, str):
                with contextlib.suppress(LeavesTreeError):
                    path = closure.files.get(join(layer.folder, entry.value))
                    if path is not None:
                        yield path


def _document(source: SourceFile | None, target: ResourceId) -> int:
    same_kind = _by_kind(source).get(target.kind) if source else None
    if same_kind is None:
        return -1
    exact = same_kind.exact.get((target.name, target.namespace), same_kind.named.get(target.name))
    if exact is not None:
        return exact
    # Prefixes and suffixes are put around the name.
    for name, document in same_kind.named.items():
        if name and name in target.name:
            return document
    return same_kind.only


@dataclass(slots=True)
class _SameKind:
    """The documents of a file that hold objects of one kind, by (name, namespace) and by name; the first one wins."""

    exact: dict[tuple[str, str], int] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    only: int = -1
    """The document where there is just one."""


@lru_cache(maxsize=64)
def _by_kind(source: SourceFile) -> Mapping[object, _SameKind]:
    """An index, since a file may make thousands of objects."""
    found: dict[object, _SameKind] = {}
    for manifest in source.manifests:
        kind = manifest.value.get("kind")
        if not isinstance(kind, str):
            continue
        first = kind not in found
        same = found.setdefault(kind, _SameKind())
        same.only = manifest.document if first else -1
        same.exact.setdefault((manifest.id.name, manifest.id.namespace), manifest.document)
        same.named.setdefault(manifest.id.name, manifest.document)
    return found

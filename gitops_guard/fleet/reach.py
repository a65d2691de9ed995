"""What applies what, told from the files as they stand. Nothing is built here: no patches, no variables, no generators.

That is enough to find entry points: a file that some kustomization lists is not one. Doubt counts as "is applied": a
source that may be this repository is followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gitops_guard.fleet.artifacts import generate
from gitops_guard.fleet.entry import instance_sync, sync_path
from gitops_guard.fleet.paths import KUSTOMIZATION_NAMES, Folders, common_depth, join, parent, source_path
from gitops_guard.graph import (
    ArtifactGenerator,
    FluxKustomization,
    argo_application,
    artifact_generator,
    flux_kustomization,
)
from gitops_guard.manifests import is_yaml_path
from gitops_guard.model.fieldpath import list_at
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.unknown import Unknown

# Lists of a kustomization that name files or folders whose objects are applied (kustomize, types.Kustomization).
_APPLIED_LISTS: Final = ("resources", "bases", "components", "crds")
_PATCH_LISTS: Final = ("patches", "patchesJson6902", "patchesStrategicMerge")


@dataclass(frozen=True, eq=False)
class Layout:
    """Files as a source shows them: `files` maps a path in the source to a path of the repository."""

    files: Mapping[str, str]

    @cached_property
    def folders(self) -> Folders:
        """The folders of the source."""
        return Folders(self.files)


@dataclass(frozen=True, slots=True)
class Applied:
    """`files` of the repository whose objects are applied; `kustomizations` are the files that said so."""

    files: frozenset[str]
    kustomizations: frozenset[str]


class Reach:
    """The static picture of a repository. `files` are its manifests; `paths` everything that a source of it holds."""

    def __init__(self, files: Mapping[str, SourceFile], paths: Iterable[str]) -> None:
        self.files = files
        self.layout = Layout({path: path for path in paths})
        self._applied: dict[tuple[Layout, str], Applied] = {}

    @property
    def folders(self) -> Folders:
        """The folders of the repository."""
        return self.layout.folders

    def manifests(self, path: str) -> Sequence[Manifest]:
        """The documents of a file."""
        found = self.files.get(path)
        return found.manifests if found else ()

    def applied_by(self, folder: str) -> Applied:
        """What `kustomize build` of a folder of this repository would read, as Flux builds it."""
        return self._applied_in(self.layout, folder)

    def _applied_in(self, layout: Layout, folder: str) -> Applied:
        found = self._applied.get((layout, folder))
        if found is None:
            found = self._applied[layout, folder] = self._build(layout, folder)
        return found

    def _build(self, layout: Layout, folder: str) -> Applied:
        applied: set[str] = set()
        kustomizations: set[str] = set()
        waiting = [folder]
        seen: set[str] = set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at in layout.folders:
                applied.add(layout.files[at])
                continue
            kustomization = layout.folders.kustomization_of(at)
            if kustomization is None:
                waiting.extend(_scan(layout.folders, at) if at == folder else ())
                continue
            kustomizations.add(layout.files[kustomization])
            waiting.extend(filter(None, (join(at, entry) for entry in self._entries(layout.files[kustomization]))))
        return Applied(frozenset(applied), frozenset(kustomizations))

    def _entries(self, kustomization: str) -> Iterator[str]:
        for manifest in self.manifests(kustomization):
            for name in _APPLIED_LISTS:
                for entry in list_at(manifest.value, name):
                    if isinstance(entry, str) and "://" not in entry and len(entry) < 4096:
                        yield entry

    @cached_property
    def patch_files(self) -> frozenset[str]:
        """Files that a kustomization uses as a patch: what they hold are parts of objects."""
        found: set[str] = set()
        for path in self.files:
            if path.rpartition("/")[2] in KUSTOMIZATION_NAMES:
                for entry in self._patch_entries(path):
                    target = join(parent(path), entry)
                    if target:
                        found.add(target)
        return frozenset(found)

    def _patch_entries(self, kustomization: str) -> Iterator[str]:
        for manifest in self.manifests(kustomization):
            for name in _PATCH_LISTS:
                for item in list_at(manifest.value, name):
                    entry = item.get("path") if isinstance(item, Mapping) else item
                    if isinstance(entry, str) and "\n" not in entry and len(entry) < 4096:
                        yield entry

    def from_folders(self, folders: Iterable[str]) -> Applied:
        """Everything that is applied once these folders are, through every Kustomization and Application."""
        return self._follow([self.applied_by(folder) for folder in folders])

    def from_manifest(self, manifest: Manifest) -> Applied:
        """Everything that is applied once this object is."""
        return self._follow(list(self.applied_through(manifest)))

    def _follow(self, waiting: list[Applied]) -> Applied:
        files: set[str] = set()
        kustomizations: set[str] = set()
        while waiting:
            found = waiting.pop()
            kustomizations |= found.kustomizations
            new = found.files - files
            files |= new
            for path in new:
                for manifest in self.manifests(path):
                    waiting.extend(self.applied_through(manifest))
        return Applied(frozenset(files), frozenset(kustomizations))

    def applied_through(self, manifest: Manifest) -> Iterator[Applied]:
        """What a Kustomization, FluxInstance or Application brings in."""
        kustomization = flux_kustomization(manifest.value)
        if kustomization is not None:
            yield from self._applied_by_flux(kustomization, manifest.path)
            return
        sync = instance_sync(manifest)
        folder = sync_path(sync) if sync else None
        if folder is not None and folder in self.folders.all:
            yield self.applied_by(folder)
        application = argo_application(manifest.value)
        for source in application.sources if application else ():
            if isinstance(source.path, str) and source_path(source.path) in self.folders.all:
                yield self.applied_by(source_path(source.path))

    def _applied_by_flux(self, kustomization: FluxKustomization, file: str) -> Iterator[Applied]:
        if isinstance(kustomization.path, Unknown):
            return
        folder = source_path(kustomization.path) if isinstance(kustomization.path, str) else ""
        components = [item for item in kustomization.components if isinstance(item, str)]
        wanted = [folder, *filter(None, (join(folder, item) for item in components))]
        if kustomization.source is not None and kustomization.source.target.kind == "ExternalArtifact":
            layout = self._artifact(kustomization.source.target.name, file)
            if layout is not None:
                yield from (self._applied_in(layout, item) for item in wanted)
            return
        # The root of a source that is not declared here says nothing: every other repository has one.
        if folder or self._declares_own_root(kustomization):
            yield from (self.applied_by(item) for item in wanted if item in self.folders.all)

    def _declares_own_root(self, kustomization: FluxKustomization) -> bool:
        return kustomization.source is not None and kustomization.source.target.name == "flux-system"

    def _artifact(self, name: str, near: str) -> Layout | None:
        """The ExternalArtifact `name`, by the generator that stands nearest to the file that asks for it."""
        made = [
            (common_depth(path, near), path, layout) for path, artifact, layout in self._artifacts if artifact == name
        ]
        return max(made, key=lambda item: item[:2])[2] if made else None

    @cached_property
    def _artifacts(self) -> list[tuple[str, str, Layout]]:
        """The file of the generator, the artifact's name, and its files."""
        found: list[tuple[str, str, Layout]] = []
        for path, manifest in self.all_manifests():
            generator = artifact_generator(manifest.value)
            made = generate(generator, self._sources_of(generator)) if generator else ()
            found.extend((path, artifact.name, Layout(artifact.files)) for artifact in made)
        return found

    def _sources_of(self, generator: ArtifactGenerator) -> Mapping[str, Mapping[str, str] | None]:
        """Git sources are followed as if they were this repository; artifacts made of artifacts are not."""
        return {
            alias: self.layout.files if ref.target.kind == "GitRepository" else None
            for alias, ref in generator.sources.items()
        }

    def all_manifests(self) -> Iterator[tuple[str, Manifest]]:
        """Every document of every file that a source of this repository holds, but for patches."""
        for path, file in self.files.items():
            if path in self.folders and path not in self.patch_files:
                for manifest in file.manifests:
                    yield path, manifest


def _scan(folders: Folders, folder: str) -> Iterator[str]:
    """What kustomize-controller lists in a kustomization that it generates.

    Every YAML file below the folder; a folder that has a kustomization of its own is listed instead of its files
    (github.com/fluxcd/pkg/kustomize, `scanManifests`).
    """
    roots: list[str] = []
    for path in folders.below(folder):
        at = parent(path)
        if roots and (at == roots[-1] or at.startswith(f"{roots[-1]}/")):
            continue
        root = _nearest_root(folders, at, folder)
        if root is not None:
            roots.append(root)
            yield root
        elif is_yaml_path(path):
            yield path


def _nearest_root(folders: Folders, at: str, top: str) -> str | None:
    """The topmost folder from below `top` down to `at` that has a kustomization."""
    found = None
    while at != top:
        if folders.kustomization_of(at) is not None:
            found = at
        at = parent(at)
    return found

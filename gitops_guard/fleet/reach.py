"""What applies what, told from the files as they stand. Nothing is built here: no patches, no variables, no generators.

That is enough to find entry points: a file that some kustomization lists is not one. Doubt counts as "is applied": a
source that may be this repository is followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gitops_guard.fleet.artifacts import generate
from gitops_guard.fleet.entry import FLUX_NAMESPACE, instance_sync, sync_path
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
_LONGEST_PATH: Final = 4096


@dataclass(frozen=True, eq=False)
class Layout:
    """Files as a source shows them: `files` maps a path in the source to a path of the repository."""

    files: Mapping[str, str]
    folders: Folders


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """`files` of the repository whose objects are applied; `kustomizations` are the files that said so."""

    files: frozenset[str]
    kustomizations: frozenset[str]


class Reach:
    """The static picture of a repository.

    `files` are its YAML files as they were read, `folders` all files that a source of the repository holds.
    """

    def __init__(self, files: Mapping[str, SourceFile], folders: Folders) -> None:
        self.folders = folders
        self._files = files
        self._layout = Layout({path: path for path in folders.below("")}, folders)
        self._applied: dict[tuple[Layout, str], Applied] = {}

    def files(self, name: str) -> Iterator[SourceFile]:
        """Every file of this name, sorted by path."""
        return (self._files[path] for path in self.folders.below("") if path.endswith(name) and path in self._files)

    def manifests(self, path: str) -> Sequence[Manifest]:
        """The documents of a file."""
        found = self._files.get(path)
        return found.manifests if found else ()

    def of_kind(self, *kinds: str) -> Iterator[Manifest]:
        """Every manifest of these kinds, whatever its group, sorted by path."""
        found = [manifest for kind in kinds for manifest in self._by_kind.get(kind, ())]
        yield from sorted(found, key=lambda manifest: (manifest.path, manifest.document, manifest.within))

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Manifest]]:
        found: defaultdict[str, list[Manifest]] = defaultdict(list)
        for path in self.folders.below(""):
            for manifest in self.manifests(path) if path not in self.patch_files else ():
                kind = manifest.value.get("kind")
                if isinstance(kind, str):
                    found[kind].append(manifest)
        return found

    @property
    def holds_objects(self) -> bool:
        """Whether anything here has a kind and a name."""
        return any(manifest.id.name for manifests in self._by_kind.values() for manifest in manifests)

    @cached_property
    def kustomizations(self) -> list[str]:
        """The paths of all kustomization files."""
        return [path for path in self.folders.below("") if path.rpartition("/")[2] in KUSTOMIZATION_NAMES]

    def applied_by(self, folder: str) -> Applied:
        """What `kustomize build` of a folder of this repository would read, as Flux builds it."""
        return self._applied_in(self._layout, folder)

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
            entries = self._entries(layout.files[kustomization])
            waiting.extend(target for entry in entries if (target := join(at, entry)) is not None)
        return Applied(frozenset(applied), frozenset(kustomizations))

    def _entries(self, kustomization: str) -> Iterator[str]:
        for manifest in self.manifests(kustomization):
            for name in _APPLIED_LISTS:
                for entry in list_at(manifest.value, name):
                    if isinstance(entry, str) and "://" not in entry and len(entry) < _LONGEST_PATH:
                        yield entry

    def used_folders(self) -> frozenset[str]:
        """Folders that some kustomization other than their own lists."""
        used: set[str] = set()
        for path in self.kustomizations:
            folder = parent(path)
            found = {join(folder, entry) for entry in self._entries(path)}
            used |= {target for target in found if target is not None} - {folder}
        return frozenset(used)

    @cached_property
    def patch_files(self) -> frozenset[str]:
        """Files that a kustomization uses as a patch: what they hold are parts of objects."""
        found = (join(parent(path), entry) for path in self.kustomizations for entry in self._patch_entries(path))
        return frozenset(filter(None, found))

    def _patch_entries(self, kustomization: str) -> Iterator[str]:
        for manifest in self.manifests(kustomization):
            for name in _PATCH_LISTS:
                for item in list_at(manifest.value, name):
                    entry = item.get("path") if isinstance(item, Mapping) else item
                    if isinstance(entry, str) and "\n" not in entry and len(entry) < _LONGEST_PATH:
                        yield entry

    def from_folders(self, folders: Iterable[str]) -> Applied:
        """Everything that is applied once these folders are, through every Kustomization and Application."""
        return self._follow([self.applied_by(folder) for folder in folders])

    def from_manifests(self, manifests: Iterable[Manifest]) -> Applied:
        """Everything that is applied once these objects are."""
        return self._follow([applied for manifest in manifests for applied in self.applied_through(manifest)])

    def _follow(self, waiting: list[Applied]) -> Applied:
        files: set[str] = set()
        kustomizations: set[str] = set()
        seen: set[Applied] = set()
        while waiting:
            found = waiting.pop()
            if found in seen:
                continue
            seen.add(found)
            kustomizations |= found.kustomizations
            new = found.files - files
            files |= new
            for path in self._appliers.keys() & new:
                for manifest in self._appliers[path]:
                    waiting.extend(self.applied_through(manifest))
        return Applied(frozenset(files), frozenset(kustomizations))

    @cached_property
    def _appliers(self) -> Mapping[str, list[Manifest]]:
        """Objects that bring in others, by the file where they stand."""
        found: defaultdict[str, list[Manifest]] = defaultdict(list)
        for manifest in self.of_kind("Kustomization", "Application", "FluxInstance", "HelmRelease"):
            found[manifest.path].append(manifest)
        return found

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
        wanted = [folder, *(item for text in components if (item := join(folder, text)) is not None)]
        source = kustomization.source.target if kustomization.source else None
        if source is not None and source.kind == "ExternalArtifact":
            layout = self._artifact(source.name, file)
            if layout is not None:
                yield from (self._applied_in(layout, item) for item in wanted)
            return
        # Every repository has a root: that of a source by another name says nothing about this one.
        if folder or (source is not None and source.name == FLUX_NAMESPACE):
            yield from (self.applied_by(item) for item in wanted if item in self.folders.all)

    def _artifact(self, name: str, near: str) -> Layout | None:
        """The ExternalArtifact `name`, by the generator that stands nearest to the file that asks for it."""
        made = [(common_depth(path, near), path, layout) for path, layout in self._artifacts.get(name, ())]
        return max(made, key=lambda item: item[:2])[2] if made else None

    @cached_property
    def _artifacts(self) -> Mapping[str, list[tuple[str, Layout]]]:
        """By the artifact's name: the file of its generator, and the files that it holds."""
        found: defaultdict[str, list[tuple[str, Layout]]] = defaultdict(list)
        for manifest in self.of_kind("ArtifactGenerator"):
            generator = artifact_generator(manifest.value)
            for artifact in generate(generator, self._sources_of(generator)) if generator else ():
                found[artifact.name].append((manifest.path, Layout(artifact.files, Folders(artifact.files))))
        return found

    def _sources_of(self, generator: ArtifactGenerator) -> Mapping[str, Mapping[str, str] | None]:
        """Git sources are followed as if they were this repository; artifacts made of artifacts are not."""
        return {
            alias: self._layout.files if ref.target.kind == "GitRepository" else None
            for alias, ref in generator.sources.items()
        }


def _scan(folders: Folders, folder: str) -> Iterator[str]:
    """What kustomize-controller lists in a kustomization that it generates.

    Every YAML file below the folder; a folder that has a kustomization of its own is listed instead of its files
    (github.com/fluxcd/pkg/kustomize, `scanManifests`).
    """
    last = ""
    for path in folders.below(folder):
        at = parent(path)
        if last and (at == last or at.startswith(f"{last}/")):
            continue
        root = _topmost_root(folders, at, folder)
        if root:
            last = root
            yield root
        elif is_yaml_path(path):
            yield path


def _topmost_root(folders: Folders, at: str, top: str) -> str:
    """The topmost folder from below `top` down to `at` that has a kustomization; empty where there is none."""
    found = ""
    while at != top:
        if folders.kustomization_of(at) is not None:
            found = at
        at = parent(at)
    return found

"""Which files a Flux source holds: those of this repository, an artifact made of them, or what is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from gitops_guard.fleet.artifacts import generate
from gitops_guard.fleet.entry import entry_kustomization
from gitops_guard.fleet.identity import BootstrapSource, SourceIdentity
from gitops_guard.fleet.ignore import IGNORE_FILE, source_matcher
from gitops_guard.graph import ArtifactGenerator, artifact_generator, bucket, git_repository, oci_repository
from gitops_guard.graph.artifacts import EXTENSIONS_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Environment
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.tree import Tree
from gitops_guard.render.vtree import VirtualTree

GENERATOR_KIND: Final = (EXTENSIONS_GROUP, "ArtifactGenerator")
_SOURCE_KINDS: Final = frozenset({"GitRepository", "OCIRepository", "Bucket"})
_MAX_CHAIN: Final = 10


class RepositoryTrees:
    """The repository as sources hold it: below a folder, without what a source leaves out. Each is made once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._made: dict[tuple[str, str], VirtualTree] = {}

    @cached_property
    def whole(self) -> VirtualTree:
        """Everything, for folders that are applied from a checkout."""
        return VirtualTree.of(self._tree)

    def source(self, root: str, ignore: str) -> VirtualTree:
        """The files below the folder `root` that a Flux source with `spec.ignore` holds."""
        if (root, ignore) not in self._made:
            self._made[root, ignore] = self._source(root, ignore)
        return self._made[root, ignore]

    def _source(self, root: str, ignore: str) -> VirtualTree:
        prefix = f"{root}/" if root else ""
        inside = [path for path in (*self.whole.files, *self.whole.links) if path.startswith(prefix)]
        ignored = [path for path in inside if path.rpartition("/")[2] == IGNORE_FILE and path in self.whole.files]
        texts = {path[len(prefix) :]: data.decode("utf-8", "replace") for path, data in self._tree.read_many(ignored)}
        matcher = source_matcher(texts, ignore)
        kept = [path for path in inside if not matcher.ignores(path[len(prefix) :])]
        if not prefix and len(kept) == len(inside):
            return self.whole
        return VirtualTree(
            {path[len(prefix) :]: path for path in kept if path in self.whole.files},
            {path[len(prefix) :]: self.whole.links[path] for path in kept if path in self.whole.links},
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The source is not this repository, or what it holds is not known. `reason` is for people."""

    reason: str


@dataclass
class SourceTrees:
    """Resolves the sources of one environment. `find` and `generators` ask for objects as they appear."""

    identity: SourceIdentity
    trees: RepositoryTrees
    find: Callable[[ResourceId], RenderedObject | None]
    generators: Callable[[str], Sequence[RenderedObject]]
    """The ArtifactGenerators of a namespace."""
    _artifacts: dict[RenderedObject, Mapping[str, VirtualTree | Elsewhere]] = field(default_factory=dict)

    def resolve(self, source: ResourceId, depth: int = 0) -> VirtualTree | Elsewhere | None:
        """The files of `source`; None while there is no such object, nor anything that would make it."""
        if depth > _MAX_CHAIN:
            return Elsewhere(f"{source} is made from itself")
        if source.kind == "ExternalArtifact":
            return self._artifact(source, depth)
        item = self.find(source)
        found = self.own(source, item.value if item else None)
        return None if item is None and isinstance(found, Elsewhere) else found

    def own(self, source: ResourceId, value: Mapping[str, object] | None) -> VirtualTree | Elsewhere:
        """The files of a source object if it is this repository. `value` is None where it is not declared (yet)."""
        match = self.identity.identify(source, value)
        if match.root is None:
            return Elsewhere(match.reason)
        return self.trees.source(match.root, _ignore_of(value))

    def own_url(self, url: object, revision: object = None) -> VirtualTree | Elsewhere:
        """The same for the source of an Argo CD Application."""
        match = self.identity.identify_url(url, revision)
        if match.root is None:
            return Elsewhere(match.reason)
        return self.trees.whole if not match.root else self.trees.source(match.root, "")

    def is_own(self, item: RenderedObject) -> bool:
        """Whether a rendered object is a source that holds this repository."""
        known = item.id.group == SOURCE_GROUP and item.id.kind in _SOURCE_KINDS
        return known and self.identity.identify(item.id, item.value).ours

    def _artifact(self, source: ResourceId, depth: int) -> VirtualTree | Elsewhere | None:
        for item in self.generators(source.namespace):
            made = self._artifacts.get(item)
            if made is None:
                generator = artifact_generator(item.value)
                inputs = self._inputs(generator, depth) if generator else None
                if generator is None or inputs is None:
                    continue
                made = self._artifacts[item] = _made_by(generator, inputs)
            if source.name in made:
                return made[source.name]
        return None

    def _inputs(self, generator: ArtifactGenerator, depth: int) -> dict[str, VirtualTree | None] | None:
        """The files of each source by alias; None while one of them has not appeared."""
        trees: dict[str, VirtualTree | None] = {}
        for alias, ref in generator.sources.items():
            found = self.resolve(ref.target, depth + 1) if ref.complete else Elsewhere("its name is not known")
            if found is None:
                return None
            trees[alias] = found if isinstance(found, VirtualTree) else None
        return trees


def _made_by(
    generator: ArtifactGenerator, inputs: Mapping[str, VirtualTree | None]
) -> dict[str, VirtualTree | Elsewhere]:
    made: dict[str, VirtualTree | Elsewhere] = {}
    for artifact in generate(generator, {alias: tree.files if tree else None for alias, tree in inputs.items()}):
        reason = artifact.problem or artifact.unknown
        if artifact.merged and not reason:
            reason = "it merges files, which is not followed"
        made[artifact.name] = Elsewhere(f"{generator.id}: {reason}") if reason else VirtualTree(artifact.files)
    return made


def _ignore_of(value: Mapping[str, object] | None) -> str:
    if value is None:
        return ""
    for view in (git_repository, oci_repository, bucket):
        found = view(value)
        if found is not None:
            return found.ignore if isinstance(found.ignore, str) else ""
    return ""


def identity_of(
    environment: Environment, files: Mapping[str, SourceFile], config: Config, remotes: Sequence[str]
) -> SourceIdentity:
    """Which sources are this repository, as one environment sees it."""
    return SourceIdentity(remotes, config.sources, list(_bootstrap_sources(environment, files)))


def _bootstrap_sources(environment: Environment, files: Mapping[str, SourceFile]) -> Iterator[BootstrapSource]:
    for entry in environment.entry_points:
        view = entry_kustomization(entry)
        source = view.source if view else None
        if source is None or not source.complete:
            continue
        folder = entry.path.strip("/")
        declared = next(
            (found.value for found in _below(folder, files, entry.manifest) if found.id == source.target), None
        )
        git = git_repository(declared) if declared is not None else None
        url = git.url if git and isinstance(git.url, str) else ""
        branch = git.ref.branch if git and git.ref and isinstance(git.ref.branch, str) else ""
        yield BootstrapSource(source.target, url, branch)


def _below(folder: str, files: Mapping[str, SourceFile], manifest: Manifest | None) -> Iterator[Manifest]:
    """The manifests beside an entry point's own, then those below its folder."""
    if manifest is not None and manifest.path in files:
        yield from files[manifest.path].manifests
    for path, source in files.items():
        if not folder or path.startswith(f"{folder}/"):
            yield from source.manifests

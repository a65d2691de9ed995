"""The bounded worklist of one environment: what is built brings forth more to be built.

Environments advance in step, so that one batch of builds serves them all: `plan` names the builds that can be done
now, `settle` turns finished ones into objects and queues what these bring forth, `force` lets one go on without the
objects that it waits for, once nothing else can bring them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gitops_guard.fleet.charts import outside_charts
from gitops_guard.fleet.paths import Folders
from gitops_guard.graph import FluxKustomization, Provided, provides
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Environment
from gitops_guard.model.facts import BuildFailure, EnvironmentFacts, Gap
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.resource import ResourceId
from gitops_guard.render import objects as made
from gitops_guard.render.closure import UNREAD, Closure, closure_of
from gitops_guard.render.failures import broken, refused
from gitops_guard.render.follow import Follower, hidden
from gitops_guard.render.generate import Generated, generate
from gitops_guard.render.identity import identity_of as object_identity
from gitops_guard.render.identity import is_object
from gitops_guard.render.jobs import Job, Plain
from gitops_guard.render.records import BuildRecord, Records, TreeReader, source_of
from gitops_guard.render.sources import GENERATOR_KIND, Elsewhere, RepositoryTrees, SourceTrees, identity_of
from gitops_guard.render.tokens import Tokens
from gitops_guard.render.variables import Supply, Variables, assumed_supply, sealed_supply, supply_of, variables_of
from gitops_guard.render.vtree import LeavesTreeError, VirtualTree
from gitops_guard.render.workshop import Built, Workshop

MAX_JOBS: Final = 5_000
MAX_OBJECTS: Final = 200_000


@dataclass
class Shared:
    """What all environments of a run share. `scopes` says which declared kinds are cluster-scoped."""

    config: Config
    files: Mapping[str, SourceFile]
    reader: TreeReader
    workshop: Workshop
    trees: RepositoryTrees
    remotes: Sequence[str]
    scopes: Mapping[tuple[str, str], bool]
    tokens: Tokens = field(default_factory=Tokens)
    records: Records = field(default_factory=Records)
    plans: dict[tuple[object, ...], tuple[Generated, Closure, str]] = field(default_factory=dict)
    _made: dict[tuple[str, str], tuple[Provided, ...]] = field(default_factory=dict)

    def data_made_by(self, item: RenderedObject) -> tuple[Provided, ...]:
        """The ConfigMaps and Secrets that an object makes exist; equal objects are asked once."""
        key = (item.digest, item.id.namespace)
        if key not in self._made:
            found = (made for made in provides(item.value) if made.id.kind in ("ConfigMap", "Secret"))
            self._made[key] = tuple(found)
        return self._made[key]


@dataclass(slots=True, eq=False)
class _Planned:
    """A job with its closure; `key` names the build in the workshop."""

    job: Job
    tree: VirtualTree
    generated: Generated
    closure: Closure
    key: str
    build: str
    forced: bool = False


class EnvironmentWork:
    """Renders one environment."""

    def __init__(self, environment: Environment, shared: Shared) -> None:
        self.environment = environment
        self._shared = shared
        self._queue: deque[Job] = deque()
        self._sourceless: list[Job] = []
        self._building: list[_Planned] = []
        self._waiting: list[_Planned] = []
        self._seen: set[tuple[ResourceId, int]] = set()
        self._jobs = 0
        self._objects: list[RenderedObject] = []
        self._index: dict[ResourceId, RenderedObject] = {}
        self._provided: list[Provided] = []
        self._failures: list[BuildFailure] = []
        self._gaps: dict[Gap, None] = {}
        self._files: set[str] = set()
        identity = identity_of(environment, shared.files, shared.config, shared.remotes)
        self._sources = SourceTrees(identity, shared.trees, self._index.get, self._generators)
        self._follow = Follower(self._sources, shared.tokens)
        self._generated_sources: list[RenderedObject] = []
        for entry in environment.entry_points:
            self._follow.entry(entry, self)

    # -- what others add ------------------------------------------------------------------------------------------

    def add(self, job: Job) -> None:
        """Queues a job; one for an applier that is known already is dropped (duplicates are for rules to find)."""
        if job.applier is not None:
            if (job.applier, job.part) in self._seen:
                return
            self._seen.add((job.applier, job.part))
        self._jobs += 1
        if self._jobs > MAX_JOBS:
            self.gap(Gap("", f"more than {MAX_JOBS} Kustomizations; the rest is not rendered", job.applier))
            return
        if job.subject is not None:
            self._files.add(
                job.subject.path if not isinstance(job.subject, RenderedObject) else job.subject.origin.path
            )
        self._queue.append(job)

    def gap(self, gap: Gap) -> None:
        """Notes what may exist unseen; twice the same is once."""
        self._gaps[gap] = None

    def failure(self, failure: BuildFailure) -> None:
        """Notes a build that failed."""
        self._failures.append(failure)

    def read(self, paths: Iterable[str]) -> None:
        """Notes files that were read for the environment."""
        self._files.update(paths)

    # -- the steps ------------------------------------------------------------------------------------------------

    def plan(self) -> dict[str, Closure]:
        """Takes every queued job whose source is known; gives the closures to be built, by key."""
        wanted: dict[str, Closure] = {}
        while self._queue:
            job = self._queue.popleft()
            tree = job.tree or self._tree_of(job)
            if tree is None:
                self._sourceless.append(job)
            elif isinstance(tree, Elsewhere):
                self._unseen(job, f"{job.applier}: {tree.reason}")
            else:
                planned = self._planned(job, tree)
                if planned is not None:
                    wanted[planned.key] = planned.closure
                    self._building.append(planned)
        return wanted

    def settle(self) -> bool:
        """Turns finished builds into objects where their variables are known. True if anything moved."""
        before = len(self._objects), len(self._failures), len(self._queue)
        ready, self._building = self._building, []
        held, self._waiting = self._waiting, []
        for planned in (*held, *ready):
            built = self._shared.workshop.finished[planned.key]
            if built.error and planned.closure.problems:
                continue  # It may fail for want of what was left out, and that has been said.
            if built.error:
                self._fail(planned.job, broken(built.error, planned.closure, planned.job, self._shared.files))
            elif not planned.forced and self._missing(planned, built):
                self._waiting.append(planned)
            else:
                self._absorb(planned, built)
        found = [job for job in self._sourceless if self._tree_of(job) is not None]
        self._sourceless = [job for job in self._sourceless if job not in found]
        self._queue.extend(found)
        return before != (len(self._objects), len(self._failures), len(self._queue))

    def force(self) -> bool:
        """Lets one job go on without what it waits for. True if there was one."""
        # First all that wait for what no other waiting build would bring; where they wait for each other, just one.
        offered = {found for planned in self._waiting for found in self._offers(planned)}
        free = [planned for planned in self._waiting if offered.isdisjoint(self._missing_of(planned))]
        for planned in free or self._waiting[:1]:
            planned.forced = True
        if self._waiting or not self._sourceless:
            return bool(self._waiting)
        for job in self._sourceless:
            source = job.kustomization.source if job.kustomization else None
            name = source.target if source else "its source"
            self._unseen(job, f"{job.applier}: {name} is not in this repository")
        self._sourceless = []
        return True

    def facts(self) -> EnvironmentFacts:
        """What is known at the end."""
        for entry in self.environment.entry_points:
            # What starts an environment exists, whether or not its own build renders it.
            if entry.manifest is not None:
                self.take_manifest(entry.manifest, Job(None, None, {}, entry.path))
        notes = self._shared.records.substitutions
        return EnvironmentFacts(
            environment=self.environment,
            objects=tuple(self._objects),
            failures=tuple(self._failures),
            gaps=tuple(self._gaps),
            files=frozenset(path for path in self._files if path),
            substitutions=tuple(note for item in self._objects for note in notes.get(item, ())),
            own_sources=frozenset(item.id for item in self._objects if self._sources.is_own(item)),
            own_urls=frozenset(self._follow.own_urls(self._objects)),
        )

    # -- sources and plans ----------------------------------------------------------------------------------------

    def _generators(self, namespace: str) -> list[RenderedObject]:
        return [item for item in self._generated_sources if item.id.namespace == namespace]

    def _tree_of(self, job: Job) -> VirtualTree | Elsewhere | None:
        if job.tree is not None:
            return job.tree
        source = job.kustomization.source if job.kustomization else None
        if source is None or not source.complete:
            return Elsewhere("it is not known which source it takes")
        return self._sources.resolve(source.target)

    def _planned(self, job: Job, tree: VirtualTree) -> _Planned | None:
        try:
            exists = tree.is_folder(job.folder)
        except LeavesTreeError:
            exists = False
        if not exists:
            message = f"the path {job.folder or '.'} does not exist in the source"
            self._fail(job, BuildFailure("path-exists", message, job.applier, job.subject, job.folder_path))
            return None
        if job.plain is not None and tree.kustomization_in(job.folder) is None:
            self._take_plain(job, job.plain, tree)
            return None
        shared = self._shared
        plan = (id(tree), job.folder, digest_of(job.spec) if job.spec else "")
        if plan not in shared.plans:
            generated = generate(tree, job.folder, job.spec, shared.reader)
            if generated.problem:
                closure = Closure(job.folder, {}, {}, (), (generated.problem,))
            else:
                allowed = shared.config.allowed_remotes
                closure = closure_of(tree, job.folder, generated.value, generated.path, shared.reader, allowed)
            shared.plans[plan] = generated, closure, shared.workshop.key_of(closure) if closure.buildable else ""
        generated, closure, key = shared.plans[plan]
        self._files.update(closure.files.values())
        for failure in refused(closure.problems, generated, job, shared.reader):
            if failure.code != UNREAD:
                self.failure(failure)
        for problem in closure.problems:
            what = "is built without a part" if closure.buildable else "is not built"
            self._unseen(job, f"{job.applier or job.folder or '.'} {what}: {problem.message}")
        if not closure.buildable:
            return None
        build = shared.records.add(BuildRecord(closure, generated, job.subject))
        return _Planned(job, tree, generated, closure, key, build)

    def _take_plain(self, job: Job, plain: Plain, tree: VirtualTree) -> None:
        """A folder that is applied as it is: every document of its files, read as kubectl reads it."""
        prefix = f"{job.folder}/" if job.folder else ""
        below = [path for path in tree.files if path.startswith(prefix) and plain.takes(path.removeprefix(prefix))]
        manifests = outside_charts(Folders(tree.files))
        paths = [tree.files[path] for path in below if path in manifests]
        self._shared.reader.prefetch(paths)
        self.read(paths)
        items = [
            made.as_it_stands(manifest, job, self.environment.name, self._shared.scopes)
            for path in paths
            for manifest in self._shared.reader.manifests(path)
            if is_object(manifest)
        ]
        self.take(items, job)

    def _fail(self, job: Job, failure: BuildFailure) -> None:
        self.failure(failure)
        self._unseen(job, f"{job.applier or job.folder or '.'} is not built")

    def _unseen(self, job: Job, reason: str) -> None:
        """Notes that what a job makes is not known."""
        for gap in hidden(job.target_namespace, reason, job.applier):
            self.gap(gap)

    # -- variables ------------------------------------------------------------------------------------------------

    def _missing(self, planned: _Planned, built: Built) -> list[ResourceId]:
        kustomization = planned.job.kustomization
        if kustomization is None or kustomization.post_build is None:
            return []
        targets = [entry.ref.target for entry in kustomization.post_build.substitute_from if entry.ref.complete]
        return [target for target in targets if self._supply(target, planned, built) is None]

    def _missing_of(self, planned: _Planned) -> list[ResourceId]:
        return self._missing(planned, self._shared.workshop.finished[planned.key])

    def _supply(self, target: ResourceId, planned: _Planned, built: Built) -> Supply | None:
        """A ConfigMap or Secret of the environment, of the build itself, of the configuration, or of a maker."""
        item = self._index.get(target) or self._own_document(target, planned, built)
        if item is not None:
            return supply_of(item)
        sealed = self._index.get(ResourceId("bitnami.com", "SealedSecret", target.namespace, target.name))
        if sealed is not None and target.kind == "Secret":
            return sealed_supply(sealed)
        assumed = assumed_supply(self.environment.assumptions, target)
        if assumed is not None:
            return assumed
        for provided in self._provided:
            if provided.covers(target):
                return Supply({}, complete=False, reason=provided.how)
        return None

    def _own_document(self, target: ResourceId, planned: _Planned, built: Built) -> RenderedObject | None:
        for document in built.documents:
            value = document.value
            if isinstance(value, dict) and ResourceId.of(value) == target:
                item = made.Written(value, document.digest, document)
                return self._rendered(item, planned)
        return None

    def _offers(self, planned: _Planned) -> list[ResourceId]:
        built = self._shared.workshop.finished[planned.key]
        values = [document.value for document in built.documents if isinstance(document.value, dict)]
        return [ResourceId.of(value) for value in values]

    def _variables(self, planned: _Planned, built: Built) -> Variables:
        kustomization = planned.job.kustomization
        if kustomization is None:
            return Variables({}, active=False)
        return variables_of(kustomization, planned.job.subject, lambda target: self._supply(target, planned, built))

    # -- objects --------------------------------------------------------------------------------------------------

    def _absorb(self, planned: _Planned, built: Built) -> None:
        job, shared = planned.job, self._shared
        variables = self._variables(planned, built)
        if variables.error:
            self._fail(
                job, BuildFailure("build-failed", variables.error, job.applier, job.subject, variables.error_path)
            )
            return
        try:
            found = made.written(built.documents, variables, shared.tokens, shared.workshop)
        except made.PostBuildError as error:
            document = error.document
            value = document.value if isinstance(document.value, dict) else {}
            subject = self._rendered(made.Written(value, document.digest, document), planned)
            self._fail(job, made.failure_of(error, job, subject))
            return
        labels, annotations = _common_metadata(job.kustomization)
        items: list[RenderedObject] = []
        for item in found:
            labelled = made.in_namespace(made.with_metadata(item, labels, annotations), job.namespace, shared.scopes)
            subject = self._rendered(labelled, planned)
            if subject.id.group == "kustomize.config.k8s.io":
                continue  # Flux leaves kustomize's own kinds out (ssa/utils, ReadObjects).
            items.append(subject)
            shared.records.note(made.substitutions(labelled, subject))
        if self._replaced(job, items):
            return
        if len(self._objects) + len(items) > MAX_OBJECTS:
            self.gap(Gap("", f"more than {MAX_OBJECTS} objects; the rest is left out", job.applier))
            return
        self.take(items, job)

    def take_manifest(self, manifest: Manifest, job: Job) -> None:
        """Adds an object that somebody applied by hand, as it stands; one that is rendered as well is not doubled."""
        item = made.as_it_stands(manifest, job, self.environment.name, self._shared.scopes)
        self.read([manifest.path])
        if item.id not in self._index:
            self.take([item], job)

    def take(self, items: Iterable[RenderedObject], job: Job) -> None:
        """Adds objects to the environment, and queues what they bring forth."""
        for item in items:
            self._objects.append(item)
            self._index.setdefault(item.id, item)
            if (item.id.group, item.id.kind) == GENERATOR_KIND:
                self._generated_sources.append(item)
            self._provided.extend(self._shared.data_made_by(item))
            self._follow.follow(item, job, self)

    def _replaced(self, job: Job, items: list[RenderedObject]) -> bool:
        """An entry point's own object, as its own build patches it, is what runs: the build is done again with it."""
        if not job.is_entry or job.applier is None:
            return False
        own = next((item for item in items if item.id == job.applier), None)
        if own is None:
            return False
        again = self._follow.job_of(own, job)
        if again is None or (again.spec == job.spec and again.folder == job.folder and _same(again, job)):
            return False
        self._seen.discard((job.applier, job.part))
        self.add(again)
        return True

    def _rendered(self, item: made.Written, planned: _Planned) -> RenderedObject:
        shared = self._shared
        identity = object_identity(item.value, shared.scopes)
        path, document = source_of(item.document.origin, planned.closure, planned.tree, shared.files, identity)
        layers = {layer.file for layer in planned.closure.layers[:1] if layer.file}
        origin = Origin(path, document, (*planned.job.chain, *sorted(layers)))
        return made.rendered(item, planned.job, self.environment.name, origin, planned.build, shared.scopes)


def _same(one: Job, other: Job) -> bool:
    first, second = one.kustomization, other.kustomization
    if first is None or second is None:
        return first is second
    return (first.post_build, first.common_labels, first.common_annotations) == (
        second.post_build,
        second.common_labels,
        second.common_annotations,
    )


def _common_metadata(
    kustomization: FluxKustomization | None,
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    if kustomization is None:
        return {}, {}
    return kustomization.common_labels, kustomization.common_annotations

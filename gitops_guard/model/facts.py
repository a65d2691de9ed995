"""What the left half of the pipeline hands to policy: facts, with what is missing from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol, TypeVar, cast

from gitops_guard.model.environment import Environment
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId

At = Literal["value", "key"]
Derived = TypeVar("Derived")


@dataclass(frozen=True, slots=True, eq=False)
class BuildFailure:
    """A Kustomization (or folder, or Application) that could not be built.

    `code` is the rule that reports it: `build-failed`, `outside-tree`, `remote-refused`, `path-exists`...
    `subject` and `path` point at the object and field to blame; otherwise `file` and `span`.
    """

    code: str
    message: str
    applier: ResourceId | None = None
    subject: RenderedObject | Manifest | None = None
    path: FieldPath = ()
    file: str = ""
    span: Span | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Objects that may exist in the cluster and that we did not see.

    `namespace` is where they may be; empty means anywhere. `reason` is for people ("the chart of
    HelmRelease crm/backend is not rendered"). `cause` is who would make them.
    """

    namespace: str
    reason: str
    cause: ResourceId | None = None
    kinds: frozenset[str] = frozenset()
    """Only these kinds; empty means any kind."""


@dataclass(frozen=True, slots=True, eq=False)
class VariableSource:
    """Where a variable of Flux's substitution has its value: `label` for people, and the line to edit.

    `label` is "spec.postBuild.substitute of Kustomization/flux-system/apps", or the ConfigMap or Secret.
    `subject` is None where the configuration assumes the object (`assume:`).
    """

    label: str
    subject: RenderedObject | Manifest | None = None
    path: FieldPath = ()


@dataclass(frozen=True, slots=True, eq=False)
class VariableUse:
    """A variable that a value refers to; `source` is None where nothing in the repository sets it."""

    name: str
    source: VariableSource | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Substitution:
    """A value that Flux's substitution wrote: what stood at `path` of `subject` before it was `template`.

    `undefined` names variables that nothing sets, that nothing outside the repository may set, and that have no
    default: Flux puts the empty string in their place.
    """

    subject: RenderedObject
    path: FieldPath
    template: str
    uses: tuple[VariableUse, ...]
    undefined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageMarker:
    """A comment `# {"$imagepolicy": "flux-system:podinfo:tag"}`: image automation rewrites the value on its line.

    `policy` is the text after `$imagepolicy` as it stands, `<namespace>:<name>` with an optional field.
    """

    line: int
    policy: str


@dataclass(frozen=True, eq=False)
class EnvironmentFacts:
    """Everything that is known of one environment at one state of the tree. Compared by identity."""

    environment: Environment
    objects: tuple[RenderedObject, ...]
    failures: tuple[BuildFailure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    files: frozenset[str] = frozenset()
    """Every file that was read to render it (closures, entry points, substitutions)."""
    substitutions: tuple[Substitution, ...] = ()
    """Every value that a variable of `postBuild` reached, in the order of the objects."""
    own_sources: frozenset[ResourceId] = frozenset()
    """Flux sources among the objects whose content is this repository (`SourceIdentity` decides)."""
    own_urls: frozenset[str] = frozenset()
    """URLs that mean this repository, as they are spelled in this environment's Argo CD Applications."""

    _derived: dict[object, object] = field(init=False, repr=False, default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[ResourceId, Sequence[RenderedObject]]:
        """Objects by identity; more than one where two appliers own the same object."""
        found: dict[ResourceId, list[RenderedObject]] = defaultdict(list)
        for item in self.objects:
            found[item.id].append(item)
        return dict(found)

    @cached_property
    def by_kind(self) -> Mapping[tuple[str, str], Sequence[RenderedObject]]:
        """Objects by (group, kind)."""
        found: dict[tuple[str, str], list[RenderedObject]] = defaultdict(list)
        for item in self.objects:
            found[item.id.group, item.id.kind].append(item)
        return dict(found)

    def of_kind(self, group: str, *kinds: str) -> Iterator[RenderedObject]:
        """The objects of some kinds of a group."""
        for kind in kinds:
            yield from self.by_kind.get((group, kind), ())

    def derived(self, compute: Callable[[EnvironmentFacts], Derived]) -> Derived:
        """`compute(self)`, done once for each function: many rules ask for the same index."""
        if compute not in self._derived:
            self._derived[compute] = compute(self)
        return cast("Derived", self._derived[compute])

    def gap_for(self, target: ResourceId) -> Gap | None:
        """Why `target` may exist although it is not among the objects, or None where it surely does not."""
        for gap in self.gaps:
            if (not gap.namespace or gap.namespace == target.namespace) and (not gap.kinds or target.kind in gap.kinds):
                return gap
        return None


class Locator(Protocol):
    """Turns a place in an object into a place in a file (`render/provenance` implements it)."""

    def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        """Never fails: falls back to the nearest place that is known and marks it approximate."""
        ...


@dataclass(frozen=True, eq=False)
class FleetFacts:
    """All environments and all files at one state of the tree: the input of policy. Compared by identity."""

    environments: tuple[EnvironmentFacts, ...]
    files: Mapping[str, SourceFile]
    locator: Locator
    label: str = ""
    rendered: bool = True
    """False with `--no-render`: the one environment then holds the documents of files as they stand."""
    paths: frozenset[str] = field(default_factory=frozenset)
    """Every path of the tree, YAML or not."""
    commented_out: frozenset[str] = frozenset()
    """Files and folders that a kustomization lists in a comment, and so leaves out on purpose."""
    image_markers: Mapping[str, tuple[ImageMarker, ...]] = field(default_factory=dict)
    """The markers of image automation, by the path of the file that holds them."""

    @cached_property
    def reached_by(self) -> Mapping[str, frozenset[str]]:
        """For each file that was read, the names of the environments that it reaches."""
        found: dict[str, set[str]] = defaultdict(set)
        for facts in self.environments:
            for path in facts.files:
                found[path].add(facts.environment.name)
        return {path: frozenset(names) for path, names in found.items()}

    def environment(self, name: str) -> EnvironmentFacts | None:
        """The facts of the environment of that name, if there is one."""
        return next((facts for facts in self.environments if facts.environment.name == name), None)

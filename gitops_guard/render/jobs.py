"""What is to be built in an environment: Flux Kustomizations, Argo CD Applications, folders."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass

from gitops_guard.fleet.paths import source_path
from gitops_guard.graph import FluxKustomization
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.render.vtree import VirtualTree

Subject = RenderedObject | Manifest


@dataclass(frozen=True, slots=True)
class Plain:
    """How a folder of plain manifests is read: `kubectl apply -R -f`, or Argo CD's `source.directory`.

    `include` and `exclude` are globs on paths inside the folder; empty ones say nothing.
    """

    recurse: bool = True
    include: str = ""
    exclude: str = ""

    def takes(self, path: str) -> bool:
        """Whether the file at `path`, seen from the folder, is read."""
        if not path.lower().endswith((".yaml", ".yml", ".json")) or ("/" in path and not self.recurse):
            return False
        if self.include and not fnmatch.fnmatchcase(path, self.include):
            return False
        return not (self.exclude and fnmatch.fnmatchcase(path, self.exclude))


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One build to be done.

    `spec` is what is merged into the root kustomization ({} for a mere folder). `tree` is None while the source must
    still be found. `namespace` is what objects without one get (Argo CD's destination). `is_entry` marks what starts
    an environment: the object itself is often rendered, and patched, by its own build.
    """

    applier: ResourceId | None
    subject: Subject | None
    spec: Mapping[str, object]
    folder: str
    folder_path: FieldPath = ()
    tree: VirtualTree | None = None
    kustomization: FluxKustomization | None = None
    namespace: str = ""
    chain: tuple[str, ...] = ()
    is_entry: bool = False
    part: int = 0
    """Which source of an Application with several."""
    plain: Plain | None = None
    """Set where a folder without a kustomization is applied as it is, document by document."""

    @property
    def target_namespace(self) -> str:
        """Where its objects are, as far as its spec says; empty: anywhere."""
        stated = self.spec.get("targetNamespace")
        return stated if isinstance(stated, str) and stated.isprintable() else self.namespace


def folder_of(path: object) -> str:
    """`spec.path` as a folder of the source."""
    return source_path(path) if isinstance(path, str) else ""


def label_of(applier: ResourceId, subject: Subject | None) -> str:
    """For the chain of an object: `Kustomization flux-system/apps (clusters/production/apps.yaml)`."""
    name = (
        f"{applier.kind} {applier.namespace}/{applier.name}" if applier.namespace else f"{applier.kind} {applier.name}"
    )
    path = subject.path if isinstance(subject, Manifest) else subject.origin.path if subject else ""
    return f"{name} ({path})" if path else name

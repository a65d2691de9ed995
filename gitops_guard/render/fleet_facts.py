"""The door of this room: a fleet becomes facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitops_guard.manifests import FileReader
from gitops_guard.model.cache import Cache
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Fleet
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import Tree
from gitops_guard.render.builder import Builder
from gitops_guard.render.markers import commented_out, image_markers
from gitops_guard.render.provenance import BuildLocator
from gitops_guard.render.records import TreeReader
from gitops_guard.render.scopes import declared_scopes
from gitops_guard.render.sources import RepositoryTrees
from gitops_guard.render.worklist import EnvironmentWork, Shared
from gitops_guard.render.workshop import Workshop


def render_fleet(
    tree: Tree,
    files: Mapping[str, SourceFile],
    fleet: Fleet,
    config: Config,
    builder: Builder,
    cache: Cache,
    remotes: Sequence[str] = (),
    reader: FileReader | None = None,
) -> FleetFacts:
    """Renders every environment of `fleet` as Flux, Argo CD or kustomize would.

    `files` are the parsed YAML files of `tree`, `remotes` the URLs of its git remotes. Trouble with content is a
    `BuildFailure` or a `Gap`; it never raises.
    A `reader` that other states were read with shares what is the same in them.
    """
    workshop = Workshop(tree, builder, cache)
    scopes = declared_scopes(manifest.value for source in files.values() for manifest in source.manifests)
    shared = Shared(
        config, files, TreeReader(tree, reader or FileReader(cache)), workshop, RepositoryTrees(tree), remotes, scopes
    )
    works = [EnvironmentWork(environment, shared) for environment in fleet.environments]
    _run(works, workshop)
    return FleetFacts(
        environments=tuple(work.facts() for work in works),
        files=files,
        locator=BuildLocator(tree, files, shared.records),
        label=tree.label,
        paths=frozenset(tree.entries()),
        commented_out=commented_out(tree, files),
        image_markers=image_markers(tree, files),
    )


def _run(works: list[EnvironmentWork], workshop: Workshop) -> None:
    """Until nothing is left: plan and build for all environments in one batch, settle, and only then force."""
    while True:
        wanted = {key: closure for work in works for key, closure in work.plan().items()}
        workshop.build(wanted)
        moved = [work.settle() for work in works]
        if wanted or any(moved):
            continue
        forced = [work.force() for work in works]
        if not any(forced):
            return

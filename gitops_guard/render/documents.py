"""Documents as they stand in files: what is judged without rendering (`--no-render`, standard input, paths)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gitops_guard.fleet.charts import outside_charts
from gitops_guard.fleet.paths import Folders, is_within
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Environment, Tier
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts, Gap
from gitops_guard.model.fieldpath import list_at
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.tree import Tree
from gitops_guard.render.entries import Wants, entries_of
from gitops_guard.render.identity import identity_of, is_object
from gitops_guard.render.markers import image_markers
from gitops_guard.render.places import FileLocator
from gitops_guard.render.scopes import declared_scopes
from gitops_guard.render.vtree import KUSTOMIZATION_NAMES, LeavesTreeError, join

NAME = "files"


def documents_facts(
    tree: Tree,
    files: Mapping[str, SourceFile],
    config: Config,
    *,
    paths: Sequence[str] | None = None,
    tier: Tier | None = None,
) -> FleetFacts:
    """The objects in `files` (of `paths`, if given) as one environment named "files".

    Left out: kustomizations, values and templates of Helm charts, and patches, which are parts of objects. Anything may
    exist beside these documents, so that no rule can say that a reference is missing.
    """
    scopes = declared_scopes(manifest.value for source in files.values() for manifest in source.manifests)
    patches = frozenset(patch_files(files))
    chosen = files if paths is None else {path: files[path] for path in paths if path in files}
    objects = tuple(
        RenderedObject(
            id=identity_of(manifest.value, scopes),
            value=manifest.value,
            environment=NAME,
            origin=Origin(manifest.path, manifest.document),
            digest=manifest.digest or digest_of(manifest.value),
            manifest=manifest,
        )
        for path in outside_charts(Folders(tree.entries())).below("")
        if path in chosen and path not in patches
        for manifest in chosen[path].manifests
        if is_object(manifest)
    )
    environment = _environment(config, chosen, tier)
    facts = EnvironmentFacts(
        environment,
        objects,
        gaps=(Gap("", "only these documents were read; nothing was rendered"),),
        files=frozenset(chosen),
    )
    return FleetFacts(
        environments=(facts,),
        files=files,
        locator=FileLocator(tree),
        label=tree.label,
        rendered=False,
        paths=frozenset(tree.entries()),
        image_markers=image_markers(tree, files),
    )


def _environment(config: Config, paths: Iterable[str], tier: Tier | None) -> Environment:
    """Of no tier that is known, unless all paths belong to one environment of the configuration."""
    homes = [
        home
        for home in config.environments
        if home.entry and all(any(is_within(path, entry.strip("/")) for entry in home.entry) for path in paths)
    ]
    home = homes[0] if len(homes) == 1 else None
    known = tier or (home.tier if home else None)
    reason = "given" if tier else f"that of {home.name}, below which all files are" if home else "not known"
    version = home.cluster_version if home else ""
    return Environment(NAME, known or Tier.UNKNOWN, cluster_version=version, tier_reason=reason)


def patch_files(files: Mapping[str, SourceFile]) -> Iterator[str]:
    """Files that a kustomization names as patches, or as anything else that is no resource."""
    for path, source in files.items():
        folder, _, name = path.rpartition("/")
        if name not in KUSTOMIZATION_NAMES or not source.manifests:
            continue
        value = source.manifests[0].value
        resources = {item for key in ("resources", "bases") for item in list_at(value, key)}
        for entry in entries_of(value):
            is_part = entry.wants in (Wants.FILE, Wants.PATCH, Wants.PLUGIN) and entry.path[0] != "crds"
            if is_part and isinstance(entry.value, str) and entry.value not in resources:
                with contextlib.suppress(LeavesTreeError):
                    yield join(folder, entry.value)

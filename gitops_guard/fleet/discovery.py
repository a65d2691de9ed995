"""From a tree to the environments that it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gitops_guard.fleet.argo import application_sets, argo_candidates
from gitops_guard.fleet.candidates import Candidate
from gitops_guard.fleet.charts import outside_charts
from gitops_guard.fleet.flux import flux_candidates
from gitops_guard.fleet.ignore import IGNORE_FILE, ignore_matcher, source_matcher
from gitops_guard.fleet.layouts import folder_candidates
from gitops_guard.fleet.paths import KUSTOMIZATION_NAMES, Folders, is_within, source_path
from gitops_guard.fleet.reach import Reach
from gitops_guard.fleet.sources import foreign_entry
from gitops_guard.fleet.tiers import discovered_tier, unique_names
from gitops_guard.manifests import load
from gitops_guard.model.config import Config, EnvironmentConfig
from gitops_guard.model.environment import (
    EntryPoint,
    EntryPointKind,
    Environment,
    Fleet,
    Tier,
    Undecided,
    UnknownPolicy,
)
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import EntryKind, Tree


def discover(tree: Tree, files: Mapping[str, SourceFile], config: Config, remotes: Sequence[str] = ()) -> Fleet:
    """The environments of a tree: those that the configuration lists, or those that the tree tells.

    `files` are the tree's YAML files as they were read, `remotes` the URLs of the repository's git remotes. Flux entry
    points come first; where there is one, no folder name is taken for an environment. Then Argo CD's Applications.
    Guesses from folder names come last.
    """
    reach = static_reach(tree, files, config)
    undecided: list[Undecided] = []
    candidates = flux_candidates(reach)
    for candidate in list(candidates):
        doubt = foreign_entry(candidate.entry, reach, config, remotes)
        if doubt is not None:
            candidates.remove(candidate)
            undecided.append(doubt)
    if not candidates:
        candidates = argo_candidates(reach)
        undecided.extend(application_sets(reach))
    if not candidates:
        candidates = folder_candidates(reach)
    discovered = _environments(candidates)
    if config.environments:
        environments, doubts = _configured(config.environments, discovered, reach.folders)
        return Fleet(tuple(environments), (*undecided, *doubts), discovered=False)
    if not discovered:
        undecided.append(Undecided("what runs here: there are no manifests", "name a folder under environments"))
    return Fleet(tuple(sorted(discovered, key=lambda item: item.name)), tuple(undecided))


def static_reach(tree: Tree, files: Mapping[str, SourceFile], config: Config) -> Reach:
    """The static picture of what Flux would see: nothing that is ignored, and no chart's templates."""
    entries = tree.entries()
    paths = [path for path, entry in entries.items() if entry.kind is EntryKind.FILE]
    ignore_files = [path for path in paths if path.rpartition("/")[2] == IGNORE_FILE]
    texts = {path: data.decode("utf-8", "replace") for path, data in tree.read_many(ignore_files)}
    by_flux, configured = source_matcher(texts), ignore_matcher(config.ignore)
    kept = Folders(path for path in paths if not by_flux.ignores(path) and not configured.ignores(path))
    # kustomize reads a file `Kustomization` as well, which has no suffix that tells it is YAML.
    missing = [path for path in paths if path.rpartition("/")[2] == KUSTOMIZATION_NAMES[-1] and path not in files]
    extra = {path: load(path, data, oid=entries[path].oid) for path, data in tree.read_many(missing)}
    return Reach({**files, **extra}, outside_charts(kept))


def _environments(candidates: Iterable[Candidate]) -> list[Environment]:
    """One environment for each folder that candidates name."""
    by_folder: defaultdict[str, list[EntryPoint]] = defaultdict(list)
    for candidate in candidates:
        by_folder[candidate.folder].append(candidate.entry)
    names = unique_names(by_folder)
    return [_discovered(names[folder], folder, entries) for folder, entries in by_folder.items()]


def _discovered(name: str, folder: str, entries: Sequence[EntryPoint]) -> Environment:
    tier, reason = discovered_tier(name, [folder, *(entry.path for entry in entries)])
    return Environment(name, tier, tuple(entries), unknown=_policy(tier), tier_reason=reason)


def _policy(tier: Tier) -> UnknownPolicy:
    return UnknownPolicy.BLOCK if tier.judged_as_production else UnknownPolicy.COUNT


def _configured(
    wanted: Sequence[EnvironmentConfig], discovered: Sequence[Environment], folders: Folders
) -> tuple[list[Environment], list[Undecided]]:
    """The environments of the configuration; entry points that none of them has are named as undecided."""
    by_name = {environment.name: environment for environment in discovered}
    entries = [entry for environment in discovered for entry in environment.entry_points]
    environments: list[Environment] = []
    doubts: list[Undecided] = []
    for item in wanted:
        found = by_name.get(item.name)
        if item.entry:
            points = [point for text in item.entry for point in _entry_points(source_path(text), entries)]
            doubts.extend(_missing_entries(item, folders))
        else:
            points = list(found.entry_points) if found else []
            if not points:
                doubts.append(
                    Undecided(
                        f"where environment {item.name} enters the repository",
                        f"name its folders under environments.{item.name}.entry",
                        item.location,
                    )
                )
        environments.append(_from_config(item, points))
    used = {id(point) for environment in environments for point in environment.entry_points}
    doubts.extend(_unused(entry) for entry in entries if id(entry) not in used and not _covered(entry, environments))
    return environments, doubts


def _entry_points(folder: str, entries: Sequence[EntryPoint]) -> Iterator[EntryPoint]:
    """The entry points that a configured folder holds; the folder itself where there are none."""
    found = [entry for entry in entries if entry.path == folder]
    if not found and folder:
        found = [
            entry
            for entry in entries
            if is_within(entry.path, folder) or (entry.manifest is not None and is_within(entry.manifest.path, folder))
        ]
    elif not found:
        found = [entry for entry in entries if entry.manifest is not None and "/" not in entry.manifest.path]
    yield from found or [EntryPoint(EntryPointKind.DIRECTORY, folder, None, "configured")]


def _missing_entries(item: EnvironmentConfig, folders: Folders) -> Iterator[Undecided]:
    for text in item.entry:
        if source_path(text) not in folders.all:
            yield Undecided(
                f"environment {item.name}: there is no folder {text}",
                f"correct environments.{item.name}.entry",
                item.location,
            )


def _from_config(item: EnvironmentConfig, points: Sequence[EntryPoint]) -> Environment:
    if item.tier is not None:
        tier, reason = item.tier, "configured"
    else:
        tier, reason = discovered_tier(item.name, [point.path for point in points])
    return Environment(
        item.name,
        tier,
        tuple(dict.fromkeys(points)),
        item.cluster_version,
        item.unknown or _policy(tier),
        item.identity,
        item.assumptions,
        reason,
    )


def _covered(entry: EntryPoint, environments: Sequence[Environment]) -> bool:
    """A guess from folder names says nothing once the configuration names the environments."""
    return entry.kind is EntryPointKind.DIRECTORY or any(
        entry.path == point.path for environment in environments for point in environment.entry_points
    )


def _unused(entry: EntryPoint) -> Undecided:
    location = Location(entry.manifest.path, Span.point(entry.manifest.line)) if entry.manifest else None
    return Undecided(
        f"which environment {entry.path or 'the root'} belongs to ({entry.reason}): none that is configured",
        "name it under environments.<name>.entry",
        location,
    )

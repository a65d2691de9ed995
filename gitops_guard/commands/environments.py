"""`gitops-guard environments`: what runs where, and from which files."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gitops_guard.commands.errors import UsageError, did_you_mean
from gitops_guard.commands.init import read_fleet
from gitops_guard.commands.options import EnvironmentsOptions
from gitops_guard.commands.pipeline import open_cache, read_config, read_state
from gitops_guard.commands.source import open_source
from gitops_guard.fleet import dependency_order, entry_kustomization
from gitops_guard.fleet.discovery import static_reach
from gitops_guard.fleet.reach import Reach
from gitops_guard.graph import FluxKustomization, flux_kustomization
from gitops_guard.model.environment import Environment, Fleet
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.resource import ResourceId
from gitops_guard.report.escape import log_line
from gitops_guard.report.terminal import Paint, Painter, emit, wants_color


@dataclass(frozen=True, slots=True)
class Stage:
    """One Kustomization or Application of an environment.

    `objects` is None where nothing was rendered, with the `trouble` that kept it from it where there was one.
    """

    id: ResourceId
    path: str
    depends_on: tuple[ResourceId, ...]
    suspended: bool
    objects: int | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentTree:
    """An environment with its stages in the order in which they run. `failed` counts builds that did not work."""

    environment: Environment
    stages: tuple[Stage, ...]
    objects: int | None
    failed: int = 0


def run(options: EnvironmentsOptions) -> int:
    """Prints the environments. Raises `UsageError` for a name that is none."""
    with open_source(options, everything=True) as source:
        config, _ = read_config(source, options.config)
        if options.render:
            state = read_state(
                source.tree,
                config,
                source.remotes,
                open_cache(options.cache),
                environments=options.environments,
                jobs=options.jobs,
            )
            fleet = state.fleet
            trees = environment_trees(fleet, state.facts.environments)
        else:
            files, found = read_fleet(source, config)
            fleet = _narrowed(found, options.environments)
            trees = [static_tree(item, static_reach(source.tree, files, config)) for item in fleet.environments]
    if options.format == "json":
        emit(sys.stdout, json.dumps(as_json(trees, fleet), indent=2) + "\n")
    else:
        paint = Painter(wants_color(sys.stdout, options.color))
        emit(sys.stdout, "".join(f"{line}\n" for line in tree_lines(trees, fleet, paint)))
    return 0


def _narrowed(fleet: Fleet, names: Sequence[str]) -> Fleet:
    known = [environment.name for environment in fleet.environments]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"There are: {', '.join(known) or 'none'}."
            raise UsageError(f'there is no environment "{name}".', hint)
    chosen = tuple(item for item in fleet.environments if not names or item.name in names)
    return replace(fleet, environments=chosen)


def environment_trees(fleet: Fleet, facts: Iterable[EnvironmentFacts]) -> list[EnvironmentTree]:
    """The trees of rendered environments, in the fleet's order."""
    by_name = {item.environment.name: item for item in facts}
    return [_rendered(item, by_name[item.name]) for item in fleet.environments if item.name in by_name]


def _rendered(environment: Environment, facts: EnvironmentFacts) -> EnvironmentTree:
    counts = Counter(item.applier for item in facts.objects if item.applier is not None)
    views = {view.id: view for item in facts.objects if (view := flux_kustomization(item.value)) is not None}
    for view in _entry_views(environment):
        views.setdefault(view.id, view)
    stages = {identity: _stage(view, counts[identity]) for identity, view in views.items()}
    for applier, count in counts.items():
        stages.setdefault(applier, Stage(applier, "", (), False, count))
    for identity, trouble in _troubles(facts):
        if identity in stages and not counts[identity]:
            stages[identity] = replace(stages[identity], objects=None, trouble=trouble)
    return EnvironmentTree(environment, _ordered(stages), len(facts.objects), len(facts.failures))


def _troubles(facts: EnvironmentFacts) -> Iterator[tuple[ResourceId, str]]:
    """Why a stage brought forth nothing; what failed counts more than what is merely not known here."""
    for gap in facts.gaps:
        if gap.cause is not None:
            yield gap.cause, f"not rendered: {gap.reason}"
    for failure in facts.failures:
        if failure.applier is not None:
            yield failure.applier, f"failed: {failure.code}"


def static_tree(environment: Environment, reach: Reach) -> EnvironmentTree:
    """The tree as far as files tell it unbuilt: Kustomizations without the patches of their parents."""
    files = reach.from_folders(entry.path for entry in environment.entry_points).files
    views = {view.id: view for view in _entry_views(environment)}
    for path in sorted(files):
        for manifest in reach.manifests(path):
            view = flux_kustomization(manifest.value)
            if view is not None:
                views.setdefault(view.id, view)
    return EnvironmentTree(environment, _ordered({key: _stage(view, None) for key, view in views.items()}), None)


def _entry_views(environment: Environment) -> Iterator[FluxKustomization]:
    for entry in environment.entry_points:
        view = entry_kustomization(entry)
        if view is not None:
            yield view


def _stage(view: FluxKustomization, objects: int | None) -> Stage:
    path = view.path if isinstance(view.path, str) else ""
    return Stage(view.id, path, tuple(ref.target for ref in view.depends_on), view.suspend is True, objects)


def _ordered(stages: Mapping[ResourceId, Stage]) -> tuple[Stage, ...]:
    order = dependency_order({identity: stage.depends_on for identity, stage in stages.items()})
    return tuple(stages[identity] for identity in order)


def tree_lines(trees: Sequence[EnvironmentTree], fleet: Fleet, paint: Painter) -> Iterator[str]:
    """The trees as text, each name escaped."""
    for tree in trees:
        environment = tree.environment
        title = paint(log_line(environment.name), Paint.STRONG)
        yield f"{title}  {environment.tier.value} ({log_line(environment.tier_reason)}){_total(tree)}"
        for entry in environment.entry_points:
            yield f"  enters at {log_line(entry.path or '.')}  {paint(log_line(entry.reason), Paint.FAINT)}"
        width = max((len(_name(stage.id)) for stage in tree.stages), default=0)
        for number, stage in enumerate(tree.stages, 1):
            yield f"  {number:3}. {_name(stage.id):{width}}  {_details(stage, paint)}".rstrip()
        yield ""
    for item in fleet.undecided:
        place = f" [{item.location.path}:{item.location.line}]" if item.location else ""
        yield f"not decided: {log_line(item.what + place)} ({log_line(item.advice)})"


def _total(tree: EnvironmentTree) -> str:
    if tree.objects is None:
        return ""
    failed = f", {tree.failed} builds failed" if tree.failed else ""
    return f": {tree.objects} objects{failed}"


def _name(identity: ResourceId) -> str:
    name = "/".join(part for part in (identity.namespace, identity.name) if part)
    return log_line(name if identity.kind == "Kustomization" else f"{identity.kind} {name}")


def _details(stage: Stage, paint: Painter) -> str:
    parts = [] if stage.objects is None else [f"{stage.objects:5} objects"]
    parts.append(log_line(stage.path))
    if stage.trouble:
        parts.append(paint(log_line(stage.trouble), Paint.WARNING))
    if stage.suspended:
        parts.append(paint("suspended", Paint.WARNING))
    if stage.depends_on:
        parts.append(paint(f"after {', '.join(_name(item) for item in stage.depends_on)}", Paint.FAINT))
    return "  ".join(part for part in parts if part)


def as_json(trees: Sequence[EnvironmentTree], fleet: Fleet) -> dict[str, object]:
    """The trees as plain data."""
    return {
        "version": 1,
        "environments": [_tree_json(tree) for tree in trees],
        "undecided": [
            {
                "what": item.what,
                "advice": item.advice,
                "path": item.location.path if item.location else "",
                "line": item.location.line if item.location else 0,
            }
            for item in fleet.undecided
        ],
    }


def _tree_json(tree: EnvironmentTree) -> dict[str, object]:
    environment = tree.environment
    return {
        "name": environment.name,
        "tier": environment.tier.value,
        "tierReason": environment.tier_reason,
        "entryPoints": [
            {"kind": entry.kind.value, "path": entry.path, "reason": entry.reason} for entry in environment.entry_points
        ],
        "objects": tree.objects,
        "failedBuilds": tree.failed,
        "stages": [
            {
                "kind": stage.id.kind,
                "namespace": stage.id.namespace,
                "name": stage.id.name,
                "path": stage.path,
                "dependsOn": [{"namespace": item.namespace, "name": item.name} for item in stage.depends_on],
                "suspended": stage.suspended,
                "objects": stage.objects,
                "trouble": stage.trouble,
            }
            for stage in tree.stages
        ],
    }

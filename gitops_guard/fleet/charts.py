"""Folders of Helm charts: what they hold is no manifest, and their templates are no YAML."""

from __future__ import annotations

from collections.abc import Callable

from gitops_guard.fleet.ignore import ignore_matcher
from gitops_guard.fleet.paths import Folders, ancestors, parent
from gitops_guard.model.config import Config
from gitops_guard.model.tree import Tree


def chart_templates(paths: Folders) -> frozenset[str]:
    """The `templates` folders of Helm charts."""
    found = (f"{folder}/templates".lstrip("/") for folder in paths.all if f"{folder}/Chart.yaml".lstrip("/") in paths)
    return frozenset(folder for folder in found if folder in paths.all)


def outside_charts(paths: Folders) -> Folders:
    """Every path that is not below the folder of a chart: what a chart holds is no manifest."""
    charts = frozenset(parent(folder) for folder in chart_templates(paths))
    if not charts:
        return paths
    return Folders(path for path in paths.below("") if charts.isdisjoint(ancestors(path)))


def ignored(tree: Tree, config: Config) -> Callable[[str], bool]:
    """Which paths are not read at all: the configuration's `ignore`, and templates of charts, which are no YAML."""
    matcher = ignore_matcher(config.ignore)
    templates = chart_templates(Folders(tree.entries()))
    return lambda path: matcher.ignores(path) or not templates.isdisjoint(ancestors(path))

"""Charts of this repository whose dependencies float."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from gitops_guard.checks._kustomizations import kustomization
from gitops_guard.checks._own import own_sources
from gitops_guard.checks._versions import floating, version_fix
from gitops_guard.graph import argo_application, helm_release, items_at
from gitops_guard.graph.argo import ARGO_GROUP
from gitops_guard.graph.helm import HELM_GROUP
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.finding import Hit
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rule import Context


def check(fleet: FleetFacts, _: Context) -> Iterator[Hit]:
    """Scope fleet: a Chart.yaml belongs to the environments whose releases use the chart.

    With a Chart.lock, its versions count and not these; so do packages that are committed under `charts/`
    (source-controller, internal/helm/chart/dependency_manager.go).
    """
    users = _users(fleet)
    for path, file in fleet.files.items():
        folder = posixpath.dirname(path)
        if (
            posixpath.basename(path) != "Chart.yaml"
            or not file.manifests
            or _below(folder, "Chart.lock") in fleet.paths
        ):
            continue
        names = users.get(folder, ())
        if names or not fleet.rendered:
            yield from _judge(file.manifests[0], folder, tuple(sorted(names)), fleet)


def _judge(manifest: Manifest, folder: str, environments: tuple[str, ...], fleet: FleetFacts) -> Iterator[Hit]:
    for path, dependency in items_at(manifest.value, ("dependencies",)):
        name, repository = text_at(dependency, "name"), text_at(dependency, "repository")
        if not repository or repository.startswith("file://"):
            continue
        prefixes = tuple(_below(folder, f"charts/{name}{end}") for end in ("-", "/"))
        version = dependency.get("version")
        floats = floating(version)
        if floats is None or any(package.startswith(prefixes) for package in fleet.paths):
            continue
        yield Hit(
            f'dependency "{name}": {floats.why}, and there is no Chart.lock: '
            "the same chart brings another dependency as soon as a newer one is published",
            manifest,
            (*path, "name" if version is None else "version"),
            fix=f"{version_fix(floats)}, or commit the Chart.lock that `helm dependency update` writes",
            cause=f"{name} {version or ''}",
            environments=environments,
        )


def _below(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _users(fleet: FleetFacts) -> Mapping[str, set[str]]:
    """The environments that use the chart in each folder."""
    users: dict[str, set[str]] = {}
    for facts in fleet.environments:
        for folder in (*_released(facts), *_argo(facts), *_inflated(fleet, facts)):
            users.setdefault(posixpath.normpath(folder).lstrip("/").removeprefix("."), set()).add(
                facts.environment.name
            )
    return users


def _released(facts: EnvironmentFacts) -> Iterator[str]:
    own = facts.derived(own_sources)
    for item in facts.of_kind(HELM_GROUP, "HelmRelease"):
        release = helm_release(item.value)
        chart = release.chart if release else None
        if chart and chart.source and chart.source.target in own and isinstance(chart.chart, str):
            yield chart.chart


def _argo(facts: EnvironmentFacts) -> Iterator[str]:
    for item in facts.of_kind(ARGO_GROUP, "Application"):
        application = argo_application(item.value)
        for source in application.sources if application else ():
            if isinstance(source.repo_url, str) and isinstance(source.path, str) and source.repo_url in facts.own_urls:
                yield source.path


def _inflated(fleet: FleetFacts, facts: EnvironmentFacts) -> Iterator[str]:
    """Charts beside a kustomization.yaml (`helmGlobals.chartHome`, by default `charts`)."""
    for path in facts.files:
        file = fleet.files.get(path)
        found = kustomization(file) if file else None
        if found is None:
            continue
        home = text_at(found.value, "helmGlobals", "chartHome") or "charts"
        for _, chart in items_at(found.value, ("helmCharts",)):
            if not text_at(chart, "repo"):
                yield posixpath.join(posixpath.dirname(path), home, text_at(chart, "name"))

"""Charts that kustomize inflates: `helmCharts` in a kustomization.yaml, and HelmChartInflationGenerator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitops_guard.checks._kustomizations import is_used, kustomization
from gitops_guard.checks._versions import floating, version_fix
from gitops_guard.graph import items_at
from gitops_guard.model.fieldpath import FieldPath, text_at
from gitops_guard.model.finding import Hit
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.resource import kind_of
from gitops_guard.model.rule import Context


def check(file: SourceFile, context: Context) -> Iterator[Hit]:
    """Scope file. A chart without `repo` is a folder of this repository and has no version to pin."""
    if not is_used(context.fleet, file.path):
        return
    for manifest, path, chart in _inflations(file):
        version = chart.get("version")
        floats = floating(version) if text_at(chart, "repo") else None
        if floats is None:
            continue
        end = "kustomize cannot resolve it" if floats.broken else "every build takes the newest chart that fits"
        yield Hit(
            f"{floats.why}: {end}, with no change in git",
            manifest,
            (*path, "name" if version is None else "version"),
            fix=version_fix(floats),
            cause=f"{text_at(chart, 'name')} {version or ''}",
        )


def _inflations(file: SourceFile) -> Iterator[tuple[Manifest, FieldPath, Mapping[str, object]]]:
    found = kustomization(file)
    if found:
        yield from ((found, path, chart) for path, chart in items_at(found.value, ("helmCharts",)))
    for manifest in file.manifests:
        group, kind = kind_of(manifest.value)
        if kind == "HelmChartInflationGenerator" and group in ("", "builtin"):
            yield manifest, (), manifest.value

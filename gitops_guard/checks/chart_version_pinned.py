"""HelmReleases that take whatever version of a chart a HelmRepository offers next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.checks._unresolved import unresolved
from gitops_guard.checks._versions import Floating, floating, version_fix
from gitops_guard.graph.helm import ChartTemplate, helm_release
from gitops_guard.model.fieldpath import MISSING, FieldPath, lookup
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown

# helm-controller hands `version` to the HelmChart; source-controller reads it for a HelmRepository alone.
_VERSION_IS_IGNORED: Final = ("GitRepository", "Bucket")
_MISPLACED: Final[tuple[FieldPath, ...]] = (
    ("spec", "chart", "spec", "sourceRef", "version"),
    ("spec", "chart", "version"),
    ("spec", "version"),
)


def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: HelmRelease."""
    release = helm_release(item.value)
    if release is None or release.chart is None:
        return
    chart = release.chart
    kind = chart.source.target.kind if chart.source else ""
    if kind in _VERSION_IS_IGNORED:
        return
    misplaced = None if chart.version else _misplaced(item.value)
    reasons = (unresolved(chart.version, context) if misplaced is None else "", _unknown_kind(item.value, chart))
    if any(reasons):
        yield NotJudged(next(filter(None, reasons)), item, _place(item.value, chart), cause="unresolved")
        return
    floats = floating(chart.version)
    if floats is None:
        return
    if misplaced:
        yield _misplaced_hit(item, misplaced)
    else:
        yield Hit(
            _message(chart, floats),
            item,
            _place(item.value, chart),
            fix=version_fix(floats),
            cause=str(chart.version or ""),
        )


def _unknown_kind(value: Mapping[str, object], chart: ChartTemplate) -> str:
    """Whether the version counts depends on the kind of the source."""
    kind = lookup(value, (*chart.path, "sourceRef", "kind"))
    return kind.reason if isinstance(kind, Unknown) else ""


def _message(chart: ChartTemplate, floats: Floating) -> str:
    if floats.broken:
        return f"{floats.why}: Flux cannot resolve it, and the release is neither installed nor upgraded"
    named = f' "{chart.chart}"' if isinstance(chart.chart, str) and chart.chart else ""
    return f"{floats.why}: this release upgrades itself, with no change in git, when a newer chart{named} appears"


def _place(value: Mapping[str, object], chart: ChartTemplate) -> FieldPath:
    """The version; where there is none, the line beside which it belongs."""
    places = (chart.version_path, (*chart.path, "chart"))
    return next((path for path in places if lookup(value, path) is not MISSING), chart.path)


def _misplaced(value: Mapping[str, object]) -> FieldPath | None:
    return next((path for path in _MISPLACED if lookup(value, path) is not MISSING), None)


def _misplaced_hit(item: RenderedObject, path: FieldPath) -> Hit:
    stated = lookup(item.value, path)
    floats = floating(stated)
    example = floats.example if floats else stated
    parent = path[-2]
    return Hit(
        f"`version` stands under `{parent}`, where there is no such field: the chart has no version, "
        "and this release upgrades itself, with no change in git, when a newer chart appears",
        item,
        path,
        at="key",
        fix=f'write the exact version beside `chart` (spec.chart.spec.version), e.g. version: "{example or "1.2.3"}"',
        cause=f"misplaced under {parent}",
    )

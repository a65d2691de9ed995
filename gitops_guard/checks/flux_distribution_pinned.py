"""FluxInstances whose Flux upgrades itself."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._places import nearest
from gitops_guard.checks._unresolved import unresolved
from gitops_guard.checks._versions import floating, version_fix
from gitops_guard.graph.operator import flux_instance
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: FluxInstance."""
    instance = flux_instance(item.value)
    if instance is None:
        return
    path: FieldPath = ("spec", "distribution", "version")
    if reason := unresolved(instance.version, context):
        yield NotJudged(reason, item, path, cause="unresolved")
        return
    floats = floating(instance.version)
    if floats is None:
        return
    consequence = (
        "the operator cannot resolve it"
        if floats.broken
        else "the operator upgrades Flux, and with it every controller of this cluster, when a new version is released"
    )
    yield Hit(
        f"{floats.why}: {consequence}",
        item,
        *nearest(item.value, path),
        fix=version_fix(floats),
        cause=str(instance.version or ""),
    )

"""FluxInstances whose Flux upgrades itself."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._places import nearest
from gitops_guard.checks._versions import floating, version_fix
from gitops_guard.graph.operator import flux_instance
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown


def check(item: RenderedObject, _: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: FluxInstance."""
    instance = flux_instance(item.value)
    if instance is None:
        return
    path: FieldPath = ("spec", "distribution", "version")
    if isinstance(instance.version, Unknown):
        yield NotJudged(instance.version.reason, item, path, cause=instance.version.text)
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

"""Objects of built-in kinds in an API version that the environment's Kubernetes does not serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._kubernetes_apis import OLDEST_RUNNING, release, removed_api
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown

_AT: Final = ("apiVersion",)


def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope object. Where the version of the cluster is not stated, only what no cluster serves is an error."""
    stated = item.value.get("apiVersion")
    if isinstance(stated, Unknown):
        yield NotJudged(stated.reason, item, _AT, cause=stated.text)
        return
    api = removed_api(item)
    if api is None:
        return
    version = context.environment.environment.cluster_version if context.environment else ""
    cluster = release(version)
    if api.removed > (cluster or OLDEST_RUNNING):
        return
    where = f"this cluster runs {version}" if cluster else "no supported cluster serves it"
    yield Hit(
        f"Kubernetes {api.removed_in} removed {item.api_version} {item.id.kind}, and {where}: "
        "the API server refuses the object, and what is applied with it fails as well",
        item,
        _AT,
        fix=api.fix,
        cause=item.api_version,
    )

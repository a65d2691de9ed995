"""Objects of built-in kinds in an API version that the next minor release of the environment's Kubernetes lacks."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._kubernetes_apis import release, removed_api
from gitops_guard.model.finding import Hit
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(item: RenderedObject, context: Context) -> Iterator[Hit]:
    """Scope object. Says nothing where the version of the cluster is not stated."""
    api = removed_api(item)
    cluster = release(context.environment.environment.cluster_version) if api and context.environment else None
    if api is None or cluster is None:
        return
    major, minor = cluster
    if api.removed == (major, minor + 1):
        yield Hit(
            f"Kubernetes {api.removed_in} removes {item.api_version} {item.id.kind}: "
            "after the next upgrade of the cluster this object can no longer be applied",
            item,
            ("apiVersion",),
            fix=api.fix,
            cause=item.api_version,
        )

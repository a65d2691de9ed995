"""Flux objects in an API version that Flux has given up."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._flux_apis import old_api
from gitops_guard.model.finding import Hit
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(item: RenderedObject, _: Context) -> Iterator[Hit]:
    """Scope object: every kind of Flux."""
    api = old_api(item)
    if api is not None:
        yield Hit(
            f"{item.api_version} is deprecated, and Flux {api.removed_in} no longer knows it: "
            "after that upgrade this object, and all that is applied with it, fails",
            item,
            ("apiVersion",),
            fix=f"write apiVersion: {api.replacement} (`flux migrate -f .` does it for all files)",
            cause=item.api_version,
        )

"""Flux objects in an API version that Flux has given up."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._flux_apis import old_api, served_versions
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment. Where its own Flux does not serve the new version yet, there is nothing to be done."""
    served = facts.derived(served_versions)
    for item in facts.objects:
        api = old_api(item)
        if api is None:
            continue
        versions = served.get((item.id.group, item.id.kind))
        if versions is None or {api.version, api.replacement.rpartition("/")[2]} <= versions:
            yield Hit(
                f"{item.api_version} is deprecated, and Flux {api.removed_in} no longer knows it: "
                "after that upgrade this object, and all that is applied with it, fails",
                item,
                ("apiVersion",),
                fix=f"write apiVersion: {api.replacement} (`flux migrate -f .` does it for all files)",
                cause=item.api_version,
            )

"""Flux objects in an API version that the environment's own Flux no longer serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._flux_apis import Release, old_api, served_versions
from gitops_guard.graph import flux_instance
from gitops_guard.graph.operator import OPERATOR_GROUP
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context

_RELEASE: Final = re.compile(r"[v=]?([0-9]{1,4})\.([0-9]{1,4})(?:[.x-]|\Z)")


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment: the CRDs that it installs say what is served, or else the version of its FluxInstance."""
    served = facts.derived(served_versions)
    release = _release(facts)
    for item in facts.objects:
        api = old_api(item)
        if api is None:
            continue
        versions = served.get((item.id.group, item.id.kind))
        if versions is not None:
            gone, what = (
                api.version not in versions,
                f"the Flux of this environment serves {', '.join(sorted(versions))} only",
            )
        else:
            gone, what = release is not None and release >= api.removed, f"Flux {api.removed_in} has removed it"
        if gone:
            yield Hit(
                f"{item.api_version} {item.id.kind}: {what}: the API server refuses it, and all applied with it",
                item,
                ("apiVersion",),
                fix=f"write apiVersion: {api.replacement} (`flux migrate -f .` does it for all files)",
                cause=item.api_version,
            )


def _release(facts: EnvironmentFacts) -> Release | None:
    """The release that a FluxInstance asks for: `2.8.x` is 2.8; `2.x` does not say which."""
    for item in facts.of_kind(OPERATOR_GROUP, "FluxInstance"):
        instance = flux_instance(item.value)
        match = _RELEASE.match(instance.version) if instance and isinstance(instance.version, str) else None
        if match:
            return int(match[1]), int(match[2])
    return None

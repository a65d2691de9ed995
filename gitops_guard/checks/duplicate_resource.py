"""One object that an environment gets from two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, Related
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit]:
    """Scope environment. Equal copies count as well: with pruning, removing one of them deletes the object.

    Namespaces that are declared the same way by several owners are left alone: that is the usual way to make sure
    that they exist. Files as they stand (`--no-render`) are no environment: overlays state the same names.
    """
    if not context.fleet.rendered and any(item.manifest is not None for item in facts.objects):
        return
    for identity, owners in facts.by_id.items():
        places = _distinct(owners)
        if len(places) < 2 or (identity.kind == "Namespace" and len({item.digest for item in places}) == 1):
            continue
        first, *others = places
        for other in others:
            yield Hit(
                f"{identity} is declared twice: {_owner(first)} and {_owner(other)}; they overwrite each other in turn",
                other,
                ("metadata", "name"),
                fix="keep one of them, or give the other its own name or namespace",
                cause=f"{_owner(first)} {_owner(other)}",
                related=(Related("declared here as well", first, ("metadata", "name")),),
            )


def _distinct(owners: Sequence[RenderedObject]) -> list[RenderedObject]:
    """One object for each owner and place. The same document applied by the same owner is one."""
    found: dict[object, RenderedObject] = {}
    for item in owners:
        found.setdefault((item.applier, item.origin.path, item.origin.document), item)
    return list(found.values())


def _owner(item: RenderedObject) -> str:
    return f"{item.applier} ({item.origin.path})" if item.applier else item.origin.path

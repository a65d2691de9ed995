"""Flux objects that are suspended in git."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.model.fieldpath import lookup
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown


def check(item: RenderedObject, _: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: Kustomizations, HelmReleases and sources."""
    path = ("spec", "suspend")
    suspend = lookup(item.value, path)
    if isinstance(suspend, Unknown):
        yield NotJudged(suspend.reason, item, path, cause=suspend.text)
    elif suspend is True:
        yield Hit(
            f"this {item.id.kind} is suspended: nothing that is merged from now on reaches the cluster through it",
            item,
            path,
            fix="remove `suspend: true`; to stop Flux for an hour, use `flux suspend` and `flux resume`",
            cause="true",
        )

"""Changes that make Flux check less of what it fetches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.graph import raw_at
from gitops_guard.model.fieldpath import FieldPath, list_at, lookup, mapping_at, text_at
from gitops_guard.model.finding import Hit
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context

# source-controller api/v1, GitVerificationMode: what each mode checks. `head` is the old spelling of HEAD.
_CHECKS: Final[Mapping[str, frozenset[str]]] = {
    "HEAD": frozenset({"commit"}),
    "head": frozenset({"commit"}),
    "Tag": frozenset({"tag"}),
    "TagAndHEAD": frozenset({"tag", "commit"}),
}
_VERIFY: Final[Mapping[str, FieldPath]] = {"HelmRelease": ("spec", "chart", "spec", "verify")}
_ENCRYPTED: Final = ("https://", "ssh://", "oci://")


def check(item: RenderedObject, context: Context) -> Iterator[Hit]:
    """Scope object: sources and HelmReleases, compared with the same object at the base."""
    old = context.base_object(item)
    if old is None:
        return
    yield from _signatures(item, old)
    if raw_at(item.value, "spec", "insecure") is True and raw_at(old.value, "spec", "insecure") is not True:
        yield Hit(
            "`insecure` is new: Flux no longer checks whom it fetches from",
            item,
            ("spec", "insecure"),
            fix="remove `insecure: true`",
            cause="insecure",
        )
    before, now = (text_at(value, "spec", "url") for value in (old.value, item.value))
    if before.startswith(_ENCRYPTED) and now.startswith("http://"):
        yield Hit(
            "the address is plain http now, and was not before: anybody on the way can change what runs",
            item,
            ("spec", "url"),
            fix="use https",
            cause="http",
        )


def _signatures(item: RenderedObject, old: RenderedObject) -> Iterator[Hit]:
    path = _VERIFY.get(item.id.kind, ("spec", "verify"))
    before, now = mapping_at(old.value, *path), mapping_at(item.value, *path)
    if not before:
        return
    if not now:
        if lookup(item.value, path[:-1]):
            yield Hit(
                "signatures were verified before this change and no longer are: unsigned content reaches the cluster",
                item,
                path[:-1],
                at="key",
                fix=f"restore {'.'.join(map(str, path))}",
                cause="removed",
            )
        return
    lost = _CHECKS.get(_mode(before), frozenset()) - _CHECKS.get(_mode(now), _CHECKS["TagAndHEAD"])
    if lost and item.id.kind == "GitRepository":
        yield Hit(
            f"the signature of the {' and the '.join(sorted(lost))} is no longer verified",
            item,
            (*path, "mode"),
            fix=f"restore mode: {_mode(before)}",
            cause=f"mode {_mode(now)}",
        )
    yield from _identities(item, path, before, now)


def _mode(verify: Mapping[str, object]) -> str:
    return text_at(verify, "mode") or "HEAD"


def _identities(
    item: RenderedObject, path: FieldPath, before: Mapping[str, object], now: Mapping[str, object]
) -> Iterator[Hit]:
    """Keyless signatures: without a list of identities, anybody's signature counts."""
    if text_at(now, "secretRef", "name"):
        return
    wanted, accepted = list_at(before, "matchOIDCIdentity"), list_at(now, "matchOIDCIdentity")
    was_keyed = bool(text_at(before, "secretRef", "name"))
    if (wanted or was_keyed) and not accepted:
        yield Hit(
            "a signature by anybody is accepted now: the key or the identities that were asked for are gone",
            item,
            path,
            at="key",
            fix="restore secretRef, or list who may sign under matchOIDCIdentity",
            cause="anybody",
        )
    for index, identity in enumerate(accepted):
        if wanted and identity not in wanted:
            yield Hit(
                "this signer is new: what it signs reaches the cluster from now on",
                item,
                (*path, "matchOIDCIdentity", index),
                fix="have somebody confirm that this identity may sign releases",
                cause=str(identity),
            )

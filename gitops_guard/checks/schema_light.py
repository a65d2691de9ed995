"""Fields that built-in kinds and those of Flux do not have, where people write by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gitops_guard.checks import chart_version_pinned
from gitops_guard.checks._fields import FLUX_RELEASE, KINDS, KUBERNETES_RELEASE
from gitops_guard.checks._kubernetes_apis import release
from gitops_guard.checks._schemas import Hidden, Stranger, home, meant, strangers
from gitops_guard.graph import items_at
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import MISSING, FieldPath, format_path, lookup, mapping_at, text_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context

_FLUX: Final = ".fluxcd.io"
# SOPS writes it beside the fields of any object; Flux takes it out when it decrypts.
_SOPS: Final[FieldPath] = ("sops",)


def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: the kinds of `_fields`, in the API versions that stand there."""
    root = KINDS.get(f"{item.api_version} {item.id.kind}")
    if root is None:
        return
    said: frozenset[FieldPath] | None = None
    for found in strangers(item.value, root):
        if isinstance(found, Hidden):
            yield NotJudged(found.value.reason, item, found.path, cause=found.value.text)
            continue
        if said is None:
            said = _said_already(item, context)
        if found.path == _SOPS or found.path in said or _is_in_crd(found, item, context):
            continue
        yield _answer(found, item, root, context)


def _answer(found: Stranger, item: RenderedObject, root: str, context: Context) -> Hit | NotJudged:
    if "$" in found.name:
        return NotJudged("the name of this field is made by substitution", item, found.path, cause=found.name)
    siblings = mapping_at(item.value, *found.path[:-1])
    place = home(found, root)
    near = "" if place is not None and place.encloses else meant(found, siblings)
    doubt = _doubt(item, context) if not near and place is None else ""
    if doubt:
        return NotJudged(doubt, item, found.path, cause=found.name)
    where = format_path(found.path[:-1])
    if near:
        hint, fix = f" (`{near}`?)", f"write `{near}`"
    elif place is not None:
        hint, fix = "", f"move it: `{found.name}` is a field of {place.path or 'the object itself'}"
    else:
        hint, fix = "", "remove it, or move it to where the documentation of the kind has it"
    stated = f"`{found.name}` in {where}" if where else f"`{found.name}`"
    return Hit(
        f"{_article(item.id.kind)} has no field {stated}{hint}: Flux and kubectl refuse it, and all that is applied "
        "with it; a tool that does not refuse it drops the value",
        item,
        found.path,
        at="key",
        fix=fix,
        cause=found.name,
    )


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"


def _said_already(item: RenderedObject, context: Context) -> frozenset[FieldPath]:
    """A version in the wrong place is the finding of `chart-version-pinned`, which says what follows from it."""
    if item.id.kind != "HelmRelease":
        return frozenset()
    return frozenset(hit.path for hit in chart_version_pinned.check(item, context))


def _doubt(item: RenderedObject, context: Context) -> str:
    """Why a field that looks like no other may exist after all; empty where it surely does not."""
    facts = context.environment
    if not item.id.group.endswith(_FLUX):
        cluster = release(facts.environment.cluster_version) if facts else None
        newer = cluster is not None and cluster > KUBERNETES_RELEASE
        return "the fields of Kubernetes are known up to {}.{} only".format(*KUBERNETES_RELEASE) if newer else ""
    if facts is not None and (item.id.group, item.id.kind) in facts.derived(_crds):
        return ""
    return "the fields of Flux are known up to {}.{}, and which release runs is not".format(*FLUX_RELEASE)


Schemas = Mapping[tuple[str, str], Sequence[object]]


def _crds(facts: EnvironmentFacts) -> Schemas:
    """The schemas, one a version, of the custom resources that the environment installs."""
    return {
        (text_at(item.value, "spec", "group"), text_at(item.value, "spec", "names", "kind")): [
            lookup(version, ("schema", "openAPIV3Schema")) for _, version in items_at(item.value, ("spec", "versions"))
        ]
        for item in facts.of_kind("apiextensions.k8s.io", "CustomResourceDefinition")
    }


def _is_in_crd(found: Stranger, item: RenderedObject, context: Context) -> bool:
    """Whether the CRD that the environment installs has the field: it may be newer than what is known here."""
    facts = context.environment
    schemas = facts.derived(_crds).get((item.id.group, item.id.kind), ()) if facts else ()
    path: list[str] = []
    for step in found.path:
        path += ["items"] if isinstance(step, int) else ["properties", step]
    return any(lookup(schema, tuple(path)) is not MISSING for schema in schemas)

"""Scalars that the two dialects read differently: what a person wrote means one thing here and another there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from gitops_guard.manifests.compose import ComposeError, Trouble
from gitops_guard.manifests.composed import composed
from gitops_guard.manifests.construct import construct, scalar_value, typed_key
from gitops_guard.manifests.limits import MAX_TROUBLES
from gitops_guard.manifests.nodes import Kind, Node
from gitops_guard.manifests.scalars import Scalar
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Dialect

# Anything else is read alike by both (property-tested), so most files need no second look.
_CANDIDATE: Final = re.compile(r"(?i)(?:y|n|yes|no|on|off|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|0[bo][-+].*)")
_CANDIDATE_FIRST: Final = frozenset("yYnNoO0123456789")
_INSTANT: Final = re.compile(r"[^ ]+T.*(?:Z|[-+][0-9]{2}:[0-9]{2})", re.IGNORECASE)


def may_be_ambiguous(text: str) -> bool:
    """Whether a plain scalar is one that the dialects might read differently; errs on the side of yes."""
    return text[:1] in _CANDIDATE_FIRST and _CANDIDATE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class AmbiguousScalar:
    """`raw` stands at `path` of a document; the two readings are plain values."""

    document: int
    path: FieldPath
    span: Span
    raw: str
    kustomize: Scalar
    kubernetes: Scalar
    is_key: bool = False


def ambiguous_scalars(data: bytes) -> Iterator[AmbiguousScalar]:
    """Every ambiguous scalar of the manifests in a file. Other YAML (workflows, values files) has one reader only."""
    for index, document in enumerate(composed(data).documents):
        if document.root is None:
            continue
        try:
            value, _ = construct(document.root, Dialect.KUSTOMIZE)
        except ComposeError:
            continue
        if is_judged(value):
            yield from _walk(document.root, index, ())


def is_judged(value: object) -> bool:
    """Manifests; not a kustomization.yaml, which kustomize itself reads with sigs.k8s.io/yaml alone."""
    if not isinstance(value, Mapping):
        return False
    api_version = value.get("apiVersion")
    return (
        isinstance(api_version, str)
        and isinstance(value.get("kind"), str)
        and not api_version.startswith("kustomize.config.k8s.io/")
    )


def troubles_of_ambiguity(root: Node, value: object, dialect: Dialect) -> Iterator[Trouble]:
    """The same as problems of a file that is read in `dialect`.

    A key that kustomize reads is what the person wrote, whatever the word; only the other dialect turns it into "true".
    """
    if not is_judged(value):
        return
    for item in islice(_walk(root, 0, ()), MAX_TROUBLES):
        if item.is_key and dialect is Dialect.KUSTOMIZE:
            continue
        message = (
            f"{item.raw} is {_words(item.kustomize)} to kustomize and {_words(item.kubernetes)} where the file "
            "is applied directly"
        )
        yield Trouble("ambiguous-scalar", message, item.span, _advice(item), fatal=False)


def _words(value: Scalar) -> str:
    if isinstance(value, bool):
        return "the boolean " + ("true" if value else "false")
    return f'the string "{value}"' if isinstance(value, str) else f"the number {value}"


def _advice(item: AmbiguousScalar) -> str:
    text = f'Write "{item.raw}" where a string is meant'
    if isinstance(item.kubernetes, bool) and not item.is_key:
        return f"{text}, {'true' if item.kubernetes else 'false'} where a boolean is."
    return text + "."


def _walk(node: Node, document: int, path: FieldPath) -> Iterator[AmbiguousScalar]:
    """In the order of the text; what stands behind an alias is met at its anchor."""
    if node.kind is Kind.SCALAR:
        found = _readings(node, document, path, is_key=False)
        if found:
            yield found
    elif node.kind is Kind.SEQUENCE:
        for index, item in enumerate(node.children):
            yield from _walk(item, document, (*path, index))
    elif node.kind is Kind.MAPPING:
        for key, value in node.pairs():
            if key.kind is not Kind.SCALAR:
                continue
            at = (*path, key.text)
            found = _readings(key, document, at, is_key=True)
            if found:
                yield found
            yield from _walk(value, document, at)


def _readings(node: Node, document: int, path: FieldPath, is_key: bool) -> AmbiguousScalar | None:
    if node.style or node.tag or not may_be_ambiguous(node.text):
        return None
    try:
        kustomize = scalar_value(node, Dialect.KUSTOMIZE)
        kubernetes = typed_key(node) if is_key else scalar_value(node, Dialect.KUBERNETES)
    except ComposeError:
        return None
    if kustomize == kubernetes and type(kustomize) is type(kubernetes):
        return None
    if _INSTANT.fullmatch(node.text):
        # Written as an instant, read as the same instant: nothing changes its meaning.
        return None
    return AmbiguousScalar(document, path, node.span, node.text, kustomize, kubernetes, is_key)

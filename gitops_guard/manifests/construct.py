"""Nodes to plain data, in a dialect. Depth is bounded by composing, so this may recurse."""

from __future__ import annotations

import base64
import binascii
from math import isinf, isnan
from typing import Final

from gitops_guard.manifests.compose import ComposeError, Trouble
from gitops_guard.manifests.limits import MAX_TROUBLES
from gitops_guard.manifests.nodes import NON_SPECIFIC, YAML_TAG, Kind, Node
from gitops_guard.manifests.scalars import Scalar, go_scalar, json_number, key_text, plain_scalar
from gitops_guard.model.manifest import Dialect

_STANDARD_TAGS: Final = frozenset(
    YAML_TAG + name
    for name in ("str", "int", "float", "bool", "null", "timestamp", "binary", "merge", "seq", "map", "set", "omap")
)


def construct(root: Node, dialect: Dialect, top: bool = True) -> tuple[object, list[Trouble]]:
    """The value of a document, and what is wrong with it although it has one.

    `top` says that `root` is a whole document. Raises `ComposeError` where the Go libraries refuse it.
    Values behind aliases are shared, not copied.
    """
    constructor = _Constructor(dialect)
    return constructor.value(root, top), constructor.troubles


def scalar_value(node: Node, dialect: Dialect) -> Scalar:
    """The value of a scalar node. Raises `ComposeError` where the Go libraries refuse it."""
    value = _tagged(node, dialect) if node.tag else _untagged(node, dialect)
    if isinstance(value, float) and (isinf(value) or isnan(value)):
        raise _refused("yaml-not-json", f"{node.text} has no place in JSON, and Kubernetes reads JSON", node)
    return value


def _untagged(node: Node, dialect: Dialect) -> Scalar:
    if node.style:
        return node.text
    if node.flow and dialect is Dialect.KUSTOMIZE and (":" in node.text or not node.text):
        # kyaml writes the nodes out once more before it types them, and quotes these inside {} or [].
        return node.text
    return plain_scalar(node.text, dialect)


def _tagged(node: Node, dialect: Dialect) -> Scalar:
    tag = node.tag
    if tag == NON_SPECIFIC:
        return node.text if dialect is Dialect.KUBERNETES else _untagged(node, dialect)
    name = tag.removeprefix(YAML_TAG)
    if name == "binary":
        try:
            return base64.b64decode("".join(node.text.splitlines()).encode(), validate=True).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            raise _refused("yaml-tag", "the value is not base64", node) from None
    if name not in ("int", "float", "bool", "null", "timestamp"):
        return node.text
    value = plain_scalar(node.text, dialect)
    fits: dict[str, bool] = {
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
        "null": value is None,
        "timestamp": isinstance(value, str) and plain_scalar(node.text, Dialect.KUSTOMIZE) != node.text,
    }
    if not fits[name]:
        raise _refused("yaml-tag", f"{node.text!r} is no {name}", node)
    return json_number(value) if isinstance(value, float) else value


def typed_key(node: Node) -> str | None:
    """What the KUBERNETES dialect makes of a key (`on` is "true"); None where it refuses.

    Raises like `scalar_value`.
    """
    if node.style or node.tag:
        return key_text(scalar_value(node, Dialect.KUBERNETES))
    return key_text(go_scalar(node.text, Dialect.KUBERNETES))


def _refused(code: str, message: str, node: Node) -> ComposeError:
    return ComposeError(Trouble(code, message, node.span))


class _Constructor:
    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._shared: dict[int, object] = {}
        self.troubles: list[Trouble] = []

    def value(self, node: Node, top: bool = True) -> object:
        if node.kind is Kind.SCALAR:
            return self._scalar(node)
        if node.kind is Kind.ALIAS:
            return self._alias(node.children[0])
        if node.tag:
            self._note_tag(node)
        if node.kind is Kind.SEQUENCE:
            return [self.value(child, False) for child in node.children]
        return self._mapping(node, top)

    def _alias(self, target: Node) -> object:
        if id(target) not in self._shared:
            before = len(self.troubles)
            self._shared[id(target)] = self.value(target, False)
            # What is wrong inside the anchor was told where it stands.
            del self.troubles[before:]
        return self._shared[id(target)]

    def _scalar(self, node: Node) -> Scalar:
        if node.tag:
            self._note_tag(node)
        elif node.style:
            return node.text
        return scalar_value(node, self._dialect)

    def _mapping(self, node: Node, top: bool) -> dict[str, object]:
        found: dict[str, object] = {}
        explicit: dict[str, Node] = {}
        for key, value in node.pairs():
            if key.is_merge_key:
                self._merge(found, explicit, value)
                continue
            name = self._key(key, top)
            if name in explicit and len(self.troubles) < MAX_TROUBLES:
                self.troubles.append(self._duplicate(name, explicit[name], key))
            explicit[name] = key
            found[name] = self.value(value, False)
        return found

    def _merge(self, found: dict[str, object], explicit: dict[str, Node], value: Node) -> None:
        """`<<`. With kustomize the mapping's own keys win; with go-yaml v2 whatever comes later in the text does."""
        sources = value.children if value.kind is Kind.SEQUENCE else [value]
        for source in reversed(sources):
            if source.resolved().kind is not Kind.MAPPING:
                raise _refused("yaml-merge", "<< takes a mapping or a list of mappings", source)
            merged = self.value(source, False)
            assert isinstance(merged, dict)
            later_wins = self._dialect is Dialect.KUBERNETES
            found.update({name: item for name, item in merged.items() if later_wins or name not in explicit})

    def _key(self, key: Node, top: bool) -> str:
        node = key.resolved()
        if node.kind is not Kind.SCALAR:
            raise _refused("yaml-not-json", "a mapping key must be a scalar", key)
        if self._dialect is Dialect.KUBERNETES:
            text = typed_key(node)
            if text is None:
                raise _refused("yaml-not-json", f"{node.text or 'null'} cannot be a mapping key", key)
            return text
        value = scalar_value(node, self._dialect)
        if value is None:
            raise _refused("yaml-not-json", "a mapping key must not be null", key)
        if not top and value != node.text and len(self.troubles) < MAX_TROUBLES:
            message = f"the key {node.text} is no string; kustomize refuses such keys"
            self.troubles.append(Trouble("yaml-key-type", message, key.span, f'Write "{node.text}".', fatal=False))
        return node.text

    def _note_tag(self, node: Node) -> None:
        if node.tag != NON_SPECIFIC and node.tag not in _STANDARD_TAGS and len(self.troubles) < MAX_TROUBLES:
            message = f"the tag {node.tag} means nothing to Kubernetes; the value is taken as it stands"
            self.troubles.append(Trouble("yaml-tag", message, node.span, "Remove the tag.", fatal=False))

    def _duplicate(self, name: str, first: Node, second: Node) -> Trouble:
        told = (
            "kustomize refuses the file" if self._dialect is Dialect.KUSTOMIZE else "the last one wins without a word"
        )
        fix = f"Keep one of the two; the other stands at line {first.line}, column {first.column}."
        return Trouble("duplicate-key", f"the key {name!r} is set twice; {told}", second.span, fix, fatal=False)

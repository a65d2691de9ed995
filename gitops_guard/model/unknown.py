"""A value that only the cluster knows. Unknown is per value: the rest of the object is still judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitops_guard.model.fieldpath import FieldPath


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in a rendered object where the value could not be worked out.

    `text` is what is known of it (`registry/app:${TAG}`), `variables` the names that are missing,
    `reason` a sentence for a person ("ConfigMap flux-system/cluster-vars is not in this repository").
    It is no `str`: code that forgets the case fails in the tests instead of judging half a value.
    """

    text: str
    variables: tuple[str, ...]
    reason: str


def find_unknowns(value: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Unknown]]:
    """Every unknown value below `value`, with its path. Iterative: depth is bounded by memory only."""
    stack: list[tuple[FieldPath, object]] = [(path, value)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, Unknown):
            yield at, node
        elif isinstance(node, dict):
            stack.extend(((*at, key), child) for key, child in reversed(node.items()))
        elif isinstance(node, list):
            stack.extend(((*at, index), child) for index, child in reversed(list(enumerate(node))))

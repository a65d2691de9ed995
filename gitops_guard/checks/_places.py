"""Where a finding about a missing field stands."""

from __future__ import annotations

from typing import NamedTuple

from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import MISSING, FieldPath, lookup


class Place(NamedTuple):
    """The `path` and `at` of a hit."""

    path: FieldPath
    at: At


def nearest(value: object, path: FieldPath) -> Place:
    """The value at `path`; where there is none, the key of the nearest mapping above, in which it belongs."""
    if lookup(value, path) is not MISSING:
        return Place(path, "value")
    while path and lookup(value, path) is MISSING:
        path = path[:-1]
    return Place(path, "key")

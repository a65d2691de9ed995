"""The same field in two forms of an object: in the rendered one and in a base or a patch, where lists differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gitops_guard.model.fieldpath import MISSING, FieldPath
from gitops_guard.model.unknown import Unknown

_MERGE_KEYS: Final = ("name", "key", "containerPort", "mountPath", "devicePath", "ip", "port", "host", "uid", "kind")
"""By which items of Kubernetes' lists are told apart, the commonest first."""


def align(rendered: object, path: FieldPath, other: object) -> FieldPath | None:
    """The path in `other` of what stands at `path` in `rendered`; None where `other` has no such field.

    Items of lists are paired by the key that names them, plain items by value, and otherwise by position.
    """
    found: list[str | int] = []
    for step in path:
        if isinstance(step, int):
            index = _paired(rendered, step, other)
            if index is None:
                return None
            found.append(index)
            rendered = rendered[step] if isinstance(rendered, Sequence) and step < len(rendered) else MISSING
            other = other[index] if isinstance(other, Sequence) else MISSING
        else:
            if not isinstance(other, Mapping) or step not in other:
                return None
            found.append(step)
            rendered = rendered.get(step, MISSING) if isinstance(rendered, Mapping) else MISSING
            other = other[step]
    return tuple(found)


def _paired(rendered: object, step: int, other: object) -> int | None:
    if not isinstance(other, list):
        return None
    item = rendered[step] if isinstance(rendered, list) and -len(rendered) <= step < len(rendered) else MISSING
    if isinstance(item, Mapping):
        for key in _MERGE_KEYS:
            if key in item:
                known = [index for index, old in enumerate(other) if isinstance(old, Mapping) and key in old]
                same = [index for index in known if same_scalar(other[index][key], item[key])]
                if same:
                    return same[0]
                if known:
                    return None
    elif item is not MISSING:
        same = [index for index, old in enumerate(other) if same_scalar(old, item)]
        if same:
            return same[0]
    return step if 0 <= step < len(other) else None


def same_scalar(one: object, other: object) -> bool:
    """Equality across dialects and unknowns: `1` and `"1"` may be one scalar, an unknown is its text."""
    one = one.text if isinstance(one, Unknown) else one
    other = other.text if isinstance(other, Unknown) else other
    if isinstance(one, (Mapping, list)) or isinstance(other, (Mapping, list)):
        return one == other
    return one == other or _spelled(one) == _spelled(other)


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).rstrip("\n")

"""Looks for fields that a type does not have, in the small schemas of `_fields`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

from gitops_guard.checks._fields import TYPES
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.unknown import Unknown

# Comparing two words takes time that grows with the product of their lengths: what is longer is no slip of the finger.
_LONGEST: Final = 64
_SIMILAR: Final = 0.75
_NEAR: Final = 3
"""How many levels deeper a field may belong for it to be worth a hint."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A field at `path` that its parent, of type `parent`, does not have."""

    path: FieldPath
    parent: str

    @property
    def name(self) -> str:
        """The field as it is written."""
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value at `path` whose fields are not known here."""

    path: FieldPath
    value: Unknown


@cache
def fields_of(name: str) -> Mapping[str, str]:
    """The fields of a type, each with the type of its value or items; an empty one is not looked into."""
    found = {}
    for cell in TYPES[name].split():
        field, colon, target = cell.partition(":")
        found[field] = target or (f"{name}.{field}" if colon else "")
    return found


def strangers(value: Mapping[str, object], root: str) -> Iterator[Stranger | Hidden]:
    """Every field below an object of type `root` that is not in its schema, in the order of the document."""
    if _is_clean(value, root):
        return
    stack: list[tuple[FieldPath, object, str]] = [((), value, root)]
    while stack:
        path, node, name = stack.pop()
        if isinstance(node, Unknown):
            yield Hidden(path, node)
        elif isinstance(node, list):
            stack.extend(((*path, index), item, name) for index, item in reversed(list(enumerate(node))))
        elif isinstance(node, Mapping):
            fields = fields_of(name)
            below = []
            for key, child in node.items():
                target = fields.get(key)
                if target is None:
                    yield Stranger((*path, key), name)
                elif target:
                    below.append(((*path, key), child, target))
            stack.extend(reversed(below))


def _is_clean(value: object, root: str) -> bool:
    """Whether nothing is to be said: the quick way for nearly every object, with keys compared as sets and no paths."""
    stack = [(value, root)]
    while stack:
        node, name = stack.pop()
        if type(node) is dict:
            fields, followed = _compared(name)
            if not node.keys() <= fields:
                return False
            stack += [(node[field], target) for field, target in followed if field in node]
        elif type(node) is list:
            stack += [(item, name) for item in node]
        elif isinstance(node, Unknown):
            return False
    return True


@cache
def _compared(name: str) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    fields = fields_of(name)
    return frozenset(fields), tuple((field, target) for field, target in fields.items() if target)


def meant(stranger: Stranger, siblings: Mapping[str, object]) -> str:
    """The field of the same parent that was probably meant, and is not there; empty where none is like it."""
    stated = stranger.name
    if len(stated) > _LONGEST:
        return ""
    free = {field.lower(): field for field in fields_of(stranger.parent) if field not in siblings}
    plain = stated.replace("_", "").replace("-", "").lower()
    return free[found[0]] if (found := get_close_matches(plain, free, n=1, cutoff=_SIMILAR)) else ""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a field belongs: `spec.chart.spec`; an empty path is the object itself."""

    path: str
    encloses: bool
    """It is on the way to where the field stands, not below that."""


def home(stranger: Stranger, root: str) -> Home | None:
    """Where the field belongs in an object of type `root`: on the way to its parent, or not far below it."""
    own = tuple(step for step in stranger.path[:-1] if isinstance(step, str))
    waiting: deque[tuple[tuple[str, ...], str]] = deque([((), root)])
    while waiting:
        place, name = waiting.popleft()
        fields = fields_of(name)
        encloses = place == own[: len(place)]
        if stranger.name in fields and place != own:
            return Home(".".join(place), encloses)
        for field, target in fields.items():
            below = (*place, field)
            on_the_way = below == own[: len(below)] or own == below[: len(own)] or below == ("metadata",)
            if target and on_the_way and len(below) <= len(own) + _NEAR:
                waiting.append((below, target))
    return None

"""Reading fields of objects that may lack any of them, or hold junk or an `Unknown` in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitops_guard.model.fieldpath import MISSING, FieldPath, list_at, lookup
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """A field that names another object.

    `path` leads to the name. `unknown` is set where a part of the name is not known; `target` then holds what is.
    A target with an empty name that is not unknown is a reference that was left out or is no string.
    """

    target: ResourceId
    path: FieldPath
    unknown: Unknown | None = None

    @property
    def complete(self) -> bool:
        """Whether it says which object it means."""
        return self.unknown is None and bool(self.target.name)


def raw_at(value: object, *path: str | int) -> object:
    """What stands at `path`: a string, an `Unknown`, junk of any type; None where it is absent or null."""
    found = lookup(value, path)
    return None if found is MISSING else found


def flag_at(value: object, *path: str | int) -> bool | Unknown:
    """A boolean field; absent ones and junk count as false, as their Go type would."""
    found = lookup(value, path)
    return found if isinstance(found, (bool, Unknown)) else False


def texts_at(value: object, *path: str | int) -> tuple[str | Unknown, ...]:
    """The strings and unknowns of a list."""
    return tuple(item for item in list_at(value, *path) if isinstance(item, (str, Unknown)))


def items_at(value: object, path: FieldPath) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """The mappings of a list, each with its path from the root of `value`."""
    for index, item in enumerate(list_at(value, *path)):
        if isinstance(item, Mapping):
            yield (*path, index), item


def reference_at(
    value: object, path: FieldPath, *, group: str, kind: str = "", namespace: str = "", local: bool = False
) -> ObjectRef | None:
    """The reference (`{kind, namespace, name}`) at `path`, or None where there is no mapping.

    `kind` is what a missing `kind` means, `namespace` what a missing `namespace` means. A `local` reference's type
    has no field `namespace`; one that is written there is ignored, as the API server would drop it.
    """
    found = lookup(value, path)
    if not isinstance(found, Mapping):
        return None
    parts = {"kind": kind, "namespace": namespace, "name": ""}
    unknown: Unknown | None = None
    for part in parts:
        stated = None if part == "namespace" and local else found.get(part)
        if isinstance(stated, Unknown):
            unknown = unknown or stated
        elif isinstance(stated, str) and stated:
            parts[part] = stated
    return ObjectRef(ResourceId(group, **parts), (*path, "name"), unknown)

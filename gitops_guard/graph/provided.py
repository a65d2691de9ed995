"""One object that another makes exist."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gitops_guard.model.resource import ResourceId


class Names(StrEnum):
    """Which names the maker uses."""

    EXACT = "exact"
    PREFIX = "prefix"
    """Names that begin with `id.name`; an empty one: any name at all."""


@dataclass(frozen=True, slots=True)
class Provided:
    """`id` exists because of another object. `how` says so for people: "SealedSecret shop/db makes it".

    `anywhere`: in namespaces that are not known, so that `id.namespace` is empty. A maker whose own namespace is not
    known makes it anywhere, too.
    """

    id: ResourceId
    how: str
    anywhere: bool = False
    names: Names = Names.EXACT

    def covers(self, target: ResourceId) -> bool:
        """Whether `target` may be the object that is made."""
        if (self.id.group, self.id.kind) != (target.group, target.kind):
            return False
        if not self.anywhere and self.id.namespace != target.namespace:
            return False
        return self.id.name == target.name or (self.names is Names.PREFIX and target.name.startswith(self.id.name))

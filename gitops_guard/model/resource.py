"""The identity of a Kubernetes object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitops_guard.model.fieldpath import mapping_at, text_at


def split_api_version(api_version: str) -> tuple[str, str]:
    """`apps/v1` -> `("apps", "v1")`; `v1` -> `("", "v1")`."""
    group, slash, version = api_version.rpartition("/")
    return (group, version) if slash else ("", api_version)


def kind_of(value: Mapping[str, object]) -> tuple[str, str]:
    """The group and kind that a manifest states; each is empty where it is absent or no string."""
    # Asked more often than anything else, of every object by nearly every rule: no helpers here.
    api_version, kind = value.get("apiVersion"), value.get("kind")
    group = api_version.rpartition("/")[0] if isinstance(api_version, str) else ""
    return group, kind if isinstance(kind, str) else ""


@dataclass(frozen=True, slots=True, order=True)
class ResourceId:
    """Group, kind, namespace and name; no version, so that an API bump pairs with its old self.

    `namespace` is empty for cluster-scoped objects, and where nothing says which it is.
    """

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, value: Mapping[str, object]) -> ResourceId:
        """The identity that a manifest states. Fields that are absent or not strings are empty."""
        group, kind = kind_of(value)
        metadata = mapping_at(value, "metadata")
        return cls(group, kind, text_at(metadata, "namespace"), text_at(metadata, "name"))

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)

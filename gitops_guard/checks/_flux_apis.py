"""Which versions of Flux's APIs are old, and which release of Flux has removed them.

Sources: the release notes of Flux 2.7, 2.8 and 2.9 ("reached end-of-life and have been removed from the CRDs"), the
change logs of the controllers, and flux2's `flux migrate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph import items_at
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import text_at
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import split_api_version

_CRDS: Final = "apiextensions.k8s.io"

Release = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OldApi:
    """An old version of a kind. `removed` is the first release of Flux without it."""

    kind: str
    version: str
    replacement: str
    removed: Release

    @property
    def removed_in(self) -> str:
        return "{}.{}".format(*self.removed)


# Alpha versions went before Flux 2.0.
_REMOVED: Final[Mapping[str, Mapping[str, Release]]] = {
    "source.toolkit.fluxcd.io": {"v1alpha1": (0, 9), "v1beta1": (2, 7), "v1beta2": (2, 8)},
    "kustomize.toolkit.fluxcd.io": {"v1alpha1": (0, 9), "v1beta1": (2, 7), "v1beta2": (2, 8)},
    "helm.toolkit.fluxcd.io": {"v2alpha1": (0, 9), "v2beta1": (2, 7), "v2beta2": (2, 8)},
    "notification.toolkit.fluxcd.io": {"v1alpha1": (0, 9), "v1beta1": (2, 7), "v1beta2": (2, 9)},
    "image.toolkit.fluxcd.io": {"v1alpha1": (0, 31), "v1alpha2": (0, 31), "v1beta1": (2, 7), "v1beta2": (2, 9)},
}
# What each kind moved to: v1 (v2 for HelmRelease) unless it stands here.
_CURRENT: Final[Mapping[str, str]] = {"Alert": "v1beta3", "Provider": "v1beta3", "HelmRelease": "v2"}


def old_api(item: RenderedObject) -> OldApi | None:
    """The old API that an object uses, or None."""
    group, version = split_api_version(item.api_version)
    removed = _REMOVED.get(group, {}).get(version)
    if removed is None:
        return None
    return OldApi(item.id.kind, version, f"{group}/{_CURRENT.get(item.id.kind, 'v1')}", removed)


def served_versions(facts: EnvironmentFacts) -> Mapping[tuple[str, str], frozenset[str]]:
    """What the CRDs of Flux serve, by (group, kind), where an environment installs them itself."""
    return {
        (text_at(item.value, "spec", "group"), text_at(item.value, "spec", "names", "kind")): frozenset(
            text_at(version, "name")
            for _, version in items_at(item.value, ("spec", "versions"))
            if version.get("served") is True
        )
        for item in facts.of_kind(_CRDS, "CustomResourceDefinition")
        if text_at(item.value, "spec", "group").endswith(".toolkit.fluxcd.io")
    }

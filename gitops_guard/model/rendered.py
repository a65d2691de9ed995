"""What a cluster would be given."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from gitops_guard.model.manifest import Manifest
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object comes from: a document of a file, or a generator (then `document` is -1).

    `path` is relative to the repository's root. `chain` is what brought it here, outermost first, for people:
    ("Kustomization flux-system/apps (clusters/production/apps.yaml)", "apps/production/kustomization.yaml").
    """

    path: str
    document: int = 0
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RenderedObject:
    """One object of one environment, after everything that renders it.

    `value` is plain data with `Unknown` where only the cluster knows; it must not be changed.
    `applier` is the Flux Kustomization or Argo CD Application that applies it; None below a plain folder.
    `manifest` is set where the object is a document of a file as it stands (`--no-render`, standard input).
    `build` names the build that made it; only `render/` knows what it means (it leads to provenance).
    `digest` identifies (`value`, dialect-free); equal digests are equal objects.
    """

    id: ResourceId
    value: dict[str, object]
    environment: str
    origin: Origin
    digest: str
    applier: ResourceId | None = None
    manifest: Manifest | None = None
    build: str = ""

    @property
    def api_version(self) -> str:
        """`apps/v1`; empty where it is missing."""
        found = self.value.get("apiVersion")
        return found if isinstance(found, str) else ""


def digest_of(value: object) -> str:
    """A digest of plain data, the same in every process; unknown values count with what is known of them."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=_encode_unknown)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _encode_unknown(value: object) -> object:
    if isinstance(value, Unknown):
        return {"$unknown": [value.text, *value.variables]}
    raise TypeError(f"not plain data: {type(value).__name__}")

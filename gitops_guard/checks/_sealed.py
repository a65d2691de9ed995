"""SealedSecrets: their ciphertexts, and what each is bound to (bitnami-labs/sealed-secrets, `SealingScope`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.rendered import RenderedObject

GROUP: Final = "bitnami.com"
_CLUSTER_WIDE: Final = "sealedsecrets.bitnami.com/cluster-wide"
_NAMESPACE_WIDE: Final = "sealedsecrets.bitnami.com/namespace-wide"


class SealingScope(StrEnum):
    """What the controller mixes into the key: a ciphertext opens only where this is as it was when it was sealed."""

    STRICT = "strict"
    NAMESPACE = "namespace-wide"
    CLUSTER = "cluster-wide"


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """One value of a SealedSecret, at `path` of `item`."""

    text: str
    item: RenderedObject
    path: FieldPath

    @property
    def scope(self) -> SealingScope:
        annotations = mapping_at(self.item.value, "metadata", "annotations")
        if annotations.get(_CLUSTER_WIDE) == "true":
            return SealingScope.CLUSTER
        return SealingScope.NAMESPACE if annotations.get(_NAMESPACE_WIDE) == "true" else SealingScope.STRICT

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What must stay the same for the ciphertext to open."""
        identity = self.item.id
        parts = {
            SealingScope.STRICT: (identity.namespace, identity.name),
            SealingScope.NAMESPACE: (identity.namespace,),
            SealingScope.CLUSTER: (),
        }
        return (self.scope.value, *parts[self.scope])


def ciphertexts(facts: EnvironmentFacts) -> Iterator[Ciphertext]:
    """Every ciphertext of an environment's SealedSecrets."""
    for item in facts.of_kind(GROUP, "SealedSecret"):
        for key, text in mapping_at(item.value, "spec", "encryptedData").items():
            if isinstance(text, str) and text:
                yield Ciphertext(text, item, ("spec", "encryptedData", key))

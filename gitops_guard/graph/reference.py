"""One reference from an object to another, and its roles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gitops_guard.graph.fields import ObjectRef
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown


class Role(StrEnum):
    """What an object uses another for; rules choose by it."""

    CONFIG = "config"
    """A pod's `envFrom`, `env` or volume: a ConfigMap or Secret."""
    IMAGE_PULL = "image-pull"
    """`imagePullSecrets` of a pod or ServiceAccount. A kubelet goes on without a missing one."""
    SERVICE_ACCOUNT = "service-account"
    VOLUME_CLAIM = "volume-claim"
    TLS = "tls"
    """The Secret of a certificate, of an Ingress or a Gateway's listener."""
    BACKEND = "backend"
    """What an Ingress or route sends traffic to."""
    SCALE_TARGET = "scale-target"
    CANARY_TARGET = "canary-target"
    CANARY_AUTOSCALER = "canary-autoscaler"
    SOURCE = "source"
    """A Flux source: `sourceRef`, `chartRef`, `include`, an ArtifactGenerator's `sources`."""
    DEPENDENCY = "dependency"
    VALUES = "values"
    """`valuesFrom` of a HelmRelease."""
    SUBSTITUTE = "substitute"
    """`postBuild.substituteFrom` of a Kustomization."""
    CREDENTIALS = "credentials"
    """A Flux object's own Secret; bootstrap often makes it outside git."""
    IMAGE_REPOSITORY = "image-repository"
    """The ImageRepository of an ImagePolicy."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`target` is needed by the object; `path` leads to its name in the object. `why` says the field, for people.

    `optional` references may dangle. `unknown` is set where the name is not known in full: then nothing can be said
    about whether `target` exists. `key` is the key that is read of a ConfigMap or Secret, empty for all of it.
    """

    target: ResourceId
    path: FieldPath
    optional: bool
    why: str
    role: Role
    unknown: Unknown | None = None
    key: str = ""

    @classmethod
    def of(cls, ref: ObjectRef, role: Role, why: str, *, optional: object = False, key: str = "") -> Reference:
        """From a reference field; `optional` that is not known counts as optional."""
        return cls(ref.target, ref.path, optional is True or isinstance(optional, Unknown), why, role, ref.unknown, key)

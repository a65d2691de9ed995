"""Which kinds live outside namespaces: those of Kubernetes and Flux, and what CustomResourceDefinitions say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gitops_guard.model.fieldpath import text_at

CLUSTER_SCOPED: Final = frozenset(
    {
        *(("", kind) for kind in ("Namespace", "Node", "PersistentVolume", "ComponentStatus")),
        *(
            ("admissionregistration.k8s.io", kind)
            for kind in (
                "MutatingWebhookConfiguration",
                "ValidatingWebhookConfiguration",
                "ValidatingAdmissionPolicy",
                "ValidatingAdmissionPolicyBinding",
                "MutatingAdmissionPolicy",
                "MutatingAdmissionPolicyBinding",
            )
        ),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("certificates.k8s.io", "CertificateSigningRequest"),
        ("certificates.k8s.io", "ClusterTrustBundle"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("internal.apiserver.k8s.io", "StorageVersion"),
        ("networking.k8s.io", "IngressClass"),
        ("networking.k8s.io", "IPAddress"),
        ("networking.k8s.io", "ServiceCIDR"),
        ("node.k8s.io", "RuntimeClass"),
        ("policy", "PodSecurityPolicy"),
        ("rbac.authorization.k8s.io", "ClusterRole"),
        ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
        ("resource.k8s.io", "DeviceClass"),
        ("resource.k8s.io", "ResourceSlice"),
        ("scheduling.k8s.io", "PriorityClass"),
        *(("storage.k8s.io", kind) for kind in ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")),
        ("storage.k8s.io", "VolumeAttributesClass"),
        ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
        ("gateway.networking.k8s.io", "GatewayClass"),
        ("cert-manager.io", "ClusterIssuer"),
        ("external-secrets.io", "ClusterSecretStore"),
        ("external-secrets.io", "ClusterExternalSecret"),
        ("kyverno.io", "ClusterPolicy"),
    }
)
"""(group, kind) of what the API serves without a namespace, with the best-known extensions."""

CLUSTER_KINDS: Final = frozenset(kind for _, kind in CLUSTER_SCOPED)


def declared_scopes(values: Iterable[Mapping[str, object]]) -> dict[tuple[str, str], bool]:
    """(group, kind) -> whether it is cluster-scoped, for each CustomResourceDefinition among `values`."""
    found: dict[tuple[str, str], bool] = {}
    for value in values:
        if value.get("kind") == "CustomResourceDefinition":
            kind = text_at(value, "spec", "names", "kind")
            scope = text_at(value, "spec", "scope")
            if kind and scope:
                found[text_at(value, "spec", "group"), kind] = scope == "Cluster"
    return found

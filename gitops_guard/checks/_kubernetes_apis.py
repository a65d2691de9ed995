"""Which API versions of built-in kinds Kubernetes has stopped serving, and what to write instead.

Sources: the Deprecated API Migration Guide (kubernetes.io/docs/reference/using-api/deprecation-guide) for what went up
to 1.32; for later releases, and for alpha versions, the OpenAPI documents of 1.25 to 1.37 compared with one another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.model.rendered import RenderedObject

Release = tuple[int, int]

OLDEST_RUNNING: Final[Release] = (1, 30)
"""No supported Kubernetes is older, vendors' extended support included: what it lacks is refused by every cluster."""

_RELEASE: Final = re.compile(r"v?([0-9]{1,3})\.([0-9]{1,3})(?![0-9])")


@dataclass(frozen=True, slots=True)
class RemovedApi:
    """`removed` is the first release without it; `replacement` is empty where the kind is gone altogether."""

    removed: Release
    replacement: str
    instead: str = ""
    """What to use where there is no replacement of the kind."""

    @property
    def removed_in(self) -> str:
        """`1.22`."""
        return "{}.{}".format(*self.removed)

    @property
    def fix(self) -> str:
        """What a person should do."""
        if not self.replacement:
            return f"remove the object; {self.instead}"
        return f"write apiVersion: {self.replacement}, and adapt the fields that it names differently"


def release(text: str) -> Release | None:
    """`1.33`, `v1.33.2` and `1.33-gke.100` as numbers; None where the text says no version."""
    match = _RELEASE.match(text)
    return (int(match[1]), int(match[2])) if match else None


def removed_api(item: RenderedObject) -> RemovedApi | None:
    """What the table says of an object's API version; None where it is still served, or no built-in kind."""
    kinds = _BY_VERSION.get(item.api_version)
    return kinds.get(item.id.kind) if kinds else None


# Removed in: API version and kinds -> what to write instead.
_TABLE: Final[Mapping[Release, Mapping[str, str]]] = {
    (1, 16): {
        "extensions/v1beta1 NetworkPolicy": "networking.k8s.io/v1",
        "extensions/v1beta1 PodSecurityPolicy": "",
        "extensions/v1beta1 DaemonSet Deployment ReplicaSet": "apps/v1",
        "apps/v1beta1 Deployment StatefulSet ReplicaSet": "apps/v1",
        "apps/v1beta2 DaemonSet Deployment StatefulSet ReplicaSet": "apps/v1",
    },
    (1, 22): {
        "admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration ValidatingWebhookConfiguration": (
            "admissionregistration.k8s.io/v1"
        ),
        "apiextensions.k8s.io/v1beta1 CustomResourceDefinition": "apiextensions.k8s.io/v1",
        "apiregistration.k8s.io/v1beta1 APIService": "apiregistration.k8s.io/v1",
        "authentication.k8s.io/v1beta1 TokenReview": "authentication.k8s.io/v1",
        "authorization.k8s.io/v1beta1 LocalSubjectAccessReview SelfSubjectAccessReview SubjectAccessReview": (
            "authorization.k8s.io/v1"
        ),
        "certificates.k8s.io/v1beta1 CertificateSigningRequest": "certificates.k8s.io/v1",
        "coordination.k8s.io/v1beta1 Lease": "coordination.k8s.io/v1",
        "extensions/v1beta1 Ingress": "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1 Ingress IngressClass": "networking.k8s.io/v1",
        "rbac.authorization.k8s.io/v1beta1 ClusterRole ClusterRoleBinding Role RoleBinding": (
            "rbac.authorization.k8s.io/v1"
        ),
        "scheduling.k8s.io/v1beta1 PriorityClass": "scheduling.k8s.io/v1",
        "storage.k8s.io/v1beta1 CSIDriver CSINode StorageClass VolumeAttachment": "storage.k8s.io/v1",
    },
    (1, 23): {
        "rbac.authorization.k8s.io/v1alpha1 ClusterRole ClusterRoleBinding Role RoleBinding": (
            "rbac.authorization.k8s.io/v1"
        ),
        "scheduling.k8s.io/v1alpha1 PriorityClass": "scheduling.k8s.io/v1",
    },
    (1, 25): {
        "autoscaling/v2beta1 HorizontalPodAutoscaler": "autoscaling/v2",
        "batch/v1beta1 CronJob": "batch/v1",
        "discovery.k8s.io/v1beta1 EndpointSlice": "discovery.k8s.io/v1",
        "events.k8s.io/v1beta1 Event": "events.k8s.io/v1",
        "node.k8s.io/v1beta1 RuntimeClass": "node.k8s.io/v1",
        "policy/v1beta1 PodDisruptionBudget": "policy/v1",
        "policy/v1beta1 PodSecurityPolicy": "",
    },
    (1, 26): {
        "autoscaling/v2beta2 HorizontalPodAutoscaler": "autoscaling/v2",
        "flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema PriorityLevelConfiguration": "flowcontrol.apiserver.k8s.io/v1",
    },
    (1, 27): {"storage.k8s.io/v1beta1 CSIStorageCapacity": "storage.k8s.io/v1"},
    (1, 29): {
        "flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema PriorityLevelConfiguration": "flowcontrol.apiserver.k8s.io/v1",
    },
    (1, 32): {
        "admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding": (
            "admissionregistration.k8s.io/v1"
        ),
        "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema PriorityLevelConfiguration": "flowcontrol.apiserver.k8s.io/v1",
    },
    (1, 34): {
        "admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding": (
            "admissionregistration.k8s.io/v1"
        ),
        # v1 came in the same release: v1beta1 is served before and after it.
        "resource.k8s.io/v1alpha3 DeviceClass ResourceClaim ResourceClaimTemplate": "resource.k8s.io/v1beta1",
    },
    (1, 35): {"storage.k8s.io/v1alpha1 VolumeAttributesClass": "storage.k8s.io/v1"},
    (1, 37): {
        "certificates.k8s.io/v1alpha1 ClusterTrustBundle": "certificates.k8s.io/v1beta1",
        "networking.k8s.io/v1beta1 IPAddress ServiceCIDR": "networking.k8s.io/v1",
        "storage.k8s.io/v1beta1 VolumeAttributesClass": "storage.k8s.io/v1",
    },
}
_INSTEAD: Final[Mapping[str, str]] = {
    "PodSecurityPolicy": "label the namespaces for Pod Security Admission (pod-security.kubernetes.io/enforce)",
}


def _by_version() -> Mapping[str, Mapping[str, RemovedApi]]:
    found: dict[str, dict[str, RemovedApi]] = {}
    for removed, rows in _TABLE.items():
        for row, replacement in rows.items():
            api_version, *kinds = row.split()
            for kind in kinds:
                found.setdefault(api_version, {})[kind] = RemovedApi(removed, replacement, _INSTEAD.get(kind, ""))
    return found


_BY_VERSION: Final = _by_version()

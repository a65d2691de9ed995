"""Where pods are described: pod specs, their labels, their containers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.graph.fields import items_at
from gitops_guard.model.fieldpath import FieldPath, lookup, mapping_at
from gitops_guard.model.resource import kind_of

# Where a kind keeps its pod template (the mapping that has `metadata` and `spec` of the pod).
# Kubernetes: k8s.io/api core/v1, apps/v1, batch/v1; extensions and older groups of the same kinds look the same.
# Beyond it: Argo Rollouts' Rollout, Knative Serving, OpenShift's DeploymentConfig, OpenKruise's workloads.
_TEMPLATES: Final[Mapping[tuple[str, str], FieldPath]] = {
    ("", "Pod"): (),
    ("", "PodTemplate"): ("template",),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("extensions", "Deployment"): ("spec", "template"),
    ("extensions", "DaemonSet"): ("spec", "template"),
    ("extensions", "ReplicaSet"): ("spec", "template"),
    ("batch", "Job"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("argoproj.io", "Rollout"): ("spec", "template"),
    ("serving.knative.dev", "Service"): ("spec", "template"),
    ("serving.knative.dev", "Configuration"): ("spec", "template"),
    ("apps.openshift.io", "DeploymentConfig"): ("spec", "template"),
    ("apps.kruise.io", "CloneSet"): ("spec", "template"),
    ("apps.kruise.io", "StatefulSet"): ("spec", "template"),
    ("apps.kruise.io", "DaemonSet"): ("spec", "template"),
}

_CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")


def pod_template_path(value: Mapping[str, object]) -> FieldPath | None:
    """Where the pod template of an object stands, or None where its kind has none. `()` for a Pod."""
    return _TEMPLATES.get(kind_of(value))


def pod_specs(value: Mapping[str, object]) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """The pod specs of an object with their paths; none where its kind describes no pods, or the spec is missing."""
    template = pod_template_path(value)
    if template is None:
        return
    path = (*template, "spec")
    spec = lookup(value, path)
    if isinstance(spec, Mapping):
        yield path, spec


def pod_labels(value: Mapping[str, object]) -> tuple[FieldPath, Mapping[str, object]] | None:
    """The labels that the pods of an object will have, with their path; None where its kind describes no pods."""
    template = pod_template_path(value)
    if template is None:
        return None
    path = (*template, "metadata", "labels")
    return path, mapping_at(value, *path)


def containers(value: Mapping[str, object]) -> Iterator[tuple[FieldPath, Mapping[str, object]]]:
    """Every container (init, normal, ephemeral) of an object, with its path from the object's root."""
    for path, _ in pod_specs(value):
        for name in _CONTAINER_LISTS:
            yield from items_at(value, (*path, name))

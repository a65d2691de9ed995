"""Versions of Kubernetes, and the table of what they removed."""

from __future__ import annotations

import pytest

from gitops_guard.checks._kubernetes_apis import Release, release, removed_api
from gitops_guard.model.rendered import Origin, RenderedObject
from gitops_guard.model.resource import ResourceId


def item(api_version: str, kind: str) -> RenderedObject:
    value: dict[str, object] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}}
    return RenderedObject(ResourceId.of(value), value, "production", Origin("x.yaml"), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.33", (1, 33)),
        ("v1.33", (1, 33)),
        ("1.33.4", (1, 33)),
        ("1.33.4-gke.100", (1, 33)),
        ("1.9", (1, 9)),
        ("1.30+", (1, 30)),
        ("", None),
        ("1", None),
        ("latest", None),
        ("1.3333", None),
        ("x1.33", None),
    ],
)
def test_release(text: str, expected: Release | None) -> None:
    assert release(text) == expected


@pytest.mark.parametrize(
    ("api_version", "kind", "removed_in", "replacement"),
    [
        ("extensions/v1beta1", "Deployment", "1.16", "apps/v1"),
        ("extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"),
        ("batch/v1beta1", "CronJob", "1.25", "batch/v1"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "flowcontrol.apiserver.k8s.io/v1"),
    ],
)
def test_removed(api_version: str, kind: str, removed_in: str, replacement: str) -> None:
    api = removed_api(item(api_version, kind))
    assert api is not None
    assert (api.removed_in, api.replacement) == (removed_in, replacement)
    assert replacement in api.fix


def test_a_kind_that_is_gone_has_something_in_its_place() -> None:
    api = removed_api(item("policy/v1beta1", "PodSecurityPolicy"))
    assert api is not None
    assert "Pod Security Admission" in api.fix


@pytest.mark.parametrize(
    ("api_version", "kind"), [("apps/v1", "Deployment"), ("batch/v1beta1", "Job"), ("example.com/v1beta1", "CronJob")]
)
def test_served(api_version: str, kind: str) -> None:
    assert removed_api(item(api_version, kind)) is None

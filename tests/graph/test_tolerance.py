"""No function of the room raises, whatever stands in an object."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard import graph
from gitops_guard.graph.makers import MAKERS
from gitops_guard.graph.provides import _SPECIAL
from gitops_guard.graph.references import _BY_KIND
from tests.graph.objects import junk

VIEWS: list[Callable[[Mapping[str, object]], object]] = [
    graph.flux_kustomization,
    graph.helm_release,
    graph.helm_repository,
    graph.git_repository,
    graph.oci_repository,
    graph.bucket,
    graph.helm_chart,
    graph.image_update_automation,
    graph.image_policy,
    graph.image_repository,
    graph.artifact_generator,
    graph.flux_instance,
    graph.argo_application,
    graph.flagger_canary,
    graph.is_resource_set,
    graph.is_application_set,
    graph.service_selector,
    graph.pod_labels,
]
KINDS = sorted({*MAKERS, *_SPECIAL, *_BY_KIND, ("apps", "Deployment"), ("", "Pod"), ("argoproj.io", "Application")})


@given(kind=st.sampled_from(KINDS), spec=junk, metadata=junk)
def test_views_references_and_provisions_take_any_object(kind: tuple[str, str], spec: object, metadata: object) -> None:
    value = {"apiVersion": f"{kind[0]}/v1".lstrip("/"), "kind": kind[1], "spec": spec, "metadata": metadata}
    for view in VIEWS:
        view(value)
    for reference in graph.references(value):
        assert reference.target.name or reference.unknown
    for provided in graph.provides(value):
        assert provided.anywhere == (provided.id.namespace == "")
    assert list(graph.pod_specs(value)) is not None
    assert list(graph.containers(value)) is not None


@pytest.mark.parametrize("value", [{}, {"kind": ["x"]}, {"apiVersion": 1, "kind": None}, {"metadata": "x"}])
def test_what_is_no_object_is_nothing(value: dict[str, object]) -> None:
    assert [view(value) for view in VIEWS[:14]] == [None] * 14
    assert not list(graph.references(value))
    assert not list(graph.provides(value))

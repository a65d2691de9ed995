"""The small schemas, and what is said of fields that are not in them."""

from __future__ import annotations

from typing import Any

import pytest

from gitops_guard.checks._fields import KINDS, TYPES
from gitops_guard.checks._schemas import Hidden, Stranger, fields_of, home, meant, strangers
from gitops_guard.model.unknown import Unknown


def found(value: dict[str, Any], root: str = "Deployment") -> list[tuple[str | int, ...]]:
    return [item.path for item in strangers(value, root)]


def test_the_table_is_closed() -> None:
    assert set(KINDS.values()) <= TYPES.keys()
    for name in TYPES:
        fields = fields_of(name)
        assert fields
        assert {target for target in fields.values() if target} <= TYPES.keys()


@pytest.mark.parametrize("root", sorted(set(KINDS.values())))
def test_every_kind_has_what_every_object_has(root: str) -> None:
    fields = fields_of(root)
    assert {"apiVersion", "kind", "metadata"} <= fields.keys()
    assert fields["metadata"] == "ObjectMeta"


def test_strangers_in_the_order_of_the_document() -> None:
    container = {"name": "a", "x": 1, "ports": [{"p": 1}, {"containerPort": 1}, {"q": 1}]}
    value = {"a": 1, "spec": {"b": 1, "template": {"spec": {"containers": [container], "c": 1}}}, "d": {"e": 1}}
    at = ("spec", "template", "spec")
    assert found(value) == [
        ("a",),
        ("d",),
        ("spec", "b"),
        (*at, "c"),
        (*at, "containers", 0, "x"),
        (*at, "containers", 0, "ports", 0, "p"),
        (*at, "containers", 0, "ports", 2, "q"),
    ]


@pytest.mark.parametrize("junk", [None, 1, "x", [], [None], [[[]]], {}])
def test_junk_has_no_fields(junk: object) -> None:
    assert found({"spec": junk}) == []
    assert found({"spec": {"template": {"spec": {"containers": junk}}}}) == []


def test_what_is_not_known_is_said() -> None:
    unknown = Unknown("${SPEC}", ("SPEC",), "")
    assert list(strangers({"spec": {"template": unknown}}, "Deployment")) == [Hidden(("spec", "template"), unknown)]


@pytest.mark.parametrize(
    ("stated", "parent", "expected"),
    [
        ("replica", "DeploymentSpec", "replicas"),
        ("minreadyseconds", "DeploymentSpec", "minReadySeconds"),
        ("image_pull_policy", "Container", "imagePullPolicy"),
        ("enviroment", "Container", ""),
        ("thrust", "PodSpec", ""),
        ("replicas" * 100, "DeploymentSpec", ""),
    ],
)
def test_meant(stated: str, parent: str, expected: str) -> None:
    assert meant(Stranger((stated,), parent), {stated: 1}) == expected


def test_a_field_that_is_there_already_is_not_meant() -> None:
    assert meant(Stranger(("replica",), "DeploymentSpec"), {"replica": 1, "replicas": 1}) == ""


@pytest.mark.parametrize(
    ("path", "root", "expected", "encloses"),
    [
        (("spec", "chart", "spec", "sourceRef", "version"), "HelmRelease", "spec.chart.spec", True),
        (("spec", "containers"), "Deployment", "spec.template.spec", False),
        (("spec", "labels"), "Deployment", "metadata", False),
        (("minAvailable",), "PodDisruptionBudget", "spec", False),
        (("spec", "template", "spec", "replicas"), "Deployment", "spec", True),
        (("spec", "kind"), "Deployment", "", True),
    ],
)
def test_home(path: tuple[str, ...], root: str, expected: str, encloses: bool) -> None:
    place = home(Stranger(path, ""), root)
    assert place is not None
    assert (place.path, place.encloses) == (expected, encloses)


def test_no_home() -> None:
    assert home(Stranger(("spec", "thrust"), "DeploymentSpec"), "Deployment") is None

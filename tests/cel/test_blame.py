"""The place that made an expression false."""

from __future__ import annotations

from typing import Any

import pytest

from gitops_guard.cel import Blame, Variables, compile_expression
from gitops_guard.model.unknown import Unknown
from tests.cel.helpers import blame, show

OBJECT = {
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"app": "web", "a.b/c": "x"}},
    "spec": {
        "replicas": 1,
        "paused": True,
        "host": None,
        "unknown": Unknown("${X}", ("X",), ""),
        "containers": [
            {"name": "a", "image": "x@sha256:1", "ports": [{"port": 80}]},
            {"name": "b", "image": "y:1", "ports": [{"port": 80}, {"port": 22}]},
            {"name": "c", "image": "z"},
        ],
        "extra": [{"name": "d", "image": "q"}],
    },
}

CONTAINERS = "object.spec.containers"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("object.spec.replicas > 1", ["object.spec.replicas"]),
        ("2 <= object.spec.replicas", ["object.spec.replicas"]),
        ("object.spec.replicas >= params.least", ["object.spec.replicas", "params.least"]),
        ("params.least <= object.spec.replicas", ["object.spec.replicas", "params.least"]),
        ("!object.spec.paused", ["object.spec.paused"]),
        ("object.kind == 'Pod' && object.spec.replicas > 0", ["object.kind"]),
        ("object.kind == 'Deployment' && object.spec.replicas > 1", ["object.spec.replicas"]),
        ("object.kind != 'Deployment' || object.spec.replicas > 1", ["object.spec.replicas", "object.kind"]),
        ("!has(object.spec.replicas) || object.spec.replicas > 1", ["object.spec.replicas"]),
        ("has(object.spec.strategy)", ["object.spec!strategy"]),
        ("!has(object.spec.paused)", ["object.spec.paused"]),
        ("has(object.spec.strategy.type)", ["object.spec!strategy"]),
        ("object.spec.strategy == 'x'", ["object.spec!strategy"]),
        ("object.?spec.?strategy.?type.orValue('') == 'x'", ["object.spec!strategy"]),
        ("object.?spec.?replicas.orValue(0) > 1", ["object.spec.replicas"]),
        ("object.?spec.?replicas.hasValue() && object.?spec.?x.hasValue()", ["object.spec!x"]),
        ("object.metadata.labels['a.b/c'] == 'y'", ['object.metadata.labels["a.b/c"]']),
        ("object.metadata.labels[?'team'].hasValue()", ["object.metadata.labels!team"]),
        ("'team' in object.metadata.labels", ["object.metadata.labels"]),
        ("object.metadata.name in ['a', 'b']", ["object.metadata.name"]),
        ("object.metadata.name.startsWith('x')", ["object.metadata.name"]),
        ("object.metadata.name.size() > 5", ["object.metadata.name"]),
        ("size(object.spec.containers) < 2", [CONTAINERS]),
        ("object.spec.host != null", ["object.spec.host"]),
        (f"{CONTAINERS}.all(c, c.image.contains('@'))", [f"{CONTAINERS}[1].image", f"{CONTAINERS}[2].image"]),
        (
            f"{CONTAINERS}.all(c, has(c.ports) && c.ports.all(p, p.port != 22))",
            [f"{CONTAINERS}[1].ports[1].port", f"{CONTAINERS}[2]!ports"],
        ),
        (f"{CONTAINERS}.exists(c, c.name == 'x')", [CONTAINERS]),
        (f"!{CONTAINERS}.exists(c, c.name == 'b')", [f"{CONTAINERS}[1].name"]),
        (f"!{CONTAINERS}.all(c, has(c.name))", [CONTAINERS]),
        (f"{CONTAINERS}.exists_one(c, has(c.ports))", [f"{CONTAINERS}[0].ports", f"{CONTAINERS}[1].ports"]),
        (f"{CONTAINERS}.filter(c, !has(c.ports)).size() == 0", [f"{CONTAINERS}[2]", CONTAINERS]),
        (f"{CONTAINERS}.filter(c, has(c.ports)).all(c, c.ports.size() == 1)", [f"{CONTAINERS}[1].ports"]),
        (f"{CONTAINERS}.map(c, c.image).all(i, i.contains(':'))", [f"{CONTAINERS}[2].image"]),
        (f"({CONTAINERS} + object.spec.extra).all(c, c.name < 'd')", ["object.spec.extra[0].name"]),
        (f"{CONTAINERS}[1].image == 'x'", [f"{CONTAINERS}[1].image"]),
        (f"{CONTAINERS}.all(i, c, i < 2 || has(c.ports))", [f"{CONTAINERS}[2]!ports", f"{CONTAINERS}[2]"]),
        ("object.metadata.labels.all(k, k != 'app')", ["object.metadata.labels.app"]),
        ("object.metadata.labels.all(k, v, v != 'x')", ['object.metadata.labels["a.b/c"]']),
        ("object.spec.paused ? object.spec.replicas > 1 : true", ["object.spec.replicas", "object.spec.paused"]),
        (f"cel.bind(cs, {CONTAINERS}, cs.all(c, c.name != 'a'))", [f"{CONTAINERS}[0].name", CONTAINERS]),
        (f"cel.bind(bad, {CONTAINERS}.filter(c, !has(c.ports)), bad.size() == 0)", [f"{CONTAINERS}[2]", CONTAINERS]),
        ("object.spec.unknown == 'x'", ["object.spec.unknown"]),
        ("object.kind == 'Deployment' && object.spec.unknown.startsWith('x')", ["object.spec.unknown"]),
        ("object.metadata.name + '-x' == object.kind", ["object.metadata.name", "object.kind"]),
        ("type(object.spec.replicas) == string", ["object.spec.replicas"]),
        ("dyn(object.spec.replicas) == 2", ["object.spec.replicas"]),
        ("object.spec.replicas == oldObject.spec.replicas", ["object.spec.replicas"]),
        ("1 == 2", []),
        ("false", []),
    ],
)  # fmt: skip
def test_blame(text: str, expected: list[str]) -> None:
    bindings: dict[str, Any] = {"object": OBJECT, "params": {"least": 2}}
    program = compile_expression(text, frozenset({*bindings, "oldObject"}))
    assert program.evaluate(bindings) is not True
    assert [show(place) for place in program.blame(bindings)] == expected


def test_blame_reaches_through_variables() -> None:
    bindings: dict[str, Any] = {"object": OBJECT}
    names = frozenset({"object", "variables"})
    expressions = {
        "containers": CONTAINERS,
        "floating": "variables.containers.filter(c, !c.image.contains('@'))",
        "replicas": "object.spec.replicas",
        "enough": "variables.replicas > 1",
        "images": "variables.containers.map(c, c.image)",
    }
    programs = {name: compile_expression(text, names) for name, text in expressions.items()}
    bindings["variables"] = Variables(programs, bindings)
    assert blame("variables.floating.size() == 0", **bindings)[0] == f"{CONTAINERS}[1]"
    assert blame("variables.enough", **bindings) == ["object.spec.replicas"]
    assert blame("variables.images.all(i, i.contains('@'))", **bindings)[0] == f"{CONTAINERS}[1].image"
    assert blame("variables.containers.all(c, c.name != 'b')", **bindings) == [f"{CONTAINERS}[1].name"]
    assert blame("variables.nothing == 1", **bindings) == ["variables!nothing"]


def test_a_blame_is_plain_data() -> None:
    (place,) = compile_expression("has(object.a.b)", frozenset({"object"})).blame({"object": {"a": {}}})
    assert place == Blame("object", ("a",), "b")


def test_blame_is_bounded() -> None:
    many = {"items": [{"v": 0}] * 10_000}
    assert len(blame("object.items.all(i, i.v == 1)", object=many)) == 20
    program = compile_expression("object.items.all(i, i.v == 1)", frozenset({"object"}))
    assert program.blame({"object": many}, budget=10) == []


@pytest.mark.parametrize("broken", [None, 3, "x", [], {}, {"spec": None}, {"spec": {"containers": "x"}}])
def test_blame_of_an_expression_that_fails(broken: Any) -> None:
    for text in (f"{CONTAINERS}.all(c, c.image != '')", "object.spec.replicas > 1", "has(object.spec.x)"):
        places = compile_expression(text, frozenset({"object"})).blame({"object": broken})
        assert places
        assert places[0].variable == "object"

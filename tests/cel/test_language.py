"""The language itself, beside what the conformance suite already asks."""

from __future__ import annotations

from typing import Any

import pytest

from gitops_guard.cel import ErrorKind, UInt, Variables, compile_expression
from tests.cel.helpers import error, run

POD = {
    "spec": {
        "replicas": 3,
        "containers": [{"name": "a", "image": "x@sha256:1"}, {"name": "b", "image": "y:1", "ports": [80, 443]}],
        "labels": {"app": "web", "tier": None},
        "weight": 0.5,
    }
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("object.spec.replicas", 3),
        ("object.spec.replicas >= 2 && object.spec.weight < 1", True),
        ("object.spec.containers.all(c, c.image.contains('@'))", False),
        ("object.spec.containers.exists(c, has(c.ports) && 443 in c.ports)", True),
        ("object.spec.containers.map(c, c.name)", ["a", "b"]),
        ("object.spec.containers.map(c, has(c.ports), c.name)", ["b"]),
        ("object.spec.containers.filter(c, c.name != 'a')[0].name", "b"),
        ("object.spec.containers.exists_one(c, c.name == 'a')", True),
        ("object.spec.labels.all(key, key.size() > 2)", True),
        ("object.spec.labels.tier == null", True),
        ("has(object.spec.labels.tier)", True),
        ("'app' in object.spec.labels", True),
        ("object.spec.labels['app']", "web"),
        ("object.spec.?missing.orValue('none')", "none"),
        ("object.?spec.?labels.?app.value()", "web"),
        ("object.spec.labels[?'x'].hasValue()", False),
        ("object.spec.containers[?5].hasValue()", False),
        ("object.?spec.?replicas.optMap(r, r + 1).orValue(0)", 4),
        ("cel.bind(n, object.spec.replicas, n * n)", 9),
        ("cel.bind(n, 1 / 0, true)", True),
        ("object.spec.containers.transformList(i, c, string(i) + c.name)", ["0a", "1b"]),
        ("[1, 2].transformMap(i, v, i * v)", {0: 0, 1: 2}),
        ("object.spec.replicas == 3.0 && object.spec.replicas == 3u", True),
        ("object.spec.replicas == '3'", False),
        ("true == 1", False),
        ("{true: 'a', 1: 'b'}[true] + {true: 'a', 1: 'b'}[1]", "ab"),
        ("[true, 1].indexOf(1)", 1),
        ("type(object.spec.weight) == double", True),
        ("dyn('a') == 1 || true", True),
        ("1 + 2 * 3 - 8 / 2 % 3", 6),
        ("-7 / 2 == -3 && -7 % 2 == -1", True),
        ("1 < 2 == true", True),
        ("'a' < 'b' ? 'yes' : 'no'", "yes"),
        ("!false && !!true", True),
        ("// a comment\n 1", 1),
        ("`in quotes`", None),
        ("r'\\d' + '\\x41' + '''it's'''", "\\dAit's"),
        ("b'\\xff' == bytes('\\u00ff')", False),
        ("5u - 3u", UInt(2)),
    ],
)
def test_values(text: str, expected: Any) -> None:
    if expected is None:
        with pytest.raises(Exception, match="expected a value"):
            run(text, object=POD)
    else:
        result = run(text, object=POD)
        assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("object.spec.nothing", ErrorKind.NO_SUCH_FIELD, "no such key: nothing"),
        ("object.spec.replicas.x", ErrorKind.NO_SUCH_OVERLOAD, "a int has no field 'x'"),
        ("object.spec.containers[2]", ErrorKind.INDEX, "index out of bounds: 2"),
        ("object.spec.containers[-1]", ErrorKind.INDEX, "index out of bounds: -1"),
        ("1 / 0", ErrorKind.DIVISION, "division by zero"),
        ("1 % 0", ErrorKind.DIVISION, "modulus by zero"),
        ("9223372036854775807 + 1", ErrorKind.OVERFLOW, "integer overflow"),
        ("-(-9223372036854775808)", ErrorKind.OVERFLOW, "integer overflow"),
        ("1u - 2u", ErrorKind.OVERFLOW, "unsigned integer overflow"),
        ("1 + 1.0", ErrorKind.NO_SUCH_OVERLOAD, "int + double is not defined"),
        ("'a' < 1", ErrorKind.NO_SUCH_OVERLOAD, "string < int is not defined"),
        ("object.spec.replicas && true", ErrorKind.NO_SUCH_OVERLOAD, "a condition must be a bool, not a int"),
        ("size(object.spec.replicas)", ErrorKind.NO_SUCH_OVERLOAD, "size(int) is not defined"),
        ("'a'.matches('(')", ErrorKind.ARGUMENT, "missing )"),
        ("'a'.matches('(?!a)')", ErrorKind.ARGUMENT, "invalid regular expression"),
        ("{'a': 1, 'a': 2}", ErrorKind.ARGUMENT, "duplicate key"),
        ("optional.none().value()", ErrorKind.ARGUMENT, "optional.none() dereference"),
        ("[3].all(x, x.y)", ErrorKind.NO_SUCH_OVERLOAD, "has no field"),
        ("int('12x')", ErrorKind.CONVERSION, "not an integer: '12x'"),
        ("timestamp('2024-13-01T00:00:00Z')", ErrorKind.CONVERSION, "not an RFC 3339 timestamp"),
    ],
)
def test_errors(text: str, kind: ErrorKind, message: str) -> None:
    found = error(text, object=POD)
    assert found.kind is kind
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("object.nothing == 1 || true", True),
        ("true || object.nothing == 1", True),
        ("false && object.nothing == 1", False),
        ("object.nothing == 1 && false", False),
        ("object.nothing && 1 && false", False),
        ("[1, 2, 0].exists(x, 4 / x == 2)", True),
        ("[0, 2].all(x, 4 / x == 1)", False),
        ("[1, 2].exists(x, x.nothing || x == 2)", True),
    ],
)
def test_a_decisive_operand_wins_over_errors(text: str, expected: bool) -> None:
    assert run(text, object={}) is expected


@pytest.mark.parametrize("text", ["object.nothing || false", "true && object.nothing", "[0, 2].all(x, 4 / x == 2)"])
def test_errors_that_nothing_absorbs(text: str) -> None:
    error(text, object={})


BIG = 2**63


@pytest.mark.parametrize(
    "text",
    [
        "object.big", "object.big > 5", "object.big == 5", "object.big == object.big", "object.big - object.big == 0",
        "5 in object.list", "object.list[0] > 1", "string(object.big)", "object.list.max()", "[object.big] == [1]",
        "-object.big", "double(object.big) > 1.0", "'%d'.format([object.big])", "'%s'.format([object.list])",
        "object.list.sum()", "object.list.indexOf(7)",
    ],
)  # fmt: skip
def test_integers_of_more_than_64_bits_are_errors(text: str) -> None:
    assert error(text, object={"big": BIG, "list": [BIG]}).kind is ErrorKind.OVERFLOW


def test_an_unbound_variable_is_an_error_only_where_it_counts() -> None:
    program = compile_expression("object.a == 1 || oldObject.a == 1", frozenset({"object", "oldObject"}))
    assert program.variables == {"object", "oldObject"}
    assert program.evaluate({"object": {"a": 1}}) is True
    assert program.evaluate({"object": {"a": 2}}).kind is ErrorKind.UNBOUND


def variables(bindings: dict[str, Any], **expressions: str) -> dict[str, Any]:
    names = frozenset({*bindings, "variables"})
    programs = {name: compile_expression(text, names) for name, text in expressions.items()}
    made = Variables(programs, bindings)
    return {**bindings, "variables": made}


def test_variables_are_evaluated_when_used_and_once() -> None:
    bindings = variables(
        {"object": POD}, names="object.spec.containers.map(c, c.name)", wrong="1 / 0", self="variables.self"
    )
    assert run("variables.names.size() == 2 && 'a' in variables.names", **bindings) is True
    assert set(bindings["variables"]) == {"names"}
    assert error("variables.wrong > 1", **bindings).kind is ErrorKind.DIVISION
    assert run("variables.wrong > 1 || true", **bindings) is True
    assert "refers to itself" in error("variables.self", **bindings).message
    assert run("has(variables.names) && !has(variables.nothing)", **bindings) is True
    assert error("variables.nothing", **bindings).kind is ErrorKind.NO_SUCH_FIELD


def test_inputs_are_not_changed() -> None:
    value = {"a": [3, 1, 2], "m": {"x": 1}}
    run("object.a + [4] == [] || object.a.map(x, x + 1).max() > 2 || object.m == {}", object=value)
    assert value == {"a": [3, 1, 2], "m": {"x": 1}}


def test_a_program_may_be_evaluated_again() -> None:
    program = compile_expression("object.a.map(x, [x].map(y, y + x))", frozenset({"object"}))
    assert program.evaluate({"object": {"a": [1, 2]}}) == [[2], [4]]
    assert program.evaluate({"object": {"a": [3]}}) == [[6]]

"""Hostile expressions and hostile data: an answer, never a hang, a crash or a full memory."""

from __future__ import annotations

from typing import Any

import pytest

from gitops_guard.cel import CelError, CelSyntaxError, ErrorKind, compile_expression
from gitops_guard.cel.lexer import MAX_LENGTH
from gitops_guard.cel.parser import MAX_DEPTH
from tests.cel.helpers import blame, error, run

COUNT = 5000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" && ".join(["object.n == 1"] * COUNT), True),
        (" || ".join(["object.n == 2"] * COUNT), False),
        (" + ".join(["object.n"] * COUNT), COUNT),
        ("object.n" + " - 0" * COUNT, 1),
        ("object.list" + ".map(x, x)" * COUNT, [1]),
        ("'a'" + ".trim()" * COUNT, "a"),
        ("object.list" + " + []" * COUNT, [1]),
        ("object.self" + ".self" * COUNT + ".n", 1),
        ("object['self']" + "['self']" * COUNT + "['n']", 1),
        ("!" * COUNT + "true", True),
        ("-" * COUNT + "1", 1),
        ("(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1), 1),
        ("object.n in [" + ", ".join(["1"] * COUNT) + "]", True),
    ],
    ids=lambda value: str(value)[:20],
)
def test_long_chains(text: str, expected: Any) -> None:
    value: dict[str, Any] = {"n": 1, "list": [1]}
    value["self"] = value
    program = compile_expression(text, frozenset({"object"}))
    assert program.evaluate({"object": value}) == expected
    program.blame({"object": value}, budget=100_000)


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{1: ", "1", "}"),
        ("[0][", "0", "]"),
        ("size([", "1", "])"),
        ("true ? 1 : ", "1", ""),
        ("[1].map(x, ", "1", ")"),
        ("cel.bind(x, 1, ", "x", ")"),
        ("!(", "true", ")"),
        ("true && (false || ", "true", ")"),
    ],
)
def test_nesting(opening: str, inner: str, closing: str) -> None:
    fits = compile_expression(nested(opening, inner, closing, 60), frozenset())
    assert not isinstance(fits.evaluate({}), CelError)
    for depth in (MAX_DEPTH + 1, 4000):
        with pytest.raises(CelSyntaxError, match="nests"):
            compile_expression(nested(opening, inner, closing, depth), frozenset())


def test_the_longest_expression() -> None:
    assert run("1" + " " * (MAX_LENGTH - 1)) == 1
    with pytest.raises(CelSyntaxError, match="100001 characters"):
        compile_expression("1" + " " * MAX_LENGTH, frozenset())


DIGITS = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"

DOUBLED = nested("cel.bind(a, ", "[1]", ", [a, a])", 60)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{DIGITS}.map(x{depth}, " for depth in range(8)) + "x0" + ")" * 8,
        nested("cel.bind(a, ", "'ab'", ", a + a)", 60),
        nested("cel.bind(a, ", "[1]", ", a + a)", 60),
        nested("cel.bind(a, ", "'aa'", ", a.replace('a', 'aaaaaaaaaa'))", 30),
        nested("cel.bind(a, ", "['a', 'a']", ", [a.join('xxxxxxxxxx'), a.join('yyyyyyyyyy')])", 60),
        nested("cel.bind(a, ", "[1]", ", [a, a])", 60).join(("", " == "))
        + nested("cel.bind(a, ", "[1]", ", [a, a])", 60),
        "'%s'.format([" + nested("cel.bind(a, ", "[1]", ", [a, a])", 60) + "])",
        f"{DIGITS}.map(a, {DIGITS}.map(b, object.long.matches('(x+x+)+y')))",
        f"{DIGITS}.map(a, {DIGITS}.map(b, {DIGITS}.map(c, object.long.contains('y'))))",
        "'x'" + ".replace('x', 'xxxxxxxxxx')" * 100,
    ],
)
def test_explosions_run_out_of_budget(text: str) -> None:
    assert error(text, object={"long": "x" * 1_000_000}).kind is ErrorKind.COST


def test_nothing_absorbs_the_end_of_the_budget() -> None:
    program = compile_expression("object.all(x, x > 0) || true", frozenset({"object"}))
    assert program.evaluate({"object": [1] * 100}, budget=50) == CelError(
        ErrorKind.COST, "the cost budget of the expression is used up"
    )


def test_cyclic_data() -> None:
    cycle: dict[str, Any] = {"n": 1}
    cycle["self"] = cycle
    cycle["list"] = [cycle]
    other: dict[str, Any] = {"n": 1}
    other["self"] = other
    other["list"] = [other]
    assert run("object.self.self.n == 1", object=cycle) is True
    assert error("object == other", object=cycle, other=other).kind is ErrorKind.COST
    assert error("object in other.list", object=cycle, other=other).kind is ErrorKind.COST
    assert error("'%s'.format([object])", object=cycle).kind is ErrorKind.ARGUMENT
    assert blame("object.self.self.n == 2", object=cycle) == ["object.self.self.n"]


def test_deep_data() -> None:
    left: Any = 1
    right: Any = 1
    for _ in range(100_000):
        left, right = [left], {"k": right}
    assert run("object == object", object=left) is True
    assert run("object == object", object=right) is True
    assert run("object == other", object=left, other=right) is False
    assert error("'%s'.format([object])", object=left).kind is ErrorKind.ARGUMENT


@pytest.mark.parametrize(
    "text",
    [
        "int(object.digits)", "double(object.digits)", "uint(object.digits)", "duration(object.digits + 's')",
        "timestamp(object.digits)", "quantity(object.digits)", "quantity('1e999999999')", "semver(object.digits)",
        "'%.999999999f'.format([1.0])", "object.lone.matches('a')", "bytes(object.lone)", "'a'.matches(object.lone)",
        "'a'.matches(object.digits)",
    ],
)  # fmt: skip
def test_hostile_texts(text: str) -> None:
    error(text, object={"digits": "9" * 100_000, "lone": "\ud800"})


def test_values_that_are_no_plain_data() -> None:
    assert error("object.x == 1 && object.x > 1 || object.x.y", object={"x": {1, 2}}).kind is ErrorKind.NO_SUCH_OVERLOAD

"""Random expressions against a direct reference, and random data against the same questions asked in Python."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.cel import CelError, compile_expression
from gitops_guard.cel.values import INT_MAX, INT_MIN
from tests.cel.helpers import run

INTEGERS = st.integers(INT_MIN, INT_MAX) | st.integers(-10, 10)


class FailedError(Exception):
    """The reference has no value."""


def cut(left: int, right: int) -> int:
    if right == 0:
        raise FailedError
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": cut,
    "%": lambda left, right: left - right * cut(left, right),
}


def reference(tree: Any, values: dict[str, int]) -> int:
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return values[tree]
    left, symbol, right = tree
    result = ARITHMETIC[symbol](reference(left, values), reference(right, values))
    if not INT_MIN <= result <= INT_MAX:
        raise FailedError
    return int(result)


def written(tree: Any) -> str:
    return f"({' '.join(map(written, tree))})" if isinstance(tree, tuple) else str(tree)


TREES = st.recursive(
    INTEGERS | st.sampled_from("ab"),
    lambda inner: st.tuples(inner, st.sampled_from(sorted(ARITHMETIC)), inner),
    max_leaves=8,
)


@given(TREES, INTEGERS, INTEGERS)
def test_integer_arithmetic(tree: Any, a: int, b: int) -> None:
    try:
        expected = reference(tree, {"a": a, "b": b})
    except FailedError:
        assert isinstance(run(written(tree), a=a, b=b), CelError)
    else:
        assert run(written(tree), a=a, b=b) == expected


def kleene(tree: Any) -> bool | None:
    """Three-valued logic: None is an error."""
    if not isinstance(tree, tuple):
        known: dict[str, bool | None] = {"true": True, "false": False, "e": None}
        return known[tree]
    if tree[0] == "!":
        inner = kleene(tree[1])
        return None if inner is None else not inner
    values = [kleene(term) for term in tree[1:]]
    decisive: bool = tree[0] == "||"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def logic(tree: Any) -> str:
    if not isinstance(tree, tuple):
        return "(1 / zero > 0)" if tree == "e" else tree
    if tree[0] == "!":
        return f"!({logic(tree[1])})"
    return "(" + f" {tree[0]} ".join(map(logic, tree[1:])) + ")"


LOGIC = st.recursive(
    st.sampled_from(["true", "false", "e"]),
    lambda inner: (
        st.tuples(st.sampled_from(["&&", "||"]), inner, inner)
        | st.tuples(st.sampled_from(["&&", "||"]), inner, inner, inner)
        | st.tuples(st.just("!"), inner)
    ),
    max_leaves=10,
)


@given(LOGIC)
def test_logic_with_errors(tree: Any) -> None:
    expected = kleene(tree)
    result = run(logic(tree), zero=0)
    assert isinstance(result, CelError) if expected is None else result is expected


DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.0, 1.0, -2.0])
    | st.sampled_from(["", "a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def tagged(value: Any) -> Any:
    """Python's equality, made to tell booleans from numbers."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        return {key: tagged(item) for key, item in value.items()}
    return value


@given(DATA, DATA)
def test_equality_is_pythons_but_for_booleans(left: Any, right: Any) -> None:
    expected = tagged(left) == tagged(right)
    assert run("a == b", a=left, b=right) is expected
    assert run("a != b", a=left, b=right) is not expected
    assert run("a in [b, 'x', [a]]", a=left, b=right) is (expected or left == "x")
    assert run("a == a && [a] == [a]", a=left) is True


QUESTIONS = [
    "object.a.b == object.c",
    "object.a.all(x, x.b > 1)",
    "object.exists(k, object[k] == 1)",
    "has(object.a) && object.a.size() > 1",
    "object.?a.?b.orValue(1) > 2",
    "object.a.filter(x, x > 0).map(x, x + 1).max() > 2",
    "object.a + object.b == object.c || !object.b",
    "object.a.startsWith('a') ? object.b : object.c[0]",
    "'%s %d'.format([object.a, object.b]).size() > 3",
]
PROGRAMS = [compile_expression(text, frozenset({"object"})) for text in QUESTIONS]


@given(DATA)
def test_any_data_is_judged(value: Any) -> None:
    for program in PROGRAMS:
        program.evaluate({"object": value})
        for place in program.blame({"object": value}):
            assert place.variable == "object"


@given(st.lists(st.integers(-5, 5), max_size=6), st.integers(-5, 5))
def test_macros_are_pythons_loops(items: list[int], limit: int) -> None:
    bindings = {"items": items, "limit": limit}
    assert run("items.all(x, x < limit)", **bindings) is all(x < limit for x in items)
    assert run("items.exists(x, x < limit)", **bindings) is any(x < limit for x in items)
    assert run("items.exists_one(x, x < limit)", **bindings) is (sum(x < limit for x in items) == 1)
    assert run("items.filter(x, x < limit)", **bindings) == [x for x in items if x < limit]
    assert run("items.map(x, x * limit)", **bindings) == [x * limit for x in items]
    assert run("items.map(x, x < limit, x + 1)", **bindings) == [x + 1 for x in items if x < limit]
    assert run("items.transformMap(i, x, x < limit, x)", **bindings) == {i: x for i, x in enumerate(items) if x < limit}
    assert run("items.isSorted()", **bindings) is (items == sorted(items))


@given(st.text(max_size=20), st.text(max_size=3), st.text(max_size=3))
def test_string_functions_are_pythons(text: str, part: str, other: str) -> None:
    bindings = {"value": text, "part": part, "other": other}
    assert run("value.contains(part)", **bindings) is (part in text)
    assert run("value.startsWith(part)", **bindings) is text.startswith(part)
    assert run("value.indexOf(part)", **bindings) == text.find(part)
    assert run("value.lastIndexOf(part)", **bindings) == text.rfind(part)
    assert run("value.replace(part, other)", **bindings) == text.replace(part, other)
    assert run("value.split(part).join(part)", **bindings) == text
    assert run("value.reverse().reverse() == value", **bindings) is True

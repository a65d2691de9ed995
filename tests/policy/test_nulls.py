"""A null field is no field, for expressions as for the API server."""

from __future__ import annotations

import pytest

from gitops_guard.policy.nulls import without_nulls


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": None}, {}),
        ({"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ({"a": [{"b": None}, None, 1]}, {"a": [{}, None, 1]}),
        ([[{"a": None}]], [[{}]]),
        ({"a": {"b": None}, "c": None, "d": False}, {"a": {}, "d": False}),
    ],
)
def test_nulls_go(value: object, expected: object) -> None:
    assert without_nulls(value) == expected


@pytest.mark.parametrize("value", [{"a": [1, {"b": "x"}], "c": {}}, [None, []], "x", None])
def test_what_has_none_is_not_copied(value: object) -> None:
    assert without_nulls(value) is value

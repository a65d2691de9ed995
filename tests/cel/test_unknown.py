"""Unknown values are three-valued: they spread, and what decides without them wins."""

from __future__ import annotations

from typing import Any

import pytest

from gitops_guard.model.unknown import Unknown
from tests.cel.helpers import run

TAG = Unknown("registry/app:${TAG}", ("TAG",), "TAG is not in this repository")
OBJECT = {"image": TAG, "list": ["a", TAG], "map": {"k": TAG, "other": 1}, "whole": TAG, "n": 1}


@pytest.mark.parametrize(
    "text",
    [
        "object.image",
        "object.image == 'a'",
        "'a' == object.image",
        "object.image != 'a'",
        "object.image.contains('@')",
        "object.image.startsWith('registry')",
        "object.image.matches('a')",
        "object.image + 'x'",
        "size(object.image)",
        "object.whole.field",
        "has(object.whole.field)",
        "object.whole[0]",
        "object.whole.?field.hasValue()",
        "object.image in ['a', 'b']",
        "object.image in object.list",
        "'z' in object.list",
        "'a' in object.whole",
        "object.list == ['a', 'b']",
        "object.map == {'k': 'x', 'other': 1}",
        "object.whole.all(x, true)",
        "object.list.all(x, x.size() > 0)",
        "object.list.exists(x, x == 'z')",
        "object.list.exists_one(x, x == 'a')",
        "object.list.filter(x, x == 'a')",
        "object.list.join(',')",
        "object.image > 'a'",
        "!object.whole",
        "-object.whole",
        "object.whole ? 1 : 2",
        "object.whole && true",
        "object.whole || false",
        "object.image == 'a' || object.nothing",
        "object.nothing && object.whole",
        "int(object.image)",
        "'%s'.format([object.image])",
        "object.list.isSorted()",
        "object.map[object.image]",
        "{object.image: 1}",
        "object.list[object.whole]",
        "cel.bind(x, object.image, x == 'a')",
        "object.list.indexOf('z')",
        "quantity(object.image)",
        "[object.whole].map(x, x.y)",
        "object.list.sum()",
        "object.?whole.?x.orValue(1)",
        "object.whole < 3",
        "dyn(object.whole) == 3",
        "type(object.whole) == string",
        "optional.of(object.whole) == optional.of(1)",
        "'a'.matches(object.image)",
        "object.image.replace('a', 'b')",
    ],
)
def test_an_unknown_spreads(text: str) -> None:
    assert run(text, object=OBJECT) is TAG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("object.image == 'a' || true", True),
        ("true || object.image == 'a'", True),
        ("object.whole && false", False),
        ("object.list.all(x, x == 'z')", False),
        ("object.list.exists(x, x == 'a')", True),
        ("'a' in object.list", True),
        ("object.list == ['b', 'c']", False),
        ("object.list == ['a']", False),
        ("object.map == {'k': 1, 'other': 2}", False),
        ("object.n == 1 ? 'x' : object.image", "x"),
        ("has(object.image)", True),
        ("'k' in object.map", True),
        ("size(object.list)", 2),
        ("object.list[0]", "a"),
        ("object.map.other", 1),
        ("object.list.map(x, 1)", [1, 1]),
        ("object.list.indexOf('a')", 0),
        ("cel.bind(x, object.image, true)", True),
    ],
)
def test_what_decides_without_it_wins(text: str, expected: Any) -> None:
    assert run(text, object=OBJECT) == expected

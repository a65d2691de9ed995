"""The syntax tree. `at` is the offset in the source, in code points, that an error about the node points at.

Macros are expanded by the parser, but keep their kind: `all` stays a node of its own instead of cel-go's general fold,
so that each can be compiled to its own loop and explained in its own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A value as it stands."""

    value: Any
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A variable, or the start of a qualified name. `absolute` where a dot stood before it."""

    name: str
    at: int
    absolute: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Select:
    """`operand.field`; `optional` for `operand.?field`."""

    operand: Node
    field: str
    at: int
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    """`has(operand.field)`."""

    operand: Node
    field: str
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """`operand[key]`; `optional` for `operand[?key]`."""

    operand: Node
    key: Node
    at: int
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """`target.function(arguments)` or `function(arguments)`."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """An operator of two operands that are both always evaluated: arithmetic, comparison, `in`."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`!` or `-`."""

    operator: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    """A chain of `&&` or of `||`. The parser appends to `terms`; nobody else changes it."""

    operator: str
    terms: list[Node]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An element of a list literal; `optional` for `[?element]`."""

    value: Node
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An entry of a map literal; `optional` for `{?key: value}`."""

    key: Node
    value: Node
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class ListLiteral:
    """`[a, b]`."""

    items: tuple[Item, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class MapLiteral:
    """`{a: b}`."""

    entries: tuple[Entry, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """`pkg.Type{field: value}`: parsed for a good error, since Kubernetes' expressions here have no message types."""

    type_name: str
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension:
    """A macro that loops: `source.kind(names..., body...)`. `body` is as written, without the names.

    Kinds: all, exists, existsOne, filter, map, transformList, transformMap, transformMapEntry. The last four have
    an optional condition as the first of two bodies. Two names are index (or key) and value.
    """

    kind: str
    source: Node
    names: tuple[str, ...]
    body: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Bind:
    """`cel.bind(name, value, body)`."""

    name: str
    value: Node
    body: Node
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class OptionalMap:
    """`target.optMap(name, body)`; `flat` for `optFlatMap`."""

    target: Node
    name: str
    body: Node
    flat: bool
    at: int


Node: TypeAlias = (
    Literal
    | Name
    | Select
    | Has
    | Index
    | Call
    | Binary
    | Unary
    | Logical
    | Conditional
    | ListLiteral
    | MapLiteral
    | Message
    | Comprehension
    | Bind
    | OptionalMap
)

RESERVED: Final = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "package",
        "namespace",
        "null",
        "return",
        "true",
        "var",
        "void",
        "while",
    ]
)


def qualified_name(node: Node) -> str:
    """`a.b.c` where the node is nothing but names and dots; otherwise the empty string. Iterative."""
    parts: list[str] = []
    while isinstance(node, Select) and not node.optional:
        parts.append(node.field)
        node = node.operand
    if not isinstance(node, Name):
        return ""
    parts.append(node.name)
    return ".".join(reversed(parts))

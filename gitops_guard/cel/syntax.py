"""The syntax tree. `at` is the offset in the source, in code points, that an error about the node points at.

Macros are expanded by the parser, but keep their kind: `all` stays a node of its own instead of cel-go's general fold,
so that each can be compiled to its own loop and explained in its own words. Nodes
are named tuples because these are made quickly and cost little to import; they are told apart by identity, never
by equality.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias


class Literal(NamedTuple):
    """A value as it stands."""

    value: Any
    at: int


class Name(NamedTuple):
    """A variable, or the start of a qualified name. `absolute` where a dot stood before it."""

    name: str
    at: int
    absolute: bool = False


class Select(NamedTuple):
    """`operand.field`; `optional` for `operand.?field`."""

    operand: Node
    field: str
    at: int
    optional: bool = False


class Has(NamedTuple):
    """`has(operand.field)`."""

    operand: Node
    field: str
    at: int


class Index(NamedTuple):
    """`operand[key]`; `optional` for `operand[?key]`."""

    operand: Node
    key: Node
    at: int
    optional: bool = False


class Call(NamedTuple):
    """`target.function(arguments)` or `function(arguments)`."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]
    at: int


class Binary(NamedTuple):
    """An operator of two operands that are both always evaluated: arithmetic, comparison, `in`."""

    operator: str
    left: Node
    right: Node
    at: int


class Unary(NamedTuple):
    """`!` or `-`."""

    operator: str
    operand: Node
    at: int


class Logical(NamedTuple):
    """A chain of `&&` or of `||`. The parser appends to `terms`; nobody else changes it."""

    operator: str
    terms: list[Node]
    at: int


class Conditional(NamedTuple):
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node
    at: int


class Item(NamedTuple):
    """An element of a list literal; `optional` for `[?element]`."""

    value: Node
    optional: bool


class Entry(NamedTuple):
    """An entry of a map literal; `optional` for `{?key: value}`."""

    key: Node
    value: Node
    optional: bool


class ListLiteral(NamedTuple):
    """`[a, b]`."""

    items: tuple[Item, ...]
    at: int


class MapLiteral(NamedTuple):
    """`{a: b}`."""

    entries: tuple[Entry, ...]
    at: int


class Message(NamedTuple):
    """`pkg.Type{field: value}`: parsed for a good error, since Kubernetes' expressions here have no message types."""

    type_name: str
    at: int


class Comprehension(NamedTuple):
    """A macro that loops: `source.kind(names..., body...)`. `body` is as written, without the names.

    Kinds: all, exists, existsOne, filter, map, transformList, transformMap, transformMapEntry. The last four have
    an optional condition as the first of two bodies. Two names are index (or key) and value.
    """

    kind: str
    source: Node
    names: tuple[str, ...]
    body: tuple[Node, ...]
    at: int


class Bind(NamedTuple):
    """`cel.bind(name, value, body)`."""

    name: str
    value: Node
    body: Node
    at: int


class OptionalMap(NamedTuple):
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
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("package", "namespace", "null", "return", "true", "var", "void", "while"),
    )
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

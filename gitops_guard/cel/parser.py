"""Tokens to a syntax tree.

Chains (`a && b && ...`, `a + b + ...`, `a.b[c].d()...`) are read in loops and may be as long as the text. Only what
nests (brackets, arguments, the branches of `?:`) recurses, at most `MAX_DEPTH` times, cel-go's limit. Where Python's
own stack ends earlier (calls nested in calls take four frames a level), the caller refuses the expression likewise.
"""

from __future__ import annotations

from typing import Final

from gitops_guard.cel import literals
from gitops_guard.cel.errors import Misplaced
from gitops_guard.cel.lexer import Token, tokenize
from gitops_guard.cel.macros import expand
from gitops_guard.cel.syntax import (
    RESERVED,
    Binary,
    Call,
    Conditional,
    Entry,
    Index,
    Item,
    ListLiteral,
    Literal,
    Logical,
    MapLiteral,
    Message,
    Name,
    Node,
    Select,
    Unary,
    qualified_name,
)

MAX_DEPTH: Final = 250

_PRECEDENCE: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%"), 5),
}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_NUMBERS: Final = ("int", "uint", "double")


def parse(text: str) -> Node:
    """The tree of an expression. Raises `Misplaced`."""
    parser = _Parser(tokenize(text))
    node = parser.expression()
    if parser.token.kind != "end":
        raise parser.unexpected("the end of the expression")
    return node


class _Parser:
    """A cursor over the tokens. Methods are named after what they read."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 1
        self._depth = 0
        self.token = tokens[0]

    def unexpected(self, wanted: str) -> Misplaced:
        found = "the expression ends" if self.token.kind == "end" else f"found {self.token.text!r}"
        return Misplaced(f"expected {wanted}, but {found}", self.token.at)

    def _advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.token = self._tokens[self._next]
            self._next += 1
        return token

    def _take(self, kind: str) -> bool:
        if self.token.kind == kind:
            self._advance()
            return True
        return False

    def _expect(self, kind: str) -> Token:
        if self.token.kind != kind:
            raise self.unexpected(f"{kind!r}")
        return self._advance()

    def expression(self) -> Node:
        """Operands joined by operators, by the shunting-yard method, and the branches of a condition."""
        if self._depth == MAX_DEPTH:
            raise Misplaced(f"the expression nests more than {MAX_DEPTH} levels deep", self.token.at)
        self._depth += 1
        operands = [self._operand()]
        operators: list[Token] = []
        while (precedence := _PRECEDENCE.get(self.token.kind)) is not None:
            while operators and _PRECEDENCE[operators[-1].kind] >= precedence:
                _reduce(operands, operators.pop())
            operators.append(self._advance())
            operands.append(self._operand())
        while operators:
            _reduce(operands, operators.pop())
        node = operands[0]
        if self.token.kind == "?":
            node = self._conditional(node)
        self._depth -= 1
        return node

    def _conditional(self, condition: Node) -> Node:
        at = self._advance().at
        then = self.expression()
        self._expect(":")
        return Conditional(condition, then, self.expression(), at)

    def _operand(self) -> Node:
        """Prefix operators, a primary, and what follows it. Twice the same prefix cancels out, as in cel-go."""
        sign = self.token
        count = 0
        if sign.kind in ("!", "-"):
            while self._take(sign.kind):
                count += 1
        if sign.kind == "-" and self.token.kind in _NUMBERS:
            token = self._advance()
            node: Node = Literal(literals.number(token, negative=True), sign.at)
            count -= 1
        elif self._take("("):
            node = self.expression()
            self._expect(")")
        else:
            node = self._primary()
        while self.token.kind in (".", "["):
            node = self._member(node) if self.token.kind == "." else self._index(node)
        return Unary(sign.kind, node, sign.at) if count % 2 else node

    def _member(self, operand: Node) -> Node:
        at = self._advance().at
        if self._take("?"):
            return Select(operand, self._field(), at, optional=True)
        start = self.token
        field = self._field()
        if self.token.kind == "(" and start.kind == "name":
            return _call(field, operand, self._sequence(), start.at)
        if self.token.kind == "{" and (name := qualified_name(Select(operand, field, at))):
            return self._message(name, start.at)
        return Select(operand, field, start.at)

    def _field(self) -> str:
        if self.token.kind not in ("name", "quoted", "in") or self.token.text in ("true", "false", "null", "in"):
            raise self.unexpected("a field name")
        return self._advance().text

    def _index(self, operand: Node) -> Node:
        at = self._advance().at
        optional = self._take("?")
        key = self.expression()
        self._expect("]")
        return Index(operand, key, at, optional)

    def _primary(self) -> Node:
        token = self.token
        if token.kind in ("name", "."):
            return self._name_or_call()
        if token.kind == "[":
            return self._list()
        if token.kind == "{":
            return self._map()
        if token.kind == "string":
            return Literal(literals.string(self._advance()), token.at)
        if token.kind in _NUMBERS:
            return Literal(literals.number(self._advance(), negative=False), token.at)
        raise self.unexpected("a value")

    def _name_or_call(self) -> Node:
        absolute = self._take(".")
        token = self._expect("name")
        if token.text in _CONSTANTS and not absolute:
            return Literal(_CONSTANTS[token.text], token.at)
        if token.text in RESERVED:
            raise Misplaced(f"{token.text!r} is a reserved word", token.at)
        if self.token.kind == "(":
            return _call(token.text, None, self._sequence(), token.at)
        if self.token.kind == "{":
            return self._message(token.text, token.at)
        return Name(token.text, token.at, absolute)

    def _sequence(self) -> tuple[Node, ...]:
        """Arguments of a call, with their brackets."""
        self._expect("(")
        arguments = []
        if self.token.kind != ")":
            arguments.append(self.expression())
            while self._take(","):
                arguments.append(self.expression())
        self._expect(")")
        return tuple(arguments)

    def _list(self) -> Node:
        at = self._advance().at
        items = []
        while self.token.kind != "]":
            optional = self._take("?")
            items.append(Item(self.expression(), optional))
            if not self._take(","):
                break
        self._expect("]")
        return ListLiteral(tuple(items), at)

    def _map(self) -> Node:
        at = self._advance().at
        entries = []
        while self.token.kind != "}":
            optional = self._take("?")
            key = self.expression()
            self._expect(":")
            entries.append(Entry(key, self.expression(), optional))
            if not self._take(","):
                break
        self._expect("}")
        return MapLiteral(tuple(entries), at)

    def _message(self, type_name: str, at: int) -> Node:
        self._advance()
        while self.token.kind != "}":
            self._take("?")
            self._field()
            self._expect(":")
            self.expression()
            if not self._take(","):
                break
        self._expect("}")
        return Message(type_name, at)


def _reduce(operands: list[Node], token: Token) -> None:
    right = operands.pop()
    left = operands.pop()
    if token.kind not in ("&&", "||"):
        operands.append(Binary(token.kind, left, right, token.at))
    elif isinstance(left, Logical) and left.operator == token.kind:
        left.terms.append(right)
        operands.append(left)
    else:
        operands.append(Logical(token.kind, [left, right], token.at))


def _call(function: str, target: Node | None, arguments: tuple[Node, ...], at: int) -> Node:
    return expand(function, target, arguments, at) or Call(function, target, arguments, at)

"""Shell-like substitution as Flux does it: github.com/fluxcd/pkg/envsubst, a fork of drone/envsubst.

What the two parsers do is not what a shell does, and the differences decide what reaches a cluster:
`$VAR` is not touched; `$$` is `$` everywhere; `${VAR-x}`, `${VAR?x}` and `${VAR[0]}` are errors that fail the whole
Kustomization; `${VAR:+x}` and `${VAR:?x}` mean the same as `${VAR:-x}`; lengths and offsets count bytes.
tests/render/envsubst_cases.json is a table that the real Go code wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

MAX_NESTING: Final = 100
MAX_LENGTH: Final = 32 << 20
"""Characters of one object's text after substitution."""


class SubstitutionError(Exception):
    """The text cannot be substituted: Flux's build fails. The message is Flux's."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`${name...}`: the function is "" for a bare name, else the operator. `start`, `end` bound it in the text."""

    name: str
    function: str
    arguments: tuple[str | Expression, ...]
    start: int
    end: int


Node = str | Expression
ValueOf = Callable[[Expression, Sequence[str]], str]
"""The text in place of an expression, given its arguments. Raises `ValueError` where Flux would fail."""


def parse(text: str) -> list[Node]:
    """Literal text (with `$$` already `$`) and expressions, in order. Raises `SubstitutionError`."""
    nodes: list[Node] = []
    literal: list[str] = []
    at = 0
    while True:
        dollar = text.find("$", at)
        if dollar < 0 or dollar + 1 >= len(text):
            literal.append(text[at:])
            break
        literal.append(text[at:dollar])
        following = text[dollar + 1]
        if following == "{":
            if any(literal):
                nodes.append("".join(literal))
            literal = []
            found, at = _expression(text, dollar, 0)
            nodes.append(found)
        else:
            # `$$` becomes `$`, and its second half starts nothing.
            literal.append("$")
            at = dollar + (2 if following == "$" else 1)
    if any(literal):
        nodes.append("".join(literal))
    return nodes


def evaluate(nodes: Sequence[Node], value_of: ValueOf) -> str:
    """The text after substitution; `value_of` is asked for each expression, inner ones first.

    Raises `SubstitutionError` where a function fails or the text grows too long.
    """
    parts: list[str] = []
    length = 0
    for node in nodes:
        part = node if isinstance(node, str) else _value(node, value_of)
        length += len(part)
        if length > MAX_LENGTH:
            raise SubstitutionError("the text is too long after substitution")
        parts.append(part)
    return "".join(parts)


def _value(node: Expression, value_of: ValueOf) -> str:
    arguments = [item if isinstance(item, str) else _value(item, value_of) for item in node.arguments]
    try:
        return value_of(node, arguments)
    except ValueError as error:
        raise SubstitutionError(str(error)) from None


def expressions(nodes: Sequence[Node]) -> list[Expression]:
    """Every expression, outer before inner."""
    found: list[Expression] = []
    stack = [node for node in reversed(nodes) if isinstance(node, Expression)]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(inner for inner in reversed(node.arguments) if isinstance(inner, Expression))
    return found


DEFAULTS: Final = frozenset({"-", "+", "=", "?", ":-", ":+", ":=", ":?"})
"""Operators that give a value to a variable that is empty or not set."""

_IDENTIFIER: Final = re.compile(r"\w+")


def _identifier(text: str, at: int) -> str:
    """Letters, decimal digits and `_` (Go's unicode.IsLetter and IsDigit, which `\\w` is somewhat wider than)."""
    match = _IDENTIFIER.match(text, at)
    found = match.group() if match else ""
    for index, char in enumerate(found):
        if not (char.isalpha() or char.isdecimal() or char == "_"):
            return found[:index]
    return found


def _expression(text: str, start: int, depth: int) -> tuple[Expression, int]:
    """Parses `${...}` at `start`; gives it and the index behind it."""
    if depth > MAX_NESTING:
        raise SubstitutionError("substitutions are nested too deeply")
    at = start + 2
    if text.startswith("#", at):
        name = _identifier(text, at + 1)
        if not name:
            raise SubstitutionError("bad substitution")
        end = _close(text, at + 1 + len(name))
        return Expression(name, "#", (), start, end), end
    name = _identifier(text, at)
    if not name:
        raise SubstitutionError("unable to parse variable name")
    at += len(name)
    following = text[at : at + 1]
    parser = _PARSERS.get(following)
    if parser is None:
        if following != "}":
            raise SubstitutionError("missing closing brace")
        return Expression(name, "", (), start, at + 1), at + 1
    function, arguments, end = parser(text, at, depth)
    return Expression(name, function, tuple(arguments), start, end), end


_Parsed = tuple[str, list[Node], int]


def _close(text: str, at: int) -> int:
    if not text.startswith("}", at):
        raise SubstitutionError("bad substitution")
    return at + 1


def _argument(text: str, at: int, stop: str, depth: int, *, escapes: bool = False) -> tuple[Node, int]:
    """One argument: an expression, or text up to a character of `stop` or to the next expression."""
    if text.startswith("${", at):
        return _expression(text, at, depth + 1)
    parts: list[str] = []
    begin = at
    while at < len(text):
        char = text[at]
        if escapes and (text.startswith("$$", at) or text.startswith(("\\/", "\\\\"), at)):
            parts.append(text[at + 1])
            at += 2
            continue
        if char in stop or text.startswith("${", at):
            break
        parts.append(char)
        at += 1
    if at == begin:
        raise SubstitutionError("unable to parse substitution within function")
    return "".join(parts), at


def _default(text: str, at: int, depth: int) -> _Parsed:
    """`${x:=y}`, `${x:-y}`, `${x:?y}`, `${x:+y}`, `${x=y}`: text and expressions up to the brace."""
    function = "=" if text[at] == "=" else text[at : at + 2]
    at += len(function)
    arguments: list[Node] = []
    while not text.startswith("}", at):
        argument, at = _argument(text, at, "}", depth)
        arguments.append(argument)
    return function, arguments, at + 1


def _colon(text: str, at: int, depth: int) -> _Parsed:
    """A default, or `${x:offset}` and `${x:offset:length}`."""
    following = text[at + 1 : at + 2]
    if following and following in "=-?+":
        return _default(text, at, depth)
    if following and not following.isascii():
        # Go's scanner steps back by the width of this character, and so into the name.
        raise SubstitutionError("bad substitution")
    first, at = _argument(text, at + 1, ":}", depth)
    if text.startswith("}", at):
        return ":", [first], at + 1
    if not text.startswith(":", at):
        raise SubstitutionError("bad substitution")
    while text.startswith(":", at):
        at += 1
    second, at = _argument(text, at, "}", depth)
    return ":", [first, second], _close(text, at)


def _casing(text: str, at: int, _depth: int) -> _Parsed:
    """`${x,}`, `${x,,}`, `${x^}`, `${x^^}`."""
    function = text[at : at + 2] if text[at + 1 : at + 2] in (",", "^") else text[at]
    return function, [], _close(text, at + len(function))


def _replacing(text: str, at: int, depth: int) -> _Parsed:
    """`${x/old/new}`, `${x//old/new}`, `${x/#old/new}`, `${x/%old/new}`. The old text may run over braces and lines."""
    function = text[at : at + 2] if text[at + 1 : at + 2] in ("/", "#", "%") else "/"
    old, at = _argument(text, at + len(function), "/", depth, escapes=True)
    if not text.startswith("/", at):
        raise SubstitutionError("bad substitution")
    while text.startswith("/", at):
        at += 1
    if text.startswith("}", at):
        return function, [old], at + 1
    new, at = _argument(text, at, "}", depth, escapes=True)
    return function, [old, new], _close(text, at)


def _removing(text: str, at: int, depth: int) -> _Parsed:
    """`${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`."""
    function = text[at] * 2 if text.startswith(text[at] * 2, at) else text[at]
    pattern, at = _argument(text, at + len(function), "}", depth)
    return function, [pattern], _close(text, at)


_PARSERS: Final[dict[str, Callable[[str, int, int], _Parsed]]] = {
    ":": _colon,
    "=": _default,
    ",": _casing,
    "^": _casing,
    "/": _replacing,
    "#": _removing,
    "%": _removing,
}

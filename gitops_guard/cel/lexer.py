"""Text to tokens."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gitops_guard.cel.errors import Misplaced

MAX_LENGTH: Final = 100_000
"""Code points of an expression, as cel-go's default."""


class Token(NamedTuple):
    """`kind` is the operator itself, or one of: name, quoted (a name in backquotes), int, uint, double, string, end."""

    kind: str
    text: str
    at: int


_SHAPES: Final = r"""
    (?P<skip> [\t\n\f\r\ ]+ | //[^\n]* )
  | (?P<string> [rR][bB]? (?: \"{3}[\s\S]*?\"{3} | '{3}[\s\S]*?'{3} | "[^"\n\r]*" | '[^'\n\r]*' )
              | [bB][rR]  (?: \"{3}[\s\S]*?\"{3} | '{3}[\s\S]*?'{3} | "[^"\n\r]*" | '[^'\n\r]*' )
              | [bB]? (?: \"{3}(?:[^\\]|\\[\s\S])*?\"{3} | '{3}(?:[^\\]|\\[\s\S])*?'{3}
                        | "(?:[^"\\\n\r]|\\[^\n\r])*" | '(?:[^'\\\n\r]|\\[^\n\r])*' ) )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<double> [0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)? | [0-9]+[eE][+-]?[0-9]+ | \.[0-9]+(?:[eE][+-]?[0-9]+)? )
  | (?P<uint> (?:0x[0-9a-fA-F]+|[0-9]+)[uU] )
  | (?P<int> 0x[0-9a-fA-F]+ | [0-9]+ )
  | (?P<operator> && | \|\| | [=!<>]= | [-+*/%<>!?:.,()\[\]{}] )
  | (?P<quoted> `[A-Za-z0-9_./\ -]+` )
    """


def tokenize(text: str) -> list[Token]:
    """All tokens, then one of kind `end`. Raises `Misplaced` at what is no token."""
    if len(text) > MAX_LENGTH:
        raise Misplaced(f"the expression has {len(text)} characters; the limit is {MAX_LENGTH}", 0)
    pattern = re.compile(_SHAPES, re.VERBOSE)
    tokens = []
    at = 0
    while at < len(text):
        found = pattern.match(text, at)
        if found is None:
            raise Misplaced(_complaint(text, at), at)
        kind = found.lastgroup or ""
        if kind == "operator" or (kind == "name" and found.group() == "in"):
            tokens.append(Token(found.group(), found.group(), at))
        elif kind == "quoted":
            tokens.append(Token(kind, found.group()[1:-1], at))
        elif kind != "skip":
            tokens.append(Token(kind, found.group(), at))
        at = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


_ADVICE: Final = {
    "&": "CEL's logical and is &&",
    "|": "CEL's logical or is ||",
    "=": "CEL compares with ==",
    "'": "this string is not closed",
    '"': "this string is not closed",
    "`": "this quoted name is not closed, or holds a character that it may not",
}


def _complaint(text: str, at: int) -> str:
    advice = _ADVICE.get(text[at])
    return f"unexpected character {text[at]!r}" + (f": {advice}" if advice else "")

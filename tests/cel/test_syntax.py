"""Expressions that do not compile, and the place and words of the complaint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.cel import CelSyntaxError, compile_expression


def complaint(text: str) -> CelSyntaxError:
    with pytest.raises(CelSyntaxError) as caught:
        compile_expression(text, frozenset({"object", "params"}))
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "expected a value, but the expression ends"),
        ("1 +", 1, 4, "expected a value, but the expression ends"),
        ("object.", 1, 8, "expected a field name"),
        ("(1", 1, 3, "expected ')'"),
        ("1 2", 1, 3, "expected the end of the expression, but found '2'"),
        ("object.a &&\n  object.b = 1", 2, 12, "CEL compares with =="),
        ("object.a & true", 1, 10, "CEL's logical and is &&"),
        ("'abc", 1, 1, "this string is not closed"),
        ("'a\\q'", 1, 3, "unknown escape"),
        ("objekt.a", 1, 1, "undeclared variable 'objekt'; did you mean 'object'?"),
        ("object.a.starsWith('x')", 1, 10, "unknown method starsWith(); did you mean startsWith()?"),
        ("object.a.startsWith()", 1, 10, "startsWith() takes 1 arguments, not 0"),
        ("contains('a')", 1, 1, "contains() is no function; it is called as value.contains()"),
        ("object.a.all(1, true)", 1, 14, "must be the name of a variable"),
        ("object.a.map(x, y)", 1, 17, "undeclared variable 'y'"),
        ("x > 1 && object.a.all(x, x)", 1, 1, "undeclared variable 'x'"),
        ("has(object)", 1, 1, "has() takes a field selection"),
        ("9223372036854775808", 1, 1, "more than 64 bits"),
        ("18446744073709551616u", 1, 1, "more than 64 bits"),
        ("Foo{a: 1}", 1, 1, "no message type 'Foo'"),
        ("for == 1", 1, 1, "reserved word"),
        ("object.a ? 1", 1, 13, "expected ':'"),
        ("'\\ud800'", 1, 2, "no Unicode character"),
        ("string.x", 1, 1, "the type 'string' has no field 'x'"),
        ("#", 1, 1, "unexpected character '#'"),
    ],
)
def test_complaints(text: str, line: int, column: int, message: str) -> None:
    found = complaint(text)
    assert message in found.message
    assert (found.line, found.column) == (line, column)
    assert str(found) == f"{line}:{column}: {found.message}"


FRAGMENTS = st.sampled_from(
    [
        *(
            "object",
            "x",
            "1",
            "1u",
            ".5",
            "'s'",
            'b"\\x01"',
            "r''",
            "true",
            "null",
            "in",
            "has(",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
        ),
        *(
            ".",
            ".?",
            "[?",
            "?",
            ":",
            ",",
            "+",
            "-",
            "*",
            "/",
            "%",
            "!",
            "&&",
            "||",
            "==",
            "!=",
            "<",
            ">=",
            " ",
            "\n",
            "//",
            "`a`",
        ),
        *(".all(x,", ".map(x,", ".size()", "cel.bind(x,", ".format(", "'''", "\\", "0x", "e", "Type{", "\x00", "é"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=30).map("".join) | st.text(max_size=60))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        program = compile_expression(text, frozenset({"object"}))
    except CelSyntaxError as error:
        refusal = error
    else:
        program.evaluate({"object": {"a": [1]}}, budget=1000)
        program.blame({"object": {"a": [1]}}, budget=1000)
        return
    lines = text.split("\n")
    assert 1 <= refusal.line <= len(lines)
    assert 1 <= refusal.column <= len(lines[refusal.line - 1]) + 1

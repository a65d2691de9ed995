"""`matches`, and Kubernetes' `find` and `findAll`, on RE2: linear time, Go's syntax.

The engine is imported when the first pattern is used.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from gitops_guard.cel.cost import CHARACTERS_A_UNIT, Frame, charge
from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library

library: Final = Library("regex")

_MAX_PATTERN: Final = 10_000


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    """The compiled pattern, or a sentence that says what is wrong with it."""
    import re2

    if len(pattern) > _MAX_PATTERN:
        return f"the pattern has more than {_MAX_PATTERN} characters"
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        return str(error.args[0] if error.args else error)


def _prepare(frame: Frame, text: str, pattern: str) -> tuple[Any, bytes]:
    """The pattern, and the text in UTF-8: on bytes RE2's wrapper need not count characters, which takes it longer.

    Charges Kubernetes' cost of a match: the text by ten, times the pattern by four.
    """
    charge(frame, (1 + len(text) // CHARACTERS_A_UNIT) * (1 + len(pattern) // 4))
    expression = _compiled(pattern)
    if isinstance(expression, str):
        raise failure(ErrorKind.ARGUMENT, f"invalid regular expression {pattern[:60]!r}: {expression}")
    try:
        return expression, text.encode()
    except UnicodeEncodeError:
        raise failure(ErrorKind.CONVERSION, "the string holds half a surrogate pair") from None


@library.function("matches", str, str, metered=True)
@library.method("matches", str, str, metered=True)
def _matches(frame: Frame, text: str, pattern: str) -> bool:
    """Whether any part of the text matches."""
    expression, encoded = _prepare(frame, text, pattern)
    return expression.search(encoded) is not None


@library.method("find", str, str, metered=True)
def _find(frame: Frame, text: str, pattern: str) -> str:
    """The first match, or the empty string."""
    expression, encoded = _prepare(frame, text, pattern)
    found = expression.search(encoded)
    return found.group().decode() if found else ""


@library.method("findAll", str, str, metered=True)
def _find_all(frame: Frame, text: str, pattern: str) -> list[str]:
    return _find_some(frame, text, pattern, -1)


@library.method("findAll", str, str, int, metered=True)
def _find_some(frame: Frame, text: str, pattern: str, limit: int) -> list[str]:
    """The first `limit` matches, all where it is negative. Characters are counted here, so that none is torn."""
    found: list[str] = []
    if limit != 0:
        expression, _ = _prepare(frame, text, pattern)
        for match in expression.finditer(text):
            found.append(match.group())
            if len(found) == limit:
                break
    charge(frame, len(found))
    return found

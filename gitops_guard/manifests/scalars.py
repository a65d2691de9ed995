"""Types plain scalars as the Go libraries do, from their raw text.

KUBERNETES is sigs.k8s.io/yaml: go.yaml.in/yaml/v2 and then JSON. KUSTOMIZE is kyaml: go.yaml.in/yaml/v3, then JSON.
The tables and their order follow `resolve.go` of both; they differ in the YAML 1.1 booleans, in time stamps and in
oddly signed octals. The numbers follow what JSON makes of them: `1.0` and `1e3` arrive as integers, and an integer
beyond 64 bits as a float. Differential tests against kubectl hold this (tests/manifests/test_dialects_kubectl.py).
"""

from __future__ import annotations

import re
import struct
from decimal import Decimal
from math import isinf, isnan
from typing import Final

from gitops_guard.manifests.timestamps import json_time
from gitops_guard.model.manifest import Dialect

Scalar = str | int | float | bool | None

_COMMON: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_YAML11: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_WORDS: Final = {Dialect.KUSTOMIZE: _COMMON, Dialect.KUBERNETES: {**_COMMON, **_YAML11}}

_MAY_BE_TYPED: Final = frozenset("+-0123456789yYnNtTfFoO~.")
_DIGIT_OR_SIGN: Final = frozenset("+-0123456789")
_DECIMAL: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")
_INTEGER: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# Here go-yaml asks strconv.ParseFloat at once, which takes underscores between digits.
_DOT_FLOAT: Final = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_SIGNED_AFTER_PREFIX: Final = {
    Dialect.KUBERNETES: re.compile(r"0b([-+][01]+)()"),
    Dialect.KUSTOMIZE: re.compile(r"0b([-+][01]+)|0o([-+][0-7]+)"),
}
_MAX_INT64: Final = 2**63 - 1
_MAX_UINT64: Final = 2**64 - 1
# Longer digit strings overflow every integer type and every float that people write; they bound Python's int().
_MAX_NUMBER_TEXT: Final = 400


def plain_scalar(text: str, dialect: Dialect) -> Scalar:
    """The value of an untagged plain scalar. May be an infinity or NaN, which JSON does not know."""
    value = go_scalar(text, dialect)
    return json_number(value) if type(value) is int or type(value) is float else value


def go_scalar(text: str, dialect: Dialect) -> Scalar:
    """The same before JSON: `1e3` is a float, and integers reach to the end of uint64."""
    if text and text[0] not in _MAY_BE_TYPED:
        return text
    words = _WORDS[dialect]
    if text in words:
        return words[text]
    if text[0] in _DIGIT_OR_SIGN:
        return _number_or_text(text, dialect)
    if text[0] == "." and len(text) <= _MAX_NUMBER_TEXT and _DOT_FLOAT.fullmatch(text):
        return _float_or_text(text, text.replace("_", ""))
    return text


def _number_or_text(text: str, dialect: Dialect) -> Scalar:
    if _DECIMAL.fullmatch(text):
        return int(text)
    time = json_time(text)
    if time is not None:
        # v2 decodes a time stamp into an interface as its text.
        return time if dialect is Dialect.KUSTOMIZE else text
    plain = text.replace("_", "")
    if len(plain) > _MAX_NUMBER_TEXT:
        return text
    integer = _go_integer(plain)
    if integer is not None:
        return integer
    if _FLOAT.fullmatch(plain):
        return _float_or_text(text, plain)
    signed = _SIGNED_AFTER_PREFIX[dialect].fullmatch(plain)
    if signed is not None:
        digits, base = (signed[1], 2) if signed[1] else (signed[2], 8)
        number = int(digits, base)
        if -_MAX_INT64 - 1 <= number <= _MAX_INT64:
            return number
    return text


def _float_or_text(text: str, plain: str) -> Scalar:
    """strconv.ParseFloat answers a range error for what is too large, and the scalar stays text."""
    number = float(plain)
    return text if isinf(number) else number


def _go_integer(plain: str) -> int | None:
    """`strconv.ParseInt(plain, 0, 64)`, and `ParseUint` where that overflows."""
    match = _INTEGER.fullmatch(plain)
    if match is None:
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    if hexadecimal:
        number = int(hexadecimal, 16)
    elif binary:
        number = int(binary, 2)
    elif octal:
        number = int(octal, 8)
    else:
        number = int(decimal)
    if sign == "-":
        return -number if number <= _MAX_INT64 + 1 else None
    return number if number <= (_MAX_INT64 if sign else _MAX_UINT64) else None


def json_number(number: float) -> int | float:
    """What a Go program that reads JSON generically sees: int64 where the digits fit, else float64."""
    if isinstance(number, int):
        return number if -_MAX_INT64 - 1 <= number <= _MAX_INT64 else float(number)
    if isinf(number) or isnan(number) or not number.is_integer() or abs(number) >= 1e21:
        return number
    digits = int(Decimal(repr(number)))
    return digits if -_MAX_INT64 - 1 <= digits <= _MAX_INT64 else number


def key_text(value: Scalar) -> str | None:
    """How sigs.k8s.io/yaml writes a mapping key of `go_scalar`'s types; None where it refuses (null, uint64)."""
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value <= _MAX_INT64 else None
    return _float32_text(value)


def _float32_text(number: float) -> str:
    """Go's `strconv.FormatFloat(number, 'g', -1, 32)`, with YAML's words for what is not finite."""
    if isnan(number):
        return ".nan"
    try:
        single: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        single = float("inf") if number > 0 else float("-inf")
    if isinf(single):
        return ".inf" if single > 0 else "-.inf"
    for precision in range(9):
        text = f"{single:.{precision}e}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            break
    mantissa, _, exponent = text.partition("e")
    if -4 <= int(exponent) < 6:
        return format(Decimal(text), "f")
    return f"{mantissa}e{exponent}"

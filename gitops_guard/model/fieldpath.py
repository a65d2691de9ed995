"""Paths into a manifest's value: tuples of mapping keys and list indexes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

FieldPath = tuple[str | int, ...]

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][\w$-]*\Z")


class _Missing:
    """The type of `MISSING`; falsy, so that `lookup(...) or default` reads well."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


def format_path(path: FieldPath) -> str:
    """`("spec", "containers", 2, "a.b/c")` -> `spec.containers[2]["a.b/c"]`; the empty path is the empty string."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.match(step):
            text += f".{step}" if text else step
        else:
            text += '["' + step.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return text


_STEP: Final = re.compile(r'\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


def parse_path(text: str) -> FieldPath:
    """The inverse of `format_path`. Raises `ValueError` where the text is not such a path."""
    path: list[str | int] = []
    at = 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise ValueError(f"not a field path: {text!r} at column {at + 1}")
        key, index, quoted = step.groups()
        if index is not None:
            path.append(int(index))
        else:
            path.append(key if key is not None else re.sub(r"\\(.)", r"\1", quoted))
        at = step.end()
    return tuple(path)


def lookup(value: object, path: FieldPath) -> object:
    """What stands at `path` below `value`, or `MISSING`. Never raises: a scalar on the way is just missing."""
    for step in path:
        # Plain dictionaries and lists first, by their exact type: asking for an abstract one costs ten times as much.
        if type(value) is dict:
            if step not in value:
                return MISSING
            value = value[step]
        elif type(value) is list:
            if not isinstance(step, int) or not -len(value) <= step < len(value):
                return MISSING
            value = value[step]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            return MISSING
    return value


def text_at(value: object, *path: str | int) -> str:
    """The string at `path`, or the empty string where there is none, or something else (an unknown too)."""
    found = lookup(value, path)
    return found if isinstance(found, str) else ""


def mapping_at(value: object, *path: str | int) -> Mapping[str, object]:
    """The mapping at `path`, or an empty one."""
    found = lookup(value, path)
    return found if type(found) is dict or isinstance(found, Mapping) else {}


def list_at(value: object, *path: str | int) -> Sequence[object]:
    """The list at `path`, or an empty one."""
    found = lookup(value, path)
    return found if isinstance(found, list | tuple) else ()

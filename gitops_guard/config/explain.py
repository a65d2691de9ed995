"""What is wrong with a configuration, all of it, in words: jsonschema finds it, and here it is said.

Only imported where something is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gitops_guard.model.facts import At
from gitops_guard.model.fieldpath import FieldPath

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMA_PATH: Final = Path(__file__).with_name("schema.json")
_SHOWN: Final = 60
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at the key or the value of a field path."""

    path: FieldPath
    at: At
    message: str
    fix: str | None = None


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12)."""
    found: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return found


def explain(value: object) -> list[Fault]:
    """Every fault of `value` (plain data), in the order of the file's keys; none where it is a configuration."""
    from jsonschema import Draft202012Validator

    return [fault for error in Draft202012Validator(schema()).iter_errors(value) for fault in _faults(error)]


def _faults(error: ValidationError) -> Iterator[Fault]:
    path: FieldPath = tuple(error.absolute_path)
    known: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    value: Any = error.instance
    wanted: Any = error.validator_value
    help_text = known.get("description")
    match error.validator:
        case "additionalProperties":
            for key in value:
                if key not in known["properties"]:
                    near = _near(key, known["properties"]) or f"There are: {', '.join(known['properties'])}."
                    yield Fault((*path, key), "key", f"unknown key {_show(key)}", near)
        case "required":
            # One error for each key that is missing; only its text says which.
            for key in wanted:
                if key not in value and error.message.startswith(repr(key)):
                    yield Fault(path, "value", f'"{key}" is missing', help_text)
        case "enum":
            fix = _near(value, wanted) if isinstance(value, str) else None
            if value is False and "off" in wanted:
                fix = 'Write "off".'
            yield Fault(path, "value", f"{_show(value)} is none of {', '.join(wanted)}", fix or help_text)
        case "const":
            yield Fault(path, "value", f"{_show(value)} is not {wanted}", help_text)
        case "type":
            yield Fault(path, "value", *_wrong_type(value, wanted, known))
        case _:  # pattern, minLength, anyOf: each beside a title that says what is right
            named = "propertyNames" in error.absolute_schema_path
            shown = "this" if isinstance(value, dict) else _show(value)
            where = (*path, value) if named else path
            yield Fault(where, "key" if named else "value", f"{shown} is not {known['title']}", help_text)


def _wrong_type(value: object, wanted: str | list[str], known: Mapping[str, Any]) -> tuple[str, str | None]:
    kind = wanted if isinstance(wanted, str) else wanted[0]
    right = {"object": "a mapping", "array": "a list"}.get(kind) or known["title"]
    message, help_text = f"{_show(value)} is not {right}", known.get("description")
    if kind == "string" and isinstance(value, bool | int | float):
        return message, "Write it in quotes."
    if kind == "array" and isinstance(value, str):
        return message, f"Write [{_show(value)}]."
    return message, help_text


def _show(value: object) -> str:
    """A value as a person wrote it, more or less."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _near(word: str, known: Iterable[str]) -> str | None:
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else None

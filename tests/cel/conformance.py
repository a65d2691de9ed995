"""Reads the conformance cases of google/cel-spec and judges one of them. See ../shared/corpora/README.md."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitops_guard.cel import CelError, CelSyntaxError, UInt, compile_expression
from gitops_guard.cel.times import parse_duration, parse_timestamp
from gitops_guard.cel.values import BoolKey, CelType
from gitops_guard.model.unknown import Unknown

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "cel-spec"

MESSAGES = (
    "TestAllTypes",
    "NestedTestAllTypes",
    "GlobalEnum",
    "NestedEnum",
    "google.protobuf.",
    "proto2",
    "proto3",
)
"""What shows in a case that it needs protobuf messages or enums, which Kubernetes' expressions do not have."""

LACKS = ("unknown function", "unknown method")
"""Refusals that are no judgement of the case: the function is not there at all."""

WELL_KNOWN = ("google.protobuf.Timestamp", "google.protobuf.Duration")


class NeedsMessagesError(Exception):
    """The case speaks of protobuf messages."""


@dataclass(frozen=True)
class Case:
    """One case of the suite."""

    file: str
    name: str
    data: Mapping[str, Any]

    @property
    def needs_messages(self) -> bool:
        text = json.dumps({key: value for key, value in self.data.items() if key != "container"})
        for known in WELL_KNOWN:
            text = text.replace(known, "")
        return any(word in text for word in MESSAGES)


def cases(file: Path) -> Iterator[Case]:
    for section in json.loads(file.read_text()).get("section", ()):
        for data in section.get("test", ()):
            yield Case(file.stem, f"{section['name']}/{data['name']}", data)


def value_of(data: Mapping[str, Any]) -> Any:
    """A value of the suite as our plain data."""
    ((kind, value),) = data.items()
    if kind in ("bool_value", "string_value"):
        return value
    if kind == "int64_value":
        return int(value)
    if kind == "uint64_value":
        return UInt(value)
    if kind == "double_value":
        return float(value)
    if kind == "null_value":
        return None
    if kind == "bytes_value":
        return base64.b64decode(value)
    if kind == "type_value":
        return CelType(value)
    if kind == "list_value":
        return [value_of(item) for item in value.get("values", ())]
    if kind == "map_value":
        return {key_of(value_of(entry["key"])): value_of(entry["value"]) for entry in value.get("entries", ())}
    if kind == "object_value":
        return object_of(value)
    raise NeedsMessagesError(kind)


def key_of(value: Any) -> Any:
    return BoolKey(value) if isinstance(value, bool) else value


def object_of(value: Mapping[str, Any]) -> Any:
    name = value["@type"].rpartition("/")[2]
    if name == "google.protobuf.Timestamp":
        return parse_timestamp(value["value"])
    if name == "google.protobuf.Duration":
        return parse_duration(value["value"])
    raise NeedsMessagesError(name)


def same(left: Any, right: Any) -> bool:
    """Whether two results are the same value of the same type; NaN is the same as NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


def verdict(case: Case) -> str:
    """`pass`, or what is wrong. Raises `NeedsMessagesError`."""
    data = case.data
    bindings = {}
    for name, binding in data.get("bindings", {}).items():
        if "value" in binding:
            bindings[name] = value_of(binding["value"])
    wanted = data.get("value")
    if "typed_result" in data:
        wanted = data["typed_result"].get("result")
    declared = {entry.get("name", "") for entry in data.get("type_env", ())}
    try:
        program = compile_expression(data["expr"], frozenset({*bindings, *declared}))
    except CelSyntaxError as error:
        refused = "eval_error" in data and not error.message.startswith(LACKS)
        return "pass" if refused else f"does not compile: {error}"
    if data.get("check_only"):
        return "pass"
    result = program.evaluate(bindings)
    if "eval_error" in data:
        return "pass" if isinstance(result, CelError | Unknown) else f"gave {result!r} instead of an error"
    if wanted is None:
        wanted = {"bool_value": True}
    expected = value_of(wanted)
    return "pass" if same(result, expected) else f"gave {result!r} instead of {expected!r}"

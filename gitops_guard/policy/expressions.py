"""Rules whose validations are CEL: compiled on first use, evaluated on plain data, blamed on the field at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from gitops_guard.cel import CelError, CelSyntaxError, Program, Variables, compile_expression
from gitops_guard.model.fieldpath import MISSING, FieldPath, format_path, lookup
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.location import Span
from gitops_guard.model.rule import Rule, Scope, Validation
from gitops_guard.model.unknown import Unknown
from gitops_guard.policy.reading import Reader

OBJECT_VARIABLES: Final = frozenset(
    {"object", "oldObject", "params", "namespaceObject", "variables", "request", "environment"}
)
ENVIRONMENT_VARIABLES: Final = frozenset({"environment", "params", "variables"})

_WORD: Final = re.compile(r"[A-Za-z_]\w*")


def variables_of(scope: Scope) -> frozenset[str]:
    """What the expressions of a scope see."""
    return OBJECT_VARIABLES if scope is Scope.OBJECT else ENVIRONMENT_VARIABLES


def check_expressions(rule: Rule, reader: Reader, data: bytes) -> None:
    """Compiles every expression of a rule file and complains, at its line, about each that does not."""
    known = variables_of(rule.scope)
    for index, variable in enumerate(rule.variables):
        _check(variable.expression, ("variables", index, "expression"), known, reader, data)
    for index, validation in enumerate(rule.validations):
        _check(validation.expression, ("validations", index, "expression"), known, reader, data)
        if validation.message_expression:
            _check(validation.message_expression, ("validations", index, "messageExpression"), known, reader, data)


def _check(text: str, at: FieldPath, known: frozenset[str], reader: Reader, data: bytes) -> None:
    try:
        compile_expression(text, known)
    except CelSyntaxError as error:
        place = _place_within(reader.span(at), data, error.line, error.column)
        reader.complain_at(place, f"{format_path(at)}: {error.message}")


def _place_within(span: Span, data: bytes, line: int, column: int) -> Span:
    """Where line and column of an expression (from 1) stand in the file that holds it as a scalar at `span`."""
    lines = data.decode("utf-8", "replace").split("\n")
    first = lines[span.line - 1][span.column - 1 :] if span.line <= len(lines) else ""
    if first[:1] in ("|", ">"):
        # The first line of a block that is not empty says how deep the block is indented.
        text = next((text for text in lines[span.line :] if text.strip()), "")
        return Span.point(span.line + line, len(text) - len(text.lstrip(" ")) + column)
    quote = 1 if first[:1] in ("'", '"') else 0
    # A flow scalar over several lines is folded: its columns are lost, its first line is still right.
    return Span.point(span.line, span.column + quote + column - 1 if line == 1 else span.column)


class Expressions:
    """The compiled validations of one rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._known = variables_of(rule.scope)

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The variables that the rule may look at: every word of its expressions, so never too few."""
        texts = [variable.expression for variable in self.rule.variables]
        for validation in self.rule.validations:
            texts += (validation.expression, validation.message_expression)
        return frozenset(word for text in texts for word in _WORD.findall(text)) & self._known

    def answers(self, bindings: Mapping[str, object]) -> Iterator[Hit | NotJudged]:
        """What the validations say of one object: nothing where all are true. Paths lead into `object`."""
        bound = self._with_variables(bindings)
        for index, (validation, program) in enumerate(zip(self.rule.validations, self._programs, strict=True)):
            result = program.evaluate(bound)
            if result is True:
                continue
            message = self._message(index, validation, bound)
            for wanted in _places(program, bound) or [()]:
                yield self._answer(index, wanted, bound.get("object"), result, message)

    def _answer(self, index: int, wanted: FieldPath, value: object, result: object, message: str) -> Hit | NotJudged:
        path = wanted
        while lookup(value, path) is MISSING and path:
            path = path[:-1]
        field = f"{index}:{format_path(wanted[len(path) :])}"
        if isinstance(result, Unknown):
            return NotJudged(result.reason, path=path, cause=field)
        if isinstance(result, CelError) and not self.rule.error_fails:
            return NotJudged(f"the expression cannot be evaluated: {result.message}", path=path, cause=field)
        if not isinstance(result, bool | CelError):
            return NotJudged(f"the expression is no boolean but {type(result).__name__}", path=path, cause=field)
        found = lookup(value, wanted)
        # A scalar at fault is the cause, and another bad value another finding; else it is what is missing.
        cause = f"{index}={found}" if isinstance(found, str | int | float | bool) else field
        # What is missing belongs below the key of what is there; an item of a list has no key of its own.
        at_key = len(path) < len(wanted) and bool(path) and isinstance(path[-1], str)
        return Hit(message, path=path, at="key" if at_key else "value", cause=cause)

    def _message(self, index: int, validation: Validation, bound: Mapping[str, object]) -> str:
        program = self._messages[index]
        if program is not None:
            text = program.evaluate(bound)
            # As the API server does: an expression that fails, or says nothing in one line, gives way to the message.
            if isinstance(text, str) and text.strip() and "\n" not in text.strip():
                return text.strip()
        return validation.message or f"failed expression: {' '.join(validation.expression.split())}"

    @cached_property
    def _programs(self) -> tuple[Program, ...]:
        return tuple(compile_expression(item.expression, self._known) for item in self.rule.validations)

    @cached_property
    def _messages(self) -> tuple[Program | None, ...]:
        return tuple(
            compile_expression(item.message_expression, self._known) if item.message_expression else None
            for item in self.rule.validations
        )

    @cached_property
    def _variables(self) -> Mapping[str, Program]:
        return {item.name: compile_expression(item.expression, self._known) for item in self.rule.variables}

    def _with_variables(self, bindings: Mapping[str, object]) -> Mapping[str, object]:
        return {**bindings, "variables": Variables(self._variables, bindings)} if self.rule.variables else bindings


def _places(program: Program, bound: Mapping[str, object]) -> list[FieldPath]:
    """The fields of `object` to blame. One, unless items of a list are at fault each by itself: then one for each.

    Naming the first item only would let a later fault of the same list hide behind one that was there before.
    """
    found: dict[FieldPath, FieldPath] = {}
    shape: FieldPath | None = None
    for blame in program.blame(bound):
        if blame.variable != "object":
            continue
        path = (*blame.path, blame.missing) if blame.missing else blame.path
        item = _up_to_last_item(path)
        own = tuple("*" if isinstance(step, int) else step for step in item)
        shape = own if shape is None else shape
        if own == shape and item not in found:
            found[item] = path
    return list(found.values())


def _up_to_last_item(path: FieldPath) -> FieldPath:
    length = len(path)
    while length and not isinstance(path[length - 1], int):
        length -= 1
    return path[:length]

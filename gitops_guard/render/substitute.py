"""Post-build substitution of one object, with a note of every place where a variable stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gitops_guard.model.facts import VariableUse
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.unknown import Unknown
from gitops_guard.render.envsubst import DEFAULTS, Expression, Node, SubstitutionError, evaluate, expressions, parse
from gitops_guard.render.envsubst_functions import apply
from gitops_guard.render.tokens import Tokens
from gitops_guard.render.variables import Variables

DISABLED: Final = "kustomize.toolkit.fluxcd.io/substitute"


@dataclass(frozen=True, slots=True)
class Place:
    """A scalar of the built object that refers to variables: where it stood, and what it said."""

    path: FieldPath
    template: str
    uses: tuple[VariableUse, ...]
    undefined: tuple[str, ...]


def is_disabled(value: object) -> bool:
    """Whether a label or annotation keeps Flux from substituting in an object."""
    return any(mapping_at(value, "metadata", where).get(DISABLED) == "disabled" for where in ("labels", "annotations"))


def substituted(text: str, variables: Variables, tokens: Tokens) -> str:
    """The text of an object after substitution, with tokens for what is unknown. Raises `SubstitutionError`.

    Flux's strict mode, in which a variable that is not set is an error, is a switch of the controller that the
    repository does not tell; without it such a variable is empty.
    """

    def value_of(node: Expression, arguments: Sequence[str]) -> str:
        found = variables.known.get(node.name)
        if (found is None and variables.gaps) or (found is not None and found.value is None):
            reason = found.reason if found is not None else "; ".join(variables.gaps)
            return tokens.token_of(Unknown(text[node.start : node.end], (node.name,), reason))
        value = found.value or "" if found is not None else ""
        is_default = not node.function or node.function in DEFAULTS
        if not is_default and (tokens.in_text(value) or any(map(tokens.in_text, arguments))):
            names = tuple(dict.fromkeys(inner.name for inner in expressions([node])))
            return tokens.token_of(Unknown(text[node.start : node.end], names, "it is computed from an unknown value"))
        return apply(node.function, value, arguments)

    return evaluate(parse(text), value_of)


def places(value: object, variables: Variables) -> Iterator[Place]:
    """Every scalar of a built object that refers to a variable."""
    stack: list[tuple[FieldPath, object]] = [((), value)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, str):
            if "${" in node:
                yield from _place(path, node, variables)
        elif isinstance(node, Mapping):
            stack.extend(((*path, key), child) for key, child in reversed(list(node.items())))
        elif isinstance(node, list):
            stack.extend(((*path, index), child) for index, child in reversed(list(enumerate(node))))


def _place(path: FieldPath, template: str, variables: Variables) -> Iterator[Place]:
    try:
        nodes = parse(template)
    except SubstitutionError:
        return  # An expression that runs over the border of a scalar: no place of its own.
    uses: dict[str, VariableUse] = {}
    undefined: dict[str, None] = {}
    _collect(nodes, variables, uses, undefined)
    if uses:
        yield Place(path, template, tuple(uses.values()), tuple(undefined))


def _collect(
    nodes: Sequence[Node], variables: Variables, uses: dict[str, VariableUse], undefined: dict[str, None]
) -> None:
    """What an evaluation really reads: the default of a variable that is set is not looked at."""
    for node in nodes:
        if isinstance(node, str):
            continue
        found = variables.known.get(node.name)
        uses[node.name] = VariableUse(node.name, found.source if found else None)
        if node.function not in DEFAULTS:
            if found is None and not variables.gaps:
                undefined[node.name] = None
            _collect(node.arguments, variables, uses, undefined)
        elif found is None or not found.value:
            _collect(node.arguments, variables, uses, undefined)
            if found is None and not node.arguments and not variables.gaps:
                undefined[node.name] = None

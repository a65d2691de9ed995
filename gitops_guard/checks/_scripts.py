"""Variables in text that another program expands: a shell script, a dashboard, a configuration with `${...}`."""

from __future__ import annotations

from typing import Final

from gitops_guard.graph import pod_specs
from gitops_guard.model.facts import FleetFacts, Substitution

_DATA: Final = frozenset({"data", "stringData", "binaryData"})
_COMMANDS: Final = frozenset({"command", "args"})


def variables_of_flux(fleet: FleetFacts) -> frozenset[str]:
    """Names that some Kustomization of the fleet does set, or may: where one is missing, it was meant for Flux."""
    return frozenset(
        use.name
        for facts in fleet.environments
        for substitution in facts.substitutions
        for use in substitution.uses
        if use.name not in substitution.undefined
    )


def swallowed(substitution: Substitution, of_flux: frozenset[str]) -> tuple[str, ...]:
    """Undefined variables that belong to the program that reads the text."""
    return tuple(name for name in substitution.undefined if name not in of_flux) if _is_text(substitution) else ()


def _is_text(substitution: Substitution) -> bool:
    """Whether the value is handed on as text: in a ConfigMap or Secret, as a command, or in many lines."""
    item, path = substitution.subject, substitution.path
    if item.id.group == "" and item.id.kind in ("ConfigMap", "Secret"):
        return bool(path) and path[0] in _DATA
    if "\n" in substitution.template.strip():
        return True
    return not _COMMANDS.isdisjoint(path) and any(path[: len(at)] == at for at, _ in pod_specs(item.value))

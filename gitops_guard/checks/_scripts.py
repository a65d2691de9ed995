"""Variables in text that another program expands: a shell script, a dashboard, a configuration with `${...}`."""

from __future__ import annotations

from typing import Final

from gitops_guard.graph import pod_specs
from gitops_guard.model.facts import Substitution

_DATA: Final = frozenset({"data", "stringData", "binaryData"})
_COMMANDS: Final = frozenset({"command", "args"})


def is_for_another_program(substitution: Substitution) -> bool:
    """Whether the value is handed on as text: in a ConfigMap or Secret, as a command, or in many lines."""
    item, path = substitution.subject, substitution.path
    if item.id.group == "" and item.id.kind in ("ConfigMap", "Secret"):
        return bool(path) and path[0] in _DATA
    if "\n" in substitution.template.strip():
        return True
    return not _COMMANDS.isdisjoint(path) and any(path[: len(at)] == at for at, _ in pod_specs(item.value))

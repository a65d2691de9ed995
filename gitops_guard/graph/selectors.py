"""Label selectors, and what a Service or Gateway selects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gitops_guard.model.fieldpath import mapping_at, text_at
from gitops_guard.model.unknown import Unknown

_SERVICE: Final = ("spec", "selector")


def service_selector(value: Mapping[str, object]) -> Mapping[str, object]:
    """The selector of a core Service; empty where it has none (endpoints made by hand) or is an ExternalName."""
    if text_at(value, "spec", "type") == "ExternalName":
        return {}
    return mapping_at(value, *_SERVICE)


def selects(selector: Mapping[str, object], labels: Mapping[str, object]) -> bool | None:
    """Whether every pair of `selector` is among `labels`; None where that depends on a value that is not known."""
    undecided = False
    for key, wanted in selector.items():
        found = labels.get(key)
        if isinstance(wanted, Unknown) or isinstance(found, Unknown):
            undecided = True
        elif found != wanted:
            return False
    return None if undecided else True

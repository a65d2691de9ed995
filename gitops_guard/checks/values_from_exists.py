"""`valuesFrom` and `substituteFrom` that name a ConfigMap or Secret which does not exist, or a key that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._references import judge_references, referring
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import mapping_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context

# helm-controller, ValuesReference.GetValuesKey.
_DEFAULT_KEY: Final = "values.yaml"
_ROLES: Final = (Role.VALUES, Role.SUBSTITUTE)


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: HelmReleases and Flux Kustomizations. Optional references may dangle."""
    yield from judge_references(facts, context, _ROLES, "Flux cannot render this and applies nothing new")
    yield from _missing_keys(facts)


def _missing_keys(facts: EnvironmentFacts) -> Iterator[Hit]:
    for item, reference in referring(facts, (Role.VALUES,)):
        key = reference.key or _DEFAULT_KEY
        for target in facts.by_id.get(reference.target, ())[:1] if reference.unknown is None else ():
            keys = {name for field in ("data", "stringData", "binaryData") for name in mapping_at(target.value, field)}
            if keys and key not in keys:
                stated = "" if reference.key else " (the default of `valuesKey`)"
                yield Hit(
                    f'{reference.target} has no key "{key}"{stated}: Flux cannot render this and applies nothing new',
                    item,
                    reference.path,
                    fix=f"set `valuesKey` to one of: {', '.join(sorted(keys)[:5])}",
                    cause=f"{reference.target} {key}",
                )

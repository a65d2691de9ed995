"""Pods that need a ConfigMap or Secret which does not exist, or a key that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._references import judge_references, referring
from gitops_guard.graph import Role
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import mapping_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context

_FIELDS: Final = ("data", "stringData", "binaryData")


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: `envFrom`, `env.valueFrom`, volumes and `imagePullSecrets`. Optional ones may dangle."""
    yield from judge_references(facts, context, (Role.CONFIG,), "the pod waits for it and does not start")
    yield from judge_references(facts, context, (Role.IMAGE_PULL,), "private images cannot be pulled")
    yield from _missing_keys(facts)


def _missing_keys(facts: EnvironmentFacts) -> Iterator[Hit]:
    for item, reference in referring(facts, (Role.CONFIG,)):
        if not reference.key or reference.unknown is not None:
            continue
        for target in facts.by_id.get(reference.target, ())[:1]:
            keys = {name for field in _FIELDS for name in mapping_at(target.value, field)}
            if keys and reference.key not in keys:
                yield Hit(
                    f'{reference.why}: {reference.target} has no key "{reference.key}": the pod does not start',
                    item,
                    reference.path,
                    fix=f"use one of its keys: {', '.join(sorted(keys)[:5])}; or add the key",
                    cause=f"{reference.target} {reference.key}",
                )

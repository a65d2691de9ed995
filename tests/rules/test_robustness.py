"""Rules meet whatever a pull request brings: every value of every test object, replaced by junk and by unknowns.

Nothing may raise: `RuleCrashError` would mean that nothing was judged.
"""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from functools import cache

import pytest

from gitops_guard.model.config import Config
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.fieldpath import FieldPath, lookup
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject, digest_of
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Rule
from gitops_guard.model.unknown import Unknown
from gitops_guard.policy.engine import Engine
from gitops_guard.policy.judge import judge
from gitops_guard.policy.packs import builtin_directory, with_settings
from gitops_guard.policy.rule_tests import case_facts

from .builtin import builtin_rules, cases_of

UNKNOWN = Unknown("${X}", ("X",), "X is only known in the cluster")
PLAIN_JUNK: list[object] = [
    None,
    True,
    0,
    -1.5,
    "",
    "x:y@z/../${Q}",
    [],
    {},
    [None],
    {"a": None},
    [["x"], {"name": 1}],
    10**30,
]
JUNK = [*PLAIN_JUNK, UNKNOWN, [UNKNOWN], {"name": UNKNOWN}]
TRIES = 100
"""Mutated fleets for each rule."""


def paths_of(value: object) -> list[FieldPath]:
    found: list[FieldPath] = []
    stack: list[tuple[FieldPath, object]] = [((), value)]
    while stack:
        path, node = stack.pop()
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, child in children:
            found.append((*path, key))
            stack.append(((*path, key), child))
    return found


def mutated(value: dict[str, object], junk: list[object], chance: random.Random) -> dict[str, object]:
    changed = copy.deepcopy(value)
    for _ in range(chance.choice([1, 1, 2, 4])):
        paths = paths_of(changed)
        if not paths:
            break
        path = chance.choice(paths)
        parent = lookup(changed, path[:-1])
        if isinstance(parent, dict) and chance.random() < 0.2:
            del parent[path[-1]]
        elif isinstance(parent, dict | list):
            parent[path[-1]] = copy.deepcopy(chance.choice(junk))  # type: ignore[index]
    return changed


def mutate_object(item: RenderedObject, chance: random.Random) -> RenderedObject:
    value = mutated(item.value, JUNK, chance)
    # Discovery takes only objects with a kind; what else of their identity is junk reads as empty.
    own = ResourceId.of(value)
    return replace(item, value=value, digest=digest_of(value), id=own if own.kind else item.id)


def mutate(facts: FleetFacts, chance: random.Random) -> FleetFacts:
    environments = tuple(
        EnvironmentFacts(
            item.environment,
            tuple(mutate_object(one, chance) for one in item.objects),
            item.failures,
            item.gaps,
            item.files,
        )
        for item in facts.environments
    )
    files = {path: mutate_file(file, chance) for path, file in facts.files.items()}
    return replace(facts, environments=environments, files=files)


def mutate_file(file: SourceFile, chance: random.Random) -> SourceFile:
    manifests = tuple(mutate_manifest(item, chance) for item in file.manifests)
    return SourceFile(file.path, file.oid, manifests, file.problems)


def mutate_manifest(item: Manifest, chance: random.Random) -> Manifest:
    return replace(item, value=mutated(item.value, PLAIN_JUNK, chance))


@cache
def all_facts(rule: Rule) -> list[tuple[FleetFacts, FleetFacts | None]]:
    path = builtin_directory() / rule.pack / f"{rule.name}.test.yaml"
    return [case_facts(case) for case in cases_of(path)] if path.is_file() else []


@pytest.mark.parametrize("rule", builtin_rules().rules, ids=lambda rule: rule.name)
def test_junk_never_raises(rule: Rule) -> None:
    rules = with_settings(builtin_rules().rules, Config()).narrowed(select=[rule.name])
    chance = random.Random(rule.name)
    every = all_facts(rule)
    for turn in range(TRIES if every else 0):
        head, base = every[turn % len(every)]
        changed, before = mutate(head, chance), mutate(base or head, chance)
        list(Engine(rules).run(changed, chance.choice([None, before, head])))


@pytest.mark.parametrize("seed", range(40))
def test_junk_is_judged_to_the_end(seed: int) -> None:
    """Severities, places, pairing, merging and the verdict as well, with all rules at once."""
    chance = random.Random(seed)
    rules = with_settings(builtin_rules().rules, Config()).narrowed(profile="strict")
    cases = [facts for rule in builtin_rules().rules for facts in all_facts(rule)]
    head, base = chance.choice(cases)
    judgement = judge(mutate(head, chance), mutate(base or head, chance), rules)
    assert judgement.coverage.rules == len(rules.selected)
    assert len({finding.fingerprint for finding in judgement.findings}) == len(judgement.findings)

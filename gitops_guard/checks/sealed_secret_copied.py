"""The same ciphertext in environments whose clusters have different sealing keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from gitops_guard.checks._sealed import Ciphertext, ciphertexts
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import list_at
from gitops_guard.model.finding import Hit, Related
from gitops_guard.model.rule import Context


def check(fleet: FleetFacts, context: Context) -> Iterator[Hit]:
    """Scope fleet. `params.shared` lists groups of environments whose clusters share a sealing key."""
    found: defaultdict[str, dict[str, Ciphertext]] = defaultdict(dict)
    for facts in fleet.environments:
        for ciphertext in ciphertexts(facts):
            found[ciphertext.text].setdefault(facts.environment.name, ciphertext)
    reported = set()
    for by_environment in found.values():
        names = tuple(sorted(by_environment))
        if len(names) < 2 or _share_a_key(names, context.params):
            continue
        first, last = by_environment[names[0]], by_environment[names[-1]]
        if (first.item.id, names) in reported:
            continue
        reported.add((first.item.id, names))
        elsewhere = first.item.origin.path != last.item.origin.path
        yield Hit(
            f"{last.item.id} holds the same ciphertext in {' and '.join(names)}: each cluster seals with a key of its "
            "own, so that only one of them can open it",
            last.item,
            last.path,
            fix="seal the value for each cluster (kubeseal --cert <cluster>.pem), or declare that they share a key: "
            f"rules.params.sealed-secret-copied.shared: [[{', '.join(names)}]]",
            cause=" ".join(names),
            related=(Related(f"in {names[0]}", first.item, first.path),) if elsewhere else (),
            environments=names,
        )


def _share_a_key(names: tuple[str, ...], params: Mapping[str, object]) -> bool:
    groups = [{str(name) for name in group} for group in list_at(params, "shared") if isinstance(group, list)]
    return any(group.issuperset(names) for group in groups)

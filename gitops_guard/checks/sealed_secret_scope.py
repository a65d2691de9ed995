"""SealedSecrets that were renamed, moved or bound otherwise after they were sealed: the controller cannot open them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gitops_guard.checks._sealed import Ciphertext, ciphertexts
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit]:
    """Scope environment; compares with the base, after kustomize's rewriting. One finding for each SealedSecret."""
    before = context.base_environment
    if before is None:
        return
    sealed: defaultdict[str, list[Ciphertext]] = defaultdict(list)
    for old in ciphertexts(before):
        sealed[old.text].append(old)
    reported = set()
    for new in ciphertexts(facts):
        olds = sealed.get(new.text, ())
        if not olds or any(old.bound_to == new.bound_to for old in olds) or new.item.id in reported:
            continue
        reported.add(new.item.id)
        path, changed = _difference(olds[0], new)
        yield Hit(
            f"{new.item.id} was sealed as {olds[0].item.id} ({olds[0].scope}), and {changed}: "
            "the controller cannot open it, so that the Secret is not updated",
            new.item,
            path,
            fix="seal the value again for the new place (kubeseal --re-encrypt does not help), or undo the change",
            cause=" ".join(new.bound_to),
        )


def _difference(old: Ciphertext, new: Ciphertext) -> tuple[FieldPath, str]:
    if old.scope is not new.scope:
        return ("metadata", "annotations"), f"its scope is {new.scope} now"
    if old.item.id.namespace != new.item.id.namespace:
        return ("metadata", "namespace"), f"its namespace is {new.item.id.namespace or 'not stated'} now"
    return ("metadata", "name"), f"its name is {new.item.id.name} now"

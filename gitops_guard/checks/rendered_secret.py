"""Secrets that become plain while they are rendered: a variable, a patch or a file that is no YAML fills them in."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._secrets import plaintext_keys
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit]:
    """Scope environment. What stands plain in its own document, or in a generator, is left to `plaintext-secret`."""
    for item in facts.of_kind("", "Secret"):
        if item.manifest is None and item.origin.document >= 0:
            yield from _judge(item, context.fleet)


def _judge(item: RenderedObject, fleet: FleetFacts) -> Iterator[Hit]:
    told = _told(item, fleet)
    found = [path for path in plaintext_keys(item.value) if path[-1] not in told]
    if found:
        keys = ", ".join(str(path[-1]) for path in found[:4])
        yield Hit(
            f"{item.id} is rendered with a value in the open ({keys}): what fills it in stands in this repository, "
            "and everybody who can read it has it",
            item,
            found[0],
            fix="take the value from a SealedSecret, a SOPS file or an ExternalSecret; then change it",
            cause=" ".join(str(path[-1]) for path in found),
        )


def _told(item: RenderedObject, fleet: FleetFacts) -> set[object]:
    """The keys that `plaintext-secret` reports where they are written."""
    file = fleet.files.get(item.origin.path)
    written = [one for one in file.manifests if one.document == item.origin.document] if file else []
    return {path[-1] for manifest in written if manifest.id.kind == "Secret" for path in plaintext_keys(manifest.value)}

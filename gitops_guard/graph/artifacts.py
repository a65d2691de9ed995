"""Flux's ArtifactGenerator as a type (github.com/fluxcd/source-watcher, api/v1beta1/artifactgenerator_types.go)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, items_at, raw_at, reference_at, texts_at
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import FieldPath, text_at
from gitops_guard.model.resource import ResourceId, kind_of
from gitops_guard.model.unknown import Unknown

EXTENSIONS_GROUP: Final = "source.extensions.fluxcd.io"


@dataclass(frozen=True, slots=True)
class CopyOperation:
    """`from_` is `@alias/<glob>`, `to` is `@artifact/<path>`; `strategy` absent is `Overwrite`."""

    path: FieldPath
    from_: object
    to: object
    exclude: tuple[str | Unknown, ...]
    strategy: object


@dataclass(frozen=True, slots=True)
class OutputArtifact:
    """What becomes the ExternalArtifact `name` in the generator's namespace. With a `pathPattern`, a template of it."""

    path: FieldPath
    name: object
    copy: tuple[CopyOperation, ...]


@dataclass(frozen=True, slots=True)
class ArtifactGenerator:
    """Makes ExternalArtifacts from files of other sources."""

    id: ResourceId
    sources: Mapping[str, ObjectRef]
    """By alias."""
    artifacts: tuple[OutputArtifact, ...]
    path_pattern: object
    """`@alias/apps/{app}`: every folder that matches makes its own set of artifacts; None where there is none."""
    disabled: bool
    """By the annotation `source.extensions.fluxcd.io/reconcile: disabled`."""


def artifact_generator(value: Mapping[str, object]) -> ArtifactGenerator | None:
    """None where the object is no ArtifactGenerator."""
    if kind_of(value) != (EXTENSIONS_GROUP, "ArtifactGenerator"):
        return None
    found = ResourceId.of(value)
    sources: dict[str, ObjectRef] = {}
    for path, item in items_at(value, ("spec", "sources")):
        ref = reference_at(value, path, group=SOURCE_GROUP, namespace=found.namespace)
        if ref is not None:
            sources.setdefault(text_at(item, "alias"), ref)
    reconcile = text_at(value, "metadata", "annotations", f"{EXTENSIONS_GROUP}/reconcile")
    return ArtifactGenerator(
        id=found,
        sources=sources,
        artifacts=tuple(_outputs(value)),
        path_pattern=raw_at(value, "spec", "pathPattern") or None,
        disabled=reconcile.lower() == "disabled",
    )


def _outputs(value: Mapping[str, object]) -> Iterator[OutputArtifact]:
    for path, item in items_at(value, ("spec", "artifacts")):
        operations = tuple(
            CopyOperation(
                at,
                raw_at(operation, "from"),
                raw_at(operation, "to"),
                texts_at(operation, "exclude"),
                raw_at(operation, "strategy"),
            )
            for at, operation in items_at(value, (*path, "copy"))
        )
        yield OutputArtifact(path, raw_at(item, "name"), operations)

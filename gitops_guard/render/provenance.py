"""Where a person edits what was rendered: a place in an object becomes a line of a file.

The last writer that fits the field and its value wins: what set a variable, a transformer or patch of an overlay, a
generator, the base. Where none fits, the nearest place that is known is given and marked approximate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gitops_guard.model.facts import At, Substitution
from gitops_guard.model.fieldpath import MISSING, FieldPath, lookup
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.tree import Tree
from gitops_guard.render.align import align, same_scalar
from gitops_guard.render.blocks import span_inside
from gitops_guard.render.places import FileLocator, Spot, parsed
from gitops_guard.render.records import BuildRecord, Records
from gitops_guard.render.writers import Field, Writer, generated_data, writers

_MAX_HOPS: Final = 12
"""Variables from variables, patches from patches: how far a value is followed."""


class BuildLocator(FileLocator):
    """Finds lines for places in rendered objects as well."""

    def __init__(self, tree: Tree, files: Mapping[str, SourceFile], records: Records) -> None:
        super().__init__(tree)
        self._files = files
        self._records = records

    def _locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At, hops: int) -> Spot:
        if isinstance(subject, RenderedObject) and subject.manifest is None and hops <= _MAX_HOPS:
            record = self._records.builds.get(subject.build)
            if record is not None:
                return self._in_build(subject, record, path, at, hops)
        return super()._locate(subject, path, at, hops)

    def _in_build(self, item: RenderedObject, record: BuildRecord, path: FieldPath, at: At, hops: int) -> Spot:
        value = lookup(item.value, path)
        substitution = self._substitution(item, path)
        if value is MISSING and substitution is None:
            # A field that should be there: shown at the nearest one above it that is.
            above = next(
                length for length in range(len(path) - 1, -1, -1) if lookup(item.value, path[:length]) is not MISSING
            )
            near = self._in_build(item, record, path[:above], "key", hops) if above else self._own_line(item, path, at)
            return replace(near, approximate=True)
        if substitution is not None and at == "value":
            variable = self._variable(substitution, hops)
            if variable is not None:
                return variable
        before = substitution.template if substitution is not None else value
        field = Field(item, substitution.path if substitution is not None else path, before)
        return (
            self._written(field, record, at, hops)
            or self._from_generator(field, record, hops)
            or self._from_base(field, at)
            or self._own_line(item, path, at)
        )

    def _substitution(self, item: RenderedObject, path: FieldPath) -> Substitution | None:
        for found in self._records.substitutions.get(item, ()):
            if path[: len(found.path)] == found.path:
                return found
        return None

    def _variable(self, substitution: Substitution, hops: int) -> Spot | None:
        """The line that sets the variable, where the value depends on just one that the repository sets."""
        if len(substitution.uses) != 1:
            return None
        source = substitution.uses[0].source
        if source is None or source.subject is None:
            return None
        return self._locate(source.subject, source.path, "value", hops + 1)

    def _written(self, field: Field, record: BuildRecord, at: At, hops: int) -> Spot | None:
        files = record.closure.files

        def read(virtual: str) -> list[object]:
            return self._texts.documents(files[virtual]) if virtual in files else []

        for writer in writers(field, record.closure.layers, read, parsed):
            if writer.file:
                return self._in_file(files[writer.file], writer.document, writer.path, at)
            return self._in_layer(writer, record, at, hops)
        return None

    def _in_layer(self, writer: Writer, record: BuildRecord, at: At, hops: int) -> Spot:
        """A place in a kustomization, or in the spec of the Flux Kustomization that was merged into it."""
        spot: Spot | None = None
        if writer.layer is record.closure.layers[0] and record.subject is not None:
            merged = record.generated.merged
            for length in range(len(writer.path), 0, -1):
                if writer.path[:length] in merged:
                    path = merged[writer.path[:length]] + writer.path[length:]
                    spot = self._locate(record.subject, path, "value", hops + 1)
                    break
        if spot is None:
            spot = self._in_file(writer.layer.file, 0, writer.path, at)
        if writer.inner is None:
            return spot
        text = lookup(writer.layer.value, writer.path)
        inside = span_inside(self._texts.data(spot.path), spot.span.line, str(text), writer.document, writer.inner, at)
        return Spot(spot.path, inside) if inside else replace(spot, approximate=True)

    def _from_generator(self, field: Field, record: BuildRecord, hops: int) -> Spot | None:
        if field.item.origin.document >= 0 or len(field.path) != 2 or field.path[0] not in ("data", "binaryData"):
            return None
        for source in generated_data(field.item, str(field.path[1]), record.closure.layers):
            if not source.file:
                return self._in_layer(Writer(source.layer, source.path), record, "value", hops)
            file = record.closure.files.get(source.file)
            if file is not None:
                return Spot(file, Span.point(_line_of_key(self._texts.data(file), source.key)))
        return None

    def _from_base(self, field: Field, at: At) -> Spot | None:
        manifest = self._base(field.item)
        if manifest is None:
            return None
        path = align(field.item.value, field.path, manifest.value)
        if path is None:
            return None
        spot = self._in_manifest(manifest, path, at)
        written = lookup(manifest.value, path)
        exact = not field.leads_to_scalar or same_scalar(written, field.value) or _is_part(written, field.value)
        return spot if exact else replace(spot, approximate=True)

    def _base(self, item: RenderedObject) -> Manifest | None:
        source = self._files.get(item.origin.path)
        if source is None or item.origin.document < 0:
            return None
        same = [manifest for manifest in source.manifests if manifest.document == item.origin.document]
        named = [manifest for manifest in same if manifest.id.kind == item.id.kind and manifest.id.name in item.id.name]
        return next(iter(named or same), None)

    def _own_line(self, item: RenderedObject, path: FieldPath, at: At) -> Spot:
        manifest = self._base(item)
        spot = self._in_manifest(manifest, path, at) if manifest else self._in_file(item.origin.path, 0, (), at)
        return replace(spot, approximate=bool(path))


def _is_part(written: object, value: object) -> bool:
    """A name inside a prefixed name, an image's name before its tag was replaced."""
    return isinstance(written, str) and isinstance(value, str) and bool(written) and written in value


def _line_of_key(data: bytes, key: str) -> int:
    """The line of `KEY=value` in a file of variables; the first line where there is no key to look for."""
    if key:
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if line.strip().partition("=")[0].strip() == key:
                return number
    return 1

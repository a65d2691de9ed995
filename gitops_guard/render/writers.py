"""Who may have written a field of a rendered object: patches, transformers, generators, the base. Last writer first.

Pure: what is yielded are places in kustomizations and documents; `provenance` turns them into lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gitops_guard.model.fieldpath import MISSING, FieldPath, list_at, lookup, mapping_at, text_at
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.render.align import align, same_scalar
from gitops_guard.render.closure import Layer
from gitops_guard.render.entries import DATA_GENERATORS
from gitops_guard.render.vtree import LeavesTreeError, join


@dataclass(frozen=True, slots=True)
class Writer:
    """A place: a path in the kustomization of a layer, and inside the text that stands there where `inner` is set.

    `file` is a virtual path where the place is in another file; `document` counts its documents.
    """

    layer: Layer
    path: FieldPath
    file: str = ""
    document: int = 0
    inner: FieldPath | None = None
    """Path inside an inline patch; `document` then counts the documents of its text."""


ReadPatch = Callable[[str], "list[object]"]
"""The documents of a patch: the argument is a virtual path."""
ReadText = Callable[[str], "list[object]"]


@dataclass(frozen=True, slots=True)
class Field:
    """What is looked for: a field of a rendered object. `value` is what it was before substitution."""

    item: RenderedObject
    path: FieldPath
    value: object

    @property
    def leads_to_scalar(self) -> bool:
        """Whether the value itself can be compared; of a mapping only the place is looked for."""
        return not isinstance(self.value, (Mapping, list))

    def fits(self, written: object) -> bool:
        """Whether `written` made the value, or is a part of what the field holds."""
        if written is MISSING:
            return False
        if self.leads_to_scalar:
            return same_scalar(written, self.value)
        return isinstance(written, (Mapping, list))


def writers(field: Field, layers: tuple[Layer, ...], read: ReadPatch, parse: ReadText) -> Iterator[Writer]:
    """Places in kustomizations and patches that fit the field, outermost layer first."""
    for layer in layers:
        yield from _transformers(field, layer)
        yield from _patches(field, layer, read, parse)


def _transformers(field: Field, layer: Layer) -> Iterator[Writer]:
    value, path = layer.value, field.path
    if path == ("metadata", "namespace") and field.fits(value.get("namespace", MISSING)):
        yield Writer(layer, ("namespace",))
    if path[-1:] == ("replicas",) and len(path) == 2:
        for index, entry in enumerate(list_at(value, "replicas")):
            if text_at(entry, "name") and text_at(entry, "name") in field.item.id.name and _is(field, entry, "count"):
                yield Writer(layer, ("replicas", index, "count"))
    if path[-1:] == ("image",) and isinstance(field.value, str):
        yield from _images(field.value, layer)
    yield from _labels(field, layer)


def _is(field: Field, entry: object, name: str) -> bool:
    return field.fits(mapping_at(entry).get(name, MISSING))


def _images(image: str, layer: Layer) -> Iterator[Writer]:
    for index, entry in enumerate(list_at(layer.value, "images")):
        name = text_at(entry, "newName") or text_at(entry, "name")
        rest = image.removeprefix(name)
        if not name or rest == image or (rest and rest[0] not in ":@"):
            continue
        for part, border in (("digest", "@"), ("newTag", ":"), ("newName", "")):
            stated = text_at(entry, part)
            if stated and (not border or f"{border}{stated}" in rest):
                yield Writer(layer, ("images", index, part))
                break


def _labels(field: Field, layer: Layer) -> Iterator[Writer]:
    if len(field.path) < 3 or not isinstance(field.path[-1], str):
        return
    key, kind = field.path[-1], field.path[-2]
    if kind == "annotations" and field.fits(mapping_at(layer.value, "commonAnnotations").get(key, MISSING)):
        yield Writer(layer, ("commonAnnotations", key))
    if kind in ("labels", "matchLabels", "selector"):
        if field.fits(mapping_at(layer.value, "commonLabels").get(key, MISSING)):
            yield Writer(layer, ("commonLabels", key))
        for index, entry in enumerate(list_at(layer.value, "labels")):
            if field.fits(mapping_at(entry, "pairs").get(key, MISSING)):
                yield Writer(layer, ("labels", index, "pairs", key))


def _patches(field: Field, layer: Layer, read: ReadPatch, parse: ReadText) -> Iterator[Writer]:
    for name in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        entries = list_at(layer.value, name)
        for index in reversed(range(len(entries))):
            entry = entries[index]
            target = mapping_at(entry, "target") if isinstance(entry, Mapping) else {}
            if target and not selects(target, field.item):
                continue
            path: FieldPath = (name, index)
            if isinstance(entry, Mapping) and isinstance(entry.get("path"), str):
                yield from _patch_file(field, layer, str(entry["path"]), bool(target), read)
            elif isinstance(entry, Mapping) and isinstance(entry.get("patch"), str):
                for document, inner in _inside(field, parse(str(entry["patch"])), bool(target)):
                    yield Writer(layer, (*path, "patch"), document=document, inner=inner)
            elif isinstance(entry, str) and "\n" not in entry:
                yield from _patch_file(field, layer, entry, False, read)
            elif isinstance(entry, str):
                for document, inner in _inside(field, parse(entry), False):
                    yield Writer(layer, path, document=document, inner=inner)


def _patch_file(field: Field, layer: Layer, named: str, targeted: bool, read: ReadPatch) -> Iterator[Writer]:
    try:
        file = join(layer.folder, named)
    except LeavesTreeError:
        return
    for document, inner in _inside(field, read(file), targeted):
        yield Writer(layer, inner, file=file, document=document)


def _inside(field: Field, documents: list[object], targeted: bool) -> Iterator[tuple[int, FieldPath]]:
    """Places in the documents of a patch: a partial object, or a list of JSON patch operations."""
    for number, document in enumerate(documents):
        if isinstance(document, list):
            for index in reversed(range(len(document))):
                for rest in _operation(field, document[index]):
                    yield number, (index, *rest)
        elif isinstance(document, Mapping) and (targeted or _describes(document, field.item)):
            path = align(field.item.value, field.path, document)
            if path is not None and field.fits(lookup(document, path)):
                yield number, path


def _operation(field: Field, operation: object) -> Iterator[FieldPath]:
    if text_at(operation, "op") not in ("add", "replace"):
        return
    steps = [step.replace("~1", "/").replace("~0", "~") for step in text_at(operation, "path").split("/")[1:]]
    if len(steps) > len(field.path):
        return
    for step, wanted in zip(steps, field.path, strict=False):
        if step != str(wanted) and not (step == "-" and isinstance(wanted, int)):
            return
    rest = field.path[len(steps) :]
    if field.fits(lookup(operation, ("value", *rest))):
        yield ("value", *rest)


def _describes(patch: Mapping[str, object], item: RenderedObject) -> bool:
    """A patch without a target names its object as it is before prefixes; `_` and the like need a target."""
    if text_at(patch, "kind") != item.id.kind:
        return False
    name = text_at(patch, "metadata", "name")
    return bool(name) and name in item.id.name


def selects(target: Mapping[str, object], item: RenderedObject) -> bool:
    """Whether a patch's target may mean the object: kind, and names as anchored regular expressions."""
    for name, actual in (("kind", item.id.kind), ("group", item.id.group), ("namespace", item.id.namespace)):
        stated = text_at(target, name)
        if stated and not _matches(stated, actual):
            return False
    stated = text_at(target, "name")
    # The target names the object before prefixes and suffixes.
    return not stated or _matches(stated, item.id.name) or stated in item.id.name


_PLAIN = re.compile(r"[\w./-]*\Z")


def _matches(pattern: str, text: str) -> bool:
    if _PLAIN.match(pattern) and "." not in pattern:
        return pattern == text
    import re2  # a pattern of the repository must not explode

    try:
        return re2.fullmatch(pattern, text) is not None
    except re2.error:
        return False


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where a generated ConfigMap or Secret takes one key from."""

    layer: Layer
    path: FieldPath
    file: str = ""
    key: str = ""


def generated_data(item: RenderedObject, key: str, layers: tuple[Layer, ...]) -> Iterator[DataSource]:
    """The entries of generators that give `key` to a generated object."""
    for layer in layers:
        for name in DATA_GENERATORS:
            for index, entry in enumerate(list_at(layer.value, name)):
                stated = text_at(entry, "name")
                if stated and stated in item.id.name:
                    yield from _entries_of(layer, (name, index), entry, key)


def _entries_of(layer: Layer, path: FieldPath, entry: object, key: str) -> Iterator[DataSource]:
    for index, text in enumerate(list_at(entry, "literals")):
        if isinstance(text, str) and text.partition("=")[0] == key:
            yield DataSource(layer, (*path, "literals", index))
    for index, text in enumerate(list_at(entry, "files")):
        if not isinstance(text, str):
            continue
        name, equals, named = text.partition("=")
        file = named if equals else text
        if (name if equals else text.rpartition("/")[2]) == key:
            yield from _data_file(layer, (*path, "files", index), file, "")
    for index, text in enumerate([*list_at(entry, "envs"), mapping_at(entry).get("env")]):
        if isinstance(text, str):
            yield from _data_file(layer, (*path, "envs", index), text, key)


def _data_file(layer: Layer, path: FieldPath, file: str, key: str) -> Iterator[DataSource]:
    try:
        yield DataSource(layer, path, join(layer.folder, file), key)
    except LeavesTreeError:
        return

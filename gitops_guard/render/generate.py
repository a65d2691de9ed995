"""The kustomization that Flux builds: found or generated, with the Flux Kustomization's spec merged into it.

As github.com/fluxcd/pkg/kustomize does it (kustomize_generator.go, `GenerateManifest`): the folder's own file, or one
that lists every YAML file below the folder, whole folders where they hold a kustomization. Then the spec: the target
namespace, prefix and suffix replace what the file says; patches and components are appended; images are merged by
name. Variables (`postBuild`) and `commonMetadata` come after the build.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gitops_guard.model.fieldpath import FieldPath, list_at, mapping_at
from gitops_guard.render.closure import ClosureProblem, Reader
from gitops_guard.render.remote import is_remote
from gitops_guard.render.vtree import KUSTOMIZATION_NAMES, LeavesTreeError, VirtualTree, join

_FIELDS: Final = frozenset(
    {
        *("apiVersion", "kind", "metadata", "openapi", "namePrefix", "nameSuffix", "namespace", "commonLabels"),
        *("labels", "commonAnnotations", "patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags"),
        *("replacements", "replicas", "vars", "sortOptions", "resources", "components", "crds", "bases"),
        *("configMapGenerator", "secretGenerator", "helmGlobals", "helmCharts", "helmChartInflationGenerator"),
        *("generatorOptions", "configurations", "generators", "transformers", "validators", "buildMetadata"),
    }
)
"""The fields of kustomize's Kustomization. Flux drops others silently from the root, where kustomize itself refuses."""

_MANIFEST_ENDINGS: Final = (".yaml", ".yml")
_MAX_DEPTH: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class Generated:
    """The root kustomization of a build.

    `path` is its virtual path. `merged` says which entries come from the spec of the Flux Kustomization: the path of
    the entry to the path in the object. `problem` is set where there is nothing to build.
    """

    value: Mapping[str, object]
    path: str
    merged: Mapping[FieldPath, FieldPath] = field(default_factory=dict)
    problem: ClosureProblem | None = None


def generate(tree: VirtualTree, folder: str, spec: Mapping[str, object], reader: Reader) -> Generated:
    """What Flux would build for a Kustomization with `spec` whose path leads to `folder`; {} for a mere folder."""
    path = tree.kustomization_in(folder)
    if path is None and (link := _link_outside(tree, folder)):
        problem = ClosureProblem("outside-tree", f"{link} is a link that leads out of the repository", link)
        return Generated({}, link, problem=problem)
    if path is None:
        value: dict[str, object] = {"resources": scan(tree, folder)}
        path = f"{folder}/{KUSTOMIZATION_NAMES[0]}" if folder else KUSTOMIZATION_NAMES[0]
    else:
        source = tree.source_of(path) or ""
        documents = reader.documents(source)
        found = documents[0] if documents and not isinstance(documents, str) else {}
        if isinstance(documents, str) or not isinstance(found, dict):
            message = documents if isinstance(documents, str) else "a kustomization must be a mapping"
            return Generated({}, path, problem=ClosureProblem("build-failed", message, source))
        value = {name: child for name, child in found.items() if name.casefold() in _FOLDED_FIELDS}
    merged: dict[FieldPath, FieldPath] = {}
    wrong = _merge(tree, folder, value, spec, merged)
    value.setdefault("apiVersion", "kustomize.config.k8s.io/v1beta1")
    value.setdefault("kind", "Kustomization")
    # Flux sets build metadata (or a placeholder) so that an empty kustomization builds; we ask for origins anyway.
    metadata = spec.get("buildMetadata") or value.get("buildMetadata")
    asked = [item for item in metadata if isinstance(item, str)] if isinstance(metadata, list) else []
    value["buildMetadata"] = [*(item for item in asked if item != "originAnnotations"), "originAnnotations"]
    return Generated(value, path, merged, wrong)


def _link_outside(tree: VirtualTree, folder: str) -> str:
    """The kustomization file of a folder that is a link to a place outside; empty where there is none."""
    for name in KUSTOMIZATION_NAMES:
        path = f"{folder}/{name}" if folder else name
        try:
            tree.resolve(path)
        except LeavesTreeError:
            return path
    return ""


_FOLDED_FIELDS: Final = frozenset(name.casefold() for name in _FIELDS)


def scan(tree: VirtualTree, folder: str) -> list[str]:
    """The resources of a generated kustomization, in the order of Go's `filepath.Walk`: by name, folder by folder."""
    found: list[str] = []
    stack = [folder]
    while stack:
        here = stack.pop()
        try:
            is_folder = tree.is_folder(here)
        except LeavesTreeError:
            continue
        if is_folder:
            if here != folder and tree.kustomization_in(here) is not None:
                found.append(_relative(folder, here))
            elif here.count("/") < _MAX_DEPTH:
                stack.extend(reversed([f"{here}/{name}" if here else name for name in tree.names(here)]))
        elif here.endswith(_MANIFEST_ENDINGS):
            found.append(_relative(folder, here))
    return found


def _relative(folder: str, path: str) -> str:
    return "./" + (path.removeprefix(f"{folder}/") if folder else path)


def _merge(
    tree: VirtualTree,
    folder: str,
    value: dict[str, object],
    spec: Mapping[str, object],
    merged: dict[FieldPath, FieldPath],
) -> ClosureProblem | None:
    for name, target in (("targetNamespace", "namespace"), ("namePrefix", "namePrefix"), ("nameSuffix", "nameSuffix")):
        if name in spec:
            value[target] = spec[name]
            merged[(target,)] = ("spec", name)
    for name in ("patches", "patchesStrategicMerge", "patchesJson6902"):
        _append(value, name, list_at(spec, name), merged)
    components = []
    for index, component in enumerate(list_at(spec, "components")):
        if not isinstance(component, str) or is_remote(component) or component.startswith("/"):
            message = f"the component {component} must be a path in the same source"
            return ClosureProblem("build-failed", message, "", ("spec", "components", index))
        if spec.get("ignoreMissingComponents") is True and not _exists(tree, folder, component):
            continue
        components.append((index, component))
    start = len(list_at(value, "components"))
    if components:
        value["components"] = [*list_at(value, "components"), *(component for _, component in components)]
        merged.update(
            {("components", start + at): ("spec", "components", index) for at, (index, _) in enumerate(components)}
        )
    _merge_images(value, spec, merged)
    return None


def _append(value: dict[str, object], name: str, added: Sequence[object], merged: dict[FieldPath, FieldPath]) -> None:
    items = [_patch(item) if name != "patchesStrategicMerge" else item for item in added]
    if not items:
        return
    start = len(list_at(value, name))
    value[name] = [*list_at(value, name), *items]
    merged.update({(name, start + index): ("spec", name, index) for index in range(len(items))})


def _patch(item: object) -> object:
    """The fields that Flux's API has (no `path`: a spec never reads files). Old versions hold operations as data."""
    if not isinstance(item, Mapping):
        return item
    patch = item.get("patch")
    kept: dict[str, object] = {"patch": patch if isinstance(patch, str) else json.dumps(patch)}
    if isinstance(item.get("target"), Mapping):
        kept["target"] = item["target"]
    return kept


def _exists(tree: VirtualTree, folder: str, path: str) -> bool:
    try:
        target = join(folder, path)
        return tree.is_folder(target) or tree.is_file(target)
    except LeavesTreeError:
        return False


def _merge_images(value: dict[str, object], spec: Mapping[str, object], merged: dict[FieldPath, FieldPath]) -> None:
    """By name: a field that the spec sets wins; a tag or a digest replaces both (they select one version together)."""
    added = [(index, item) for index, item in enumerate(list_at(spec, "images")) if isinstance(item, Mapping)]
    if not added:
        return
    images = [copy.copy(item) for item in list_at(value, "images")]
    for index, item in added:
        known = next((at for at, old in enumerate(images) if mapping_at(old).get("name") == item.get("name")), None)
        if known is None:
            images.append(dict(item))
            merged["images", len(images) - 1] = ("spec", "images", index)
            continue
        image = {**mapping_at(images[known])}
        if item.get("newName"):
            image["newName"] = item["newName"]
            merged["images", known, "newName"] = ("spec", "images", index, "newName")
        if item.get("newTag") or item.get("digest"):
            for name in ("newTag", "digest"):
                image[name] = item.get(name, "")
                merged["images", known, name] = ("spec", "images", index, name)
        images[known] = image
    value["images"] = images

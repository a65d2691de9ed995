"""What the fields of a kustomization name: files, folders, patches, plugins. Pure, and tolerant of junk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from gitops_guard.model.fieldpath import FieldPath, list_at, mapping_at


class Wants(Enum):
    """What kustomize takes an entry for."""

    FILE = auto()
    FOLDER = auto()
    EITHER = auto()
    PATCH = auto()
    """A file, or the patch itself as text (patchesStrategicMerge)."""
    PLUGIN = auto()
    """A file with plugin configurations, or such as text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what stands there, and where in the kustomization."""

    value: object
    path: FieldPath
    wants: Wants


_LISTS: Final = (
    ("resources", Wants.EITHER),
    ("bases", Wants.EITHER),
    ("components", Wants.FOLDER),
    ("crds", Wants.FILE),
    ("configurations", Wants.FILE),
    ("patchesStrategicMerge", Wants.PATCH),
    ("generators", Wants.PLUGIN),
    ("transformers", Wants.PLUGIN),
    ("validators", Wants.PLUGIN),
)
_WITH_PATH: Final = ("patches", "patchesJson6902", "replacements")
DATA_GENERATORS: Final = ("configMapGenerator", "secretGenerator")

_BUILTIN_WITHOUT_FILES: Final = frozenset(
    {
        "AnnotationsTransformer",
        "HashTransformer",
        "ImageTagTransformer",
        "LabelTransformer",
        "LegacyOrderTransformer",
        "NamespaceTransformer",
        "PrefixSuffixTransformer",
        "PrefixTransformer",
        "ReplicaCountTransformer",
        "SortOrderTransformer",
        "SuffixTransformer",
        "ValueAddTransformer",
    }
)

_WALKED: Final = frozenset(
    {
        *(name for name, _ in _LISTS),
        *_WITH_PATH,
        *DATA_GENERATORS,
        *("env", "envs", "files", "helmChartInflationGenerator", "helmCharts", "helmGlobals"),
        *("openapi", "path", "paths"),
    }
)
_FOLDED: Final = {name.casefold(): name for name in _WALKED}
_FREE_KEYS: Final = frozenset({"commonLabels", "commonAnnotations", "labels", "metadata"})


def entries_of(kustomization: Mapping[str, object]) -> Iterator[Entry]:
    """Every entry of a kustomization that makes kustomize read something."""
    for name, wants in _LISTS:
        for index, value in enumerate(list_at(kustomization, name)):
            yield Entry(value, (name, index), wants)
    for name in _WITH_PATH:
        for index, item in enumerate(list_at(kustomization, name)):
            yield from _path_of(item, (name, index))
    for name in DATA_GENERATORS:
        for index, item in enumerate(list_at(kustomization, name)):
            yield from _data_of(item, (name, index))
    yield from _path_of(mapping_at(kustomization, "openapi"), ("openapi",))


def plugin_entries(config: Mapping[str, object]) -> Iterator[Entry] | None:
    """What the configuration of a builtin plugin names; None for a plugin that is not known to be harmless."""
    kind = config.get("kind")
    if kind in ("ConfigMapGenerator", "SecretGenerator"):
        return _data_of(config, ())
    if kind in ("PatchTransformer", "PatchJson6902Transformer"):
        return _path_of(config, ())
    if kind == "PatchStrategicMergeTransformer":
        return (Entry(value, ("paths", index), Wants.FILE) for index, value in enumerate(list_at(config, "paths")))
    if kind == "ReplacementTransformer":
        items = enumerate(list_at(config, "replacements"))
        return (entry for index, item in items for entry in _path_of(item, ("replacements", index)))
    return iter(()) if kind in _BUILTIN_WITHOUT_FILES else None


def _path_of(item: object, at: FieldPath) -> Iterator[Entry]:
    if isinstance(item, Mapping) and item.get("path") not in (None, ""):
        yield Entry(item["path"], (*at, "path"), Wants.FILE)


def _data_of(item: object, at: FieldPath) -> Iterator[Entry]:
    for index, value in enumerate(list_at(item, "files")):
        # `name=path`, or a path whose last part becomes the name.
        path = value.partition("=")[2] if isinstance(value, str) and "=" in value else value
        yield Entry(path, (*at, "files", index), Wants.FILE)
    for index, value in enumerate(list_at(item, "envs")):
        yield Entry(value, (*at, "envs", index), Wants.FILE)
    if isinstance(item, Mapping) and item.get("env") not in (None, ""):
        yield Entry(item["env"], (*at, "env"), Wants.FILE)


def folded_names(value: object) -> Iterator[tuple[FieldPath, str]]:
    """Keys such as `Resources`: Go's JSON reader takes them for `resources`. Yields the path and the name meant."""
    stack: list[tuple[FieldPath, object, int]] = [((), value, 0)]
    while stack:
        path, node, depth = stack.pop()
        if isinstance(node, Mapping):
            for key, child in node.items():
                meant = _FOLDED.get(str(key).casefold(), str(key))
                if meant != key and (not path or path[0] not in _FREE_KEYS):
                    yield (*path, key), meant
                if depth < 4:
                    stack.append(((*path, key), child, depth + 1))
        elif isinstance(node, list):
            stack.extend(((*path, index), child, depth) for index, child in enumerate(node))

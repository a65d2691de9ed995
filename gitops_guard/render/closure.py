"""The closure of a build: every file that kustomize will read, found without running it.

kustomize with load restrictions off reads any path it is told, fetches any URL, and its JSON reader matches field
names in any case. So Python walks what a kustomization refers to first, over the entries of the git tree, refuses
what leads out of it, and hands the engine *rewritten* kustomization files: exactly the data that was walked, as JSON.
A trick of the text that our parser and kustomize's read differently therefore cannot smuggle a path past this walk.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gitops_guard.model.fieldpath import FieldPath, list_at, text_at
from gitops_guard.render.entries import Entry, Wants, entries_of, folded_names, plugin_entries
from gitops_guard.render.remote import is_allowed, is_remote
from gitops_guard.render.vtree import LeavesTreeError, VirtualTree, join

UNREAD: Final = "remote-not-fetched"
"""The code of a remote that the configuration allows, but that nobody fetches yet: no failure, but a gap."""
_REMOTE: Final = frozenset({UNREAD, "remote-refused"})

MAX_FOLDERS: Final = 2_000
MAX_FILES: Final = 20_000


class Reader(Protocol):
    """Reads YAML as sigs.k8s.io/yaml does. What is wrong with a text comes back as a sentence."""

    def documents(self, path: str) -> Sequence[object] | str:
        """The documents of a file of the repository."""
        ...

    def text(self, text: str) -> Sequence[object] | str:
        """The documents in a text."""
        ...


@dataclass(frozen=True, slots=True)
class ClosureProblem:
    """Why a build is refused. `file` is the kustomization file in the repository, `path` the entry in it.

    `file` is empty where the kustomization is generated; `path` then is a path in what was generated.
    """

    code: str
    message: str
    file: str
    path: FieldPath = ()
    fix: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One kustomization of the closure: its folder, its file in the repository ("" if generated), what it says."""

    folder: str
    file: str
    value: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """What a build of the folder `root` reads. Paths are virtual unless said otherwise.

    `files` maps a path to its path in the repository. `rewritten` holds the text of kustomization and plugin files
    as the engine must be given them. `layers` are the kustomizations in the order in which they are entered, the
    root first.
    """

    root: str
    files: Mapping[str, str]
    rewritten: Mapping[str, bytes]
    layers: tuple[Layer, ...]
    problems: tuple[ClosureProblem, ...]

    @property
    def buildable(self) -> bool:
        """Without remote resources the rest can still be built; with any other problem nothing can."""
        return bool(self.layers) and all(
            problem.code in _REMOTE and problem.path[:1] in (("resources",), ("bases",), ("components",))
            for problem in self.problems
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """The file that an entry stands in, and the folder that it is relative to."""

    folder: str
    file: str
    ancestors: tuple[str, ...] = ()


@dataclass
class _Walk:
    tree: VirtualTree
    reader: Reader
    allowed: tuple[str, ...]
    files: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, bytes] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    problems: list[ClosureProblem] = field(default_factory=list)

    def refuse(self, code: str, message: str, file: str, path: FieldPath = (), fix: str | None = None) -> None:
        self.problems.append(ClosureProblem(code, message, file, path, fix))


def closure_of(
    tree: VirtualTree,
    root: str,
    kustomization: Mapping[str, object],
    kustomization_path: str,
    reader: Reader,
    allowed_remotes: tuple[str, ...] = (),
) -> Closure:
    """Walks what `kustomization` (the value that holds for the folder `root`) leads to.

    `kustomization_path` is the virtual path that the root's kustomization file is given to the engine as.
    """
    walk = _Walk(tree, reader, allowed_remotes)
    pending = [(_Place(root, tree.source_of(kustomization_path) or ""), kustomization, kustomization_path)]
    entered = {root}
    while pending:
        place, value, path = pending.pop()
        if place.file:
            walk.files[path] = place.file
        walk.layers.append(Layer(place.folder, place.file, value))
        if len(walk.layers) > MAX_FOLDERS or len(walk.files) > MAX_FILES:
            walk.refuse("build-failed", "the build reads more files than the limit allows", place.file)
            break
        below, text = _walk_layer(walk, place, value)
        walk.rewritten[path] = text
        for folder, entry in reversed(below):
            found = _enter(walk, place, folder, entry)
            if found is not None and folder not in entered:
                entered.add(folder)
                pending.append(found)
    return Closure(root, walk.files, walk.rewritten, tuple(walk.layers), tuple(walk.problems))


def _enter(
    walk: _Walk, place: _Place, folder: str, entry: FieldPath
) -> tuple[_Place, Mapping[str, object], str] | None:
    visited = (*place.ancestors, place.folder)
    # kustomize: neither a folder on the way here nor one that holds such a folder may be entered.
    if any(before == folder or not folder or before.startswith(f"{folder}/") for before in visited):
        message = f"a cycle: {folder or 'the root folder'} is, or contains, a folder that leads here"
        walk.refuse("build-failed", message, place.file, entry)
        return None
    paths = list(walk.tree.kustomizations_in(folder))
    if not paths:
        fix = "add a kustomization.yaml to the folder, or name its files one by one"
        walk.refuse("resource-file-exists", f"the folder {folder} has no kustomization.yaml", place.file, entry, fix)
        return None
    source = walk.tree.source_of(paths[0]) or ""
    if len(paths) > 1:
        walk.refuse("build-failed", f"more than one kustomization file in {folder}", source)
        return None
    documents = walk.reader.documents(source)
    value = documents[0] if documents and not isinstance(documents, str) else {}
    if isinstance(documents, str) or not isinstance(value, dict):
        message = documents if isinstance(documents, str) else "a kustomization must be a mapping"
        walk.refuse("build-failed", message, source)
        return None
    return _Place(folder, source, visited), value, paths[0]


def _walk_layer(walk: _Walk, place: _Place, value: Mapping[str, object]) -> tuple[list[tuple[str, FieldPath]], bytes]:
    """Notes every file that a kustomization reads. Gives the folders that it enters, and its text for the engine."""
    for path, meant in folded_names(value):
        walk.refuse("build-failed", f"{path[-1]}: kustomize reads this as {meant}; write it so", place.file, path)
    for name in ("helmCharts", "helmChartInflationGenerator"):
        if list_at(value, name):
            message = f"{name}: Flux builds without Helm, so this kustomization cannot be built"
            walk.refuse("build-failed", message, place.file, (name,))
    folders: list[tuple[str, FieldPath]] = []
    inline: dict[FieldPath, str] = {}
    for entry in entries_of(value):
        text = _inline_text(walk, entry)
        if text is not None:
            inline[entry.path] = text
            if entry.wants is Wants.PLUGIN:
                _check_plugins(walk, place, walk.reader.text(text), entry.path)
            continue
        folder = _walk_entry(walk, place, entry)
        if folder is not None:
            folders.append((folder, entry.path))
    return folders, _encode(_without_remotes(_replaced(value, inline)))


def _walk_entry(walk: _Walk, place: _Place, entry: Entry) -> str | None:
    """Notes the file of an entry; gives the folder that it enters, if it is one."""
    target = _resolve(walk, place, entry)
    if target is None:
        return None
    source = walk.tree.source_of(target)
    is_folder = walk.tree.is_folder(target)
    if entry.wants in (Wants.FOLDER, Wants.EITHER) and is_folder:
        return target
    if source is None or entry.wants is Wants.FOLDER:
        kind = "is a folder" if is_folder else "is a file; a folder is needed" if source else "does not exist"
        walk.refuse("resource-file-exists", f"{entry.value} {kind}", place.file, entry.path)
        return None
    walk.files[target] = source
    if entry.wants is Wants.PLUGIN:
        documents = walk.reader.documents(source)
        _check_plugins(walk, _Place(place.folder, source), documents)
        if not isinstance(documents, str):
            texts = [_encode(document) for document in documents if document is not None]
            walk.rewritten[target] = b"\n---\n".join(texts)
    return None


def _resolve(walk: _Walk, place: _Place, entry: Entry) -> str | None:
    """The virtual path that an entry names, or None where it is refused (and that is noted)."""
    named = entry.value
    if not isinstance(named, str) or not named:
        walk.refuse("build-failed", "a path is needed here", place.file, entry.path)
        return None
    if is_remote(named):
        if is_allowed(named, walk.allowed):
            message = f"{named} is allowed, but is not fetched yet: what it brings is not judged"
            walk.refuse(UNREAD, message, place.file, entry.path)
        else:
            message = f"{named} is not in this repository, and the configuration does not allow to fetch it"
            fix = "copy the files into the repository, or list the URL under remotes.allow"
            walk.refuse("remote-refused", message, place.file, entry.path, fix)
        return None
    try:
        target = join(place.folder, named)
        walk.tree.resolve(target)
    except LeavesTreeError:
        walk.refuse("outside-tree", f"{named} leads out of the repository", place.file, entry.path)
        return None
    return target


def _inline_text(walk: _Walk, entry: Entry) -> str | None:
    """The text of a patch or plugin that stands in the kustomization itself, rewritten; None for a path.

    kustomize tries the text as objects and falls back to reading a file of that name, so only what surely is an
    object counts as text.
    """
    if entry.wants not in (Wants.PATCH, Wants.PLUGIN) or not isinstance(entry.value, str) or ":" not in entry.value:
        return None
    documents = walk.reader.text(entry.value)
    if isinstance(documents, str) or not documents:
        return None
    whole = all(text_at(document, "kind") and text_at(document, "metadata", "name") for document in documents)
    return b"\n---\n".join(_encode(document) for document in documents).decode() if whole else None


def _check_plugins(walk: _Walk, place: _Place, documents: Sequence[object] | str, at: FieldPath = ()) -> None:
    """Notes what the configurations of plugins name, and refuses all that are not builtin, as Flux does."""
    if isinstance(documents, str):
        walk.refuse("build-failed", documents, place.file, at)
        return
    for config in documents:
        kind = text_at(config, "kind") or "a plugin without a kind"
        found = plugin_entries(config) if isinstance(config, Mapping) else None
        if found is None or text_at(config, "apiVersion") != "builtin":
            walk.refuse("build-failed", f"{kind}: only builtin plugins are run", place.file, at)
            continue
        for path, meant in folded_names(config):
            walk.refuse("build-failed", f"{path[-1]}: kustomize reads this as {meant}", place.file, at or path)
        for entry in found:
            _walk_entry(walk, place, entry)


def _replaced(value: Mapping[str, object], texts: Mapping[FieldPath, str]) -> Mapping[str, object]:
    """A copy of a kustomization with other texts in its lists, at paths of the form (field, index)."""
    if not texts:
        return value
    changed = {name: copy.copy(child) for name, child in value.items()}
    for (name, index), text in texts.items():
        items = changed[str(name)]
        assert isinstance(items, list)
        items[int(index)] = text
    return changed


def _without_remotes(value: Mapping[str, object]) -> Mapping[str, object]:
    """A kustomization without the resources that kustomize would fetch."""
    changed = dict(value)
    for name in ("resources", "bases", "components"):
        items = list_at(value, name)
        local = [item for item in items if not (isinstance(item, str) and is_remote(item))]
        if len(local) < len(items):
            changed[name] = local
            # A kustomization that says nothing at all is an error; one with build metadata is not.
            changed.setdefault("buildMetadata", ["originAnnotations"])
    return changed


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

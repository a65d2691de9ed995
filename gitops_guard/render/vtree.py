"""A source as a build sees it: virtual paths that lead to paths of the repository. Nothing here touches the disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gitops_guard.model.tree import EntryKind, Tree

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The names that kustomize recognizes, in its order."""

_MAX_LINKS = 40
"""As many symbolic links on one path as Linux follows."""


class LeavesTreeError(Exception):
    """A path that leads out of the tree, or a symbolic link that does, or too many links."""


def join(folder: str, path: str) -> str:
    """`path` seen from `folder`, normalized; "" is the root. Raises `LeavesTreeError` for what is not below it."""
    if path.startswith("/") or "\0" in path:
        raise LeavesTreeError(path)
    steps = [step for step in folder.split("/") if step]
    for step in path.split("/"):
        if step == "..":
            if not steps:
                raise LeavesTreeError(path)
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


@dataclass(frozen=True)
class VirtualTree:
    """The files of a source. `files` maps a virtual path to a path of the repository.

    `links` maps a virtual path to the text of a symbolic link. Flux's source-controller leaves links out of its
    artifacts; `kubectl` and Argo CD follow them. They are followed here while they stay inside.
    """

    files: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree, paths: Iterable[str] | None = None) -> VirtualTree:
        """The whole of `tree`, or those `paths` of it, where they stand."""
        entries = tree.entries()
        chosen = entries.keys() if paths is None else [path for path in paths if path in entries]
        links = {path: "" for path in chosen if entries[path].kind is EntryKind.SYMLINK}
        for path, data in tree.read_many(links):
            links[path] = data.decode("utf-8", "replace")
        return cls({path: path for path in chosen if entries[path].kind is EntryKind.FILE}, links)

    @cached_property
    def _children(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        found[""] = set()
        for path in (*self.files, *self.links):
            here = path
            while here:
                folder, _, name = here.rpartition("/")
                if name in found[folder]:
                    break
                found[folder].add(name)
                here = folder
        return {folder: frozenset(names) for folder, names in found.items()}

    def resolve(self, path: str) -> str:
        """Where `path` leads after symbolic links. Raises `LeavesTreeError`."""
        if not self.links:
            return path
        left = [step for step in reversed(path.split("/")) if step]
        at, hops = "", 0
        while left:
            step = left.pop()
            here = f"{at}/{step}" if at else step
            target = self.links.get(here)
            if target is None:
                at = here
                continue
            hops += 1
            if hops > _MAX_LINKS:
                raise LeavesTreeError(path)
            landed = join(at, target)
            left.extend(step for step in reversed(landed.split("/")) if step)
            at = ""
        return at

    def is_file(self, path: str) -> bool:
        """Raises `LeavesTreeError`, as `resolve` does."""
        return self.resolve(path) in self.files

    def is_folder(self, path: str) -> bool:
        """Raises `LeavesTreeError`, as `resolve` does."""
        return self.resolve(path) in self._children

    def source_of(self, path: str) -> str | None:
        """The path in the repository of the file at a virtual path."""
        return self.files.get(self.resolve(path))

    def names(self, folder: str) -> tuple[str, ...]:
        """Names below a folder, sorted as Go's `filepath.Walk` sorts them (by bytes)."""
        return tuple(sorted(self._children.get(self.resolve(folder), ()), key=lambda name: name.encode()))

    def kustomization_in(self, folder: str) -> str | None:
        """The virtual path of the first kustomization file of a folder."""
        return next(iter(self.kustomizations_in(folder)), None)

    def kustomizations_in(self, folder: str) -> Iterator[str]:
        """All of them; kustomize refuses a folder with two."""
        for name in KUSTOMIZATION_NAMES:
            path = f"{folder}/{name}" if folder else name
            try:
                if self.is_file(path):
                    yield path
            except LeavesTreeError:
                continue

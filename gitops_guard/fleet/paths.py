"""Paths as Flux and kustomize read them, and folders of a set of files."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""What kustomize looks for in a folder, in its order (`konfig.RecognizedKustomizationFileNames`)."""


def source_path(text: str) -> str:
    """`spec.path` of a Flux Kustomization as a folder of its source; "" is the root.

    `..` stops at the root and a leading slash means it, as kustomize-controller's `SecureJoin` has it.
    """
    steps: list[str] = []
    for step in text.split("/"):
        if step == "..":
            steps[-1:] = []
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def join(folder: str, path: str) -> str | None:
    """`path` seen from `folder`; None where it leads out of the tree or is absolute."""
    if path.startswith("/"):
        return None
    steps = folder.split("/") if folder else []
    for step in path.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def parent(path: str) -> str:
    """The folder of a path; "" for what stands at the root."""
    return path.rpartition("/")[0]


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or below it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def ancestors(path: str) -> Iterator[str]:
    """The folders above a path, nearest first, the root ("") last."""
    while path:
        path = parent(path)
        yield path


def common_depth(one: str, other: str) -> int:
    """How many leading segments two paths share."""
    depth = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        depth += 1
    return depth


class Folders:
    """The folders of a set of file paths."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = sorted(paths)
        self._known = frozenset(self._paths)
        names: defaultdict[str, list[str]] = defaultdict(list)
        for path in self._paths:
            folder, _, name = path.rpartition("/")
            names[folder].append(name)
        waiting = list(names)
        while waiting:
            folder = waiting.pop()
            if folder:
                above, _, name = folder.rpartition("/")
                if above not in names:
                    waiting.append(above)
                names[above].append(name)
        self._names = {folder: sorted(set(found)) for folder, found in names.items()}
        self._folders = frozenset(names)

    def __contains__(self, path: object) -> bool:
        """Whether there is a file at `path`."""
        return path in self._known

    @property
    def all(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth; the root is ""."""
        return self._folders

    def below(self, folder: str) -> Sequence[str]:
        """Every file below `folder`, sorted."""
        if not folder:
            return self._paths
        prefix = f"{folder}/"
        # "0" is the character after "/".
        return self._paths[bisect_left(self._paths, prefix) : bisect_left(self._paths, f"{folder}0")]

    def kustomization_of(self, folder: str) -> str | None:
        """The kustomization file of `folder`, or None where it has none."""
        prefix = f"{folder}/" if folder else ""
        return next((prefix + name for name in KUSTOMIZATION_NAMES if prefix + name in self._known), None)

    def names(self, folder: str) -> list[str]:
        """The names of files and folders right in `folder`, sorted."""
        return list(self._names.get(folder, ()))

    def children(self, folder: str) -> list[str]:
        """The names of the folders right below `folder`, sorted."""
        prefix = f"{folder}/" if folder else ""
        return [name for name in self._names.get(folder, ()) if prefix + name in self._folders]

"""What is read: the root that a user means, its state as a tree, and the base that it is measured against."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import STDIN, RepositoryOptions
from gitops_guard.git import Base, DirectoryTree, GitError, Repository, SubTree
from gitops_guard.model.config import CONFIG_PATH
from gitops_guard.model.tree import MemoryTree, Tree

MAX_STDIN = 64 << 20
"""Bytes that are read from standard input; the reader of files has a smaller limit, and says so with a line."""


@dataclass(frozen=True)
class Source:
    """An opened source. `close` it, or use it in a `with`.

    `root` is the folder that is judged, `prefix` where it lies in its repository. `base_tree` is None where everything
    is judged. `remotes` are the URLs under which this repository is known.
    """

    root: Path
    tree: Tree
    base: Base | None
    base_tree: Tree | None
    remotes: tuple[str, ...]
    repository: Repository | None
    resources: ExitStack

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resources.close()

    def relative(self, path: str) -> str:
        """A path as the user gave it, relative to the root, with `/`; empty for the root itself.

        Raises `UsageError` where it lies outside.
        """
        try:
            inside = Path(os.path.abspath(path)).relative_to(self.root)  # noqa: PTH100 resolve() would follow links
        except ValueError:
            raise UsageError(
                f"{path} is not below {self.root}, which is judged.", "Name the repository with --root."
            ) from None
        return "" if str(inside) == "." else inside.as_posix()


def open_source(
    options: RepositoryOptions, paths: Sequence[str] = (), *, base: str = "", everything: bool = False
) -> Source:
    """Opens what the options and the paths mean. Raises `UsageError`.

    Without `--root` it is found from the first path (or the current folder): the nearest folder upwards that holds
    `.gitops-guard.yaml`, else the top of the repository. Where there is no repository it is the folder that is named;
    for a file, or several paths, the current folder where it holds them.
    """
    anchor = _anchor(options.root, paths)
    resources = ExitStack()
    try:
        repository = Repository.open(anchor)
        if repository is None and (options.ref or options.index or base):
            raise UsageError(f"{anchor} is not in a git repository.", "Leave --ref, --index and --base away.")
        if repository is not None:
            resources.callback(repository.close)
        root = anchor if options.root else _find_root(anchor, repository, paths)
        tree, found, base_tree = _trees(options, root, repository, base, everything)
        remotes = tuple(repository.remote_urls()) if repository else ()
    except GitError as error:
        resources.close()
        raise UsageError(str(error)) from error
    return Source(root, tree, found, base_tree, remotes, repository, resources)


def stdin_source(filename: str) -> Source:
    """One file from standard input, under the name that it would have. Raises `UsageError`."""
    name = filename or "stdin.yaml"
    if name.startswith("/") or ".." in Path(name).parts:
        raise UsageError(f"--stdin-filename {name} does not lie in a repository.", "Give a path relative to its root.")
    data = sys.stdin.buffer.read(MAX_STDIN + 1)
    if len(data) > MAX_STDIN:
        raise UsageError(f"standard input is longer than {MAX_STDIN >> 20} MiB.")
    tree = MemoryTree({Path(name).as_posix(): data}, label="standard input")
    return Source(Path.cwd(), tree, None, None, (), None, ExitStack())


def _anchor(root: str, paths: Sequence[str]) -> Path:
    named = root or next((path for path in paths if path != STDIN), ".")
    anchor = Path(os.path.abspath(named))  # noqa: PTH100 resolve() would follow links
    if root and not anchor.is_dir():
        raise UsageError(f"--root {root} is not a folder.")
    # A path may be gone from the folder and still stand in the commit that is read.
    while not anchor.exists() and anchor.parent != anchor:
        anchor = anchor.parent
    return anchor if anchor.is_dir() else anchor.parent


def _find_root(anchor: Path, repository: Repository | None, paths: Sequence[str]) -> Path:
    top = repository.root if repository else None
    for folder in (anchor, *anchor.parents):
        if (folder / CONFIG_PATH).is_file():
            return folder
        if folder == top:
            return folder
    # Somebody who names one folder means that one: the current folder may well be a home with many of them.
    here = Path.cwd()
    if anchor.is_relative_to(here) and not (len(paths) == 1 and Path(paths[0]).is_dir()):
        return here
    return anchor


def _trees(
    options: RepositoryOptions, root: Path, repository: Repository | None, base: str, everything: bool
) -> tuple[Tree, Base | None, Tree | None]:
    if repository is None:
        return DirectoryTree(root), None, None
    prefix = "" if repository.bare else root.resolve().relative_to(repository.root.resolve()).as_posix()
    prefix = "" if prefix == "." else prefix
    tree: Tree
    if options.ref:
        tree = repository.commit_tree(options.ref)
    else:
        tree = repository.index_tree() if options.index else repository.working_tree()
    found = None
    if base:
        found = Base(base, repository.resolve(base), "--base")
    elif not everything:
        found = repository.find_base(ref=options.ref, index=options.index)
    base_tree: Tree | None = repository.commit_tree(found.commit) if found else None
    if prefix:
        tree = SubTree(tree, prefix)
        base_tree = SubTree(base_tree, prefix) if base_tree else None
    return tree, found, base_tree

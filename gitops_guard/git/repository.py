"""A repository: its states as trees, and the few facts about refs that every run needs.

Everything here is plumbing through `command.py`, since `validate` asks for it each time: about 4 ms a question, where
importing GitPython alone takes 150 ms. Walking history and cloning are in `history.py`, through GitPython.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gitops_guard.git.command import Git, checked, closed_environment, failure
from gitops_guard.git.errors import GitError, GitUnavailableError, MissingHistoryError, UnknownRefError
from gitops_guard.git.listing import list_commit, list_index
from gitops_guard.git.objects import BlobReader
from gitops_guard.git.trees import ObjectTree, changed_paths
from gitops_guard.git.worktree import WorkingTree

if TYPE_CHECKING:
    from gitops_guard.git.base import Base

UNSHALLOW = "run `git fetch --unshallow` (GitHub Actions: `fetch-depth: 0`; GitLab CI: `GIT_DEPTH: 0`)"
"""What to do where a clone lacks history."""


class Repository:
    """An open repository. Close it (or use it in a `with`) to end the process that reads objects.

    `root` is the top of the working tree; for a bare repository, the repository itself.
    """

    def __init__(self, git: Git, *, git_dir: Path, bare: bool, shallow: bool, algorithm: str) -> None:
        self.root = git.folder
        self.git_dir = git_dir
        self.bare = bare
        self.shallow = shallow
        self.algorithm = algorithm
        """`sha1` or `sha256`."""
        self._git = git
        self._blobs = BlobReader(git)
        self._commits: dict[str, ObjectTree] = {}

    @classmethod
    def open(cls, path: Path | str = ".", environ: Mapping[str, str] = os.environ) -> Repository | None:
        """The repository that holds the file or folder `path`; None where there is none.

        A folder that is itself a bare repository is opened as one; being *inside* of one does not count, since a
        hostile tree can hold one. Raises `GitError` where there is a repository that cannot be read.
        """
        folder = Path(path).resolve()
        while not folder.is_dir():  # a file, or gone from the folder
            folder = folder.parent
        try:
            return _discover(Git(folder, closed_environment(environ)), environ)
        except GitUnavailableError:
            if any((above / ".git").exists() for above in (folder, *folder.parents)):
                raise
            return None

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process that reads objects; the trees can still be read, which starts another."""
        self._blobs.close()

    def working_tree(self) -> WorkingTree:
        """What lies in the folder. Raises `GitError` for a bare repository.

        It is the same tree each time, as it was when it was first asked: a run judges one state. For a new look, open
        the repository again.
        """
        return self._working_tree

    @cached_property
    def _working_tree(self) -> WorkingTree:
        if self.bare:
            raise GitError(f"{self.root} is a bare repository: it has no working tree; name a commit with --ref")
        return WorkingTree(self._git, self.root, self._blobs, self.algorithm)

    def index_tree(self) -> ObjectTree:
        """What is about to be committed. Raises `UnmergedIndexError` while a merge has conflicts."""
        return ObjectTree("index", list_index(self._git, self._blobs), self._blobs)

    def commit_tree(self, ref: str) -> ObjectTree:
        """What a commit holds. Raises `UnknownRefError` or `MissingHistoryError` where there is no such commit."""
        commit = self.resolve(ref)
        if commit not in self._commits:
            self._commits[commit] = ObjectTree(
                f"commit {commit[:12]}", list_commit(self._git, self._blobs, commit), self._blobs
            )
        return self._commits[commit]

    def resolve(self, ref: str) -> str:
        """The full id of the commit that `ref` names. Raises `UnknownRefError` or `MissingHistoryError`."""
        commit = self.find_commit(ref)
        if commit is None and self.shallow:
            raise MissingHistoryError(f"{ref!r} is not in this clone, which is shallow: {UNSHALLOW}")
        if commit is None:
            raise UnknownRefError(f"no commit is named {ref!r}")
        return commit

    def find_commit(self, ref: str) -> str | None:
        """The full id of the commit that `ref` names, or None where this clone has none of that name."""
        if not ref or "\0" in ref:
            return None
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        result = self._git.attempt(*arguments)
        return result.line if result.status == 0 else None

    def head(self) -> str | None:
        """The commit that is checked out; None before the first commit."""
        return self.find_commit("HEAD")

    def branch(self) -> str:
        """The branch that is checked out (`main`, also before its first commit); empty where HEAD is detached."""
        result = self._git.attempt("symbolic-ref", "--quiet", "HEAD")
        return result.line.removeprefix("refs/heads/") if result.status == 0 else ""

    def merge_base(self, a: str, b: str) -> str | None:
        """The best common ancestor; None where there is none.

        Raises `UnknownRefError` or `MissingHistoryError`; the latter also where there is none in a shallow clone.
        """
        result = self._git.attempt("merge-base", self.resolve(a), self.resolve(b))
        if result.status == 0:
            return result.line
        if result.status != 1:
            raise failure(result.stderr, "merge-base")
        if self.shallow:
            raise MissingHistoryError(f"{a} and {b} have no common commit in this clone, which is shallow: {UNSHALLOW}")
        return None

    def changed_paths(self, a: str, b: str) -> frozenset[str]:
        """The paths that differ between two commits."""
        return changed_paths(self.commit_tree(a), self.commit_tree(b))

    def is_staged(self) -> bool:
        """Whether the index differs from the checked-out commit. There must be one."""
        result = self._git.attempt("diff-index", "--cached", "--ita-invisible-in-index", "--quiet", "HEAD", "--")
        if result.status > 1:
            raise failure(result.stderr, "diff-index")
        return result.status == 1

    def remote_urls(self) -> list[str]:
        """The URLs of all remotes, as configured, `origin` first."""
        result = self._git.attempt("config", "-z", "--get-regexp", r"^remote\..*\.url$")
        if result.status == 1:  # nothing matches
            return []
        records = checked(result, "config").decode("utf-8", "surrogateescape").split("\0")
        listed = [(name, url) for name, _, url in (record.partition("\n") for record in records if record)]
        return [url for _, url in sorted(listed, key=lambda setting: setting[0] != "remote.origin.url")]

    def refs(self, *names: str) -> dict[str, str]:
        """The commits of those of `names` (`refs/heads/main`) that exist, in that order.

        A symbolic one is listed under its target's name: `refs/remotes/origin/HEAD` as `refs/remotes/origin/main`.
        """
        output = self._git.run("for-each-ref", "--format=%(refname) %(objectname) %(symref)", *names)
        listed = (line.split(" ") for line in output.decode("utf-8", "surrogateescape").splitlines())
        found = {name: (target or name, commit) for name, commit, target in listed}
        return dict(found[name] for name in names if name in found)

    def find_base(self, *, ref: str = "", index: bool = False, environ: Mapping[str, str] = os.environ) -> Base | None:
        """What the change is measured against; see `base.py`. Neither `ref` nor `index`: the working tree is judged."""
        from gitops_guard.git.base import find_base

        return find_base(self, environ, ref=ref, index=index)


def _discover(git: Git, environ: Mapping[str, str]) -> Repository | None:
    questions = ("--is-inside-work-tree", "--is-shallow-repository", "--show-object-format", "--show-cdup")
    result = git.attempt("rev-parse", *questions, "--absolute-git-dir")
    if result.status != 0:
        if git.git_dir is None and _looks_bare(git.folder):
            return _discover(Git(git.folder, git.environment, git.folder), environ)
        if "not a git repository (or any" in result.stderr or "cannot use bare repository" in result.stderr:
            return None
        raise failure(result.stderr, "rev-parse")
    # The way up is told in a working tree only. The folder's name comes last, since it may hold line breaks.
    inside, shallow, algorithm, rest = result.line.split("\n", 3)
    bare = inside != "true"
    up, _, git_dir_name = ("", "", rest) if bare else rest.partition("\n")
    git_dir = Path(git_dir_name)
    root = git_dir if bare else Path(os.path.normpath(git.folder / up))
    found = Git(root, closed_environment(environ, root=root), git_dir if bare else None)
    return Repository(found, git_dir=git_dir, bare=bare, shallow=shallow == "true", algorithm=algorithm)


def _looks_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()

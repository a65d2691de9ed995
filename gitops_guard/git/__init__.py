"""The one door to git: states of a repository as trees, and what a change is measured against.

    repository = Repository.open(".")          # None where there is no repository: then DirectoryTree(".")
    tree = repository.working_tree()           # or .index_tree(), .commit_tree("main"); a model.tree.Tree each
    base = repository.find_base(index=False)   # Base(ref, commit, why), or None: judge everything

Trouble with the repository as such is a `GitError` (a usage error, exit code 2); trouble with one file is an entry of
kind `unreadable`, which `problems` turns into results.
"""

from gitops_guard.git.base import Base
from gitops_guard.git.errors import (
    GitError,
    GitUnavailableError,
    HostileTreeError,
    MissingHistoryError,
    TreeChangedError,
    UnknownRefError,
    UnmergedIndexError,
    UnsafeRepositoryError,
)
from gitops_guard.git.repository import Repository
from gitops_guard.git.trees import SubTree, changed_paths, problems
from gitops_guard.git.worktree import DirectoryTree

__all__ = [
    "Base",
    "DirectoryTree",
    "GitError",
    "GitUnavailableError",
    "HostileTreeError",
    "MissingHistoryError",
    "Repository",
    "SubTree",
    "TreeChangedError",
    "UnknownRefError",
    "UnmergedIndexError",
    "UnsafeRepositoryError",
    "changed_paths",
    "problems",
]

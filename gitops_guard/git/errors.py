"""What can go wrong with a repository as such. Each is a usage error: nothing was judged, and a person can mend it."""

from __future__ import annotations


class GitError(Exception):
    """git failed, or the repository is not one that can be read. The text is a sentence for a person."""


class GitUnavailableError(GitError):
    """There is a repository, but no `git` program to read it with."""


class UnsafeRepositoryError(GitError):
    """git refuses the repository because it belongs to somebody else (`safe.directory`)."""


class UnknownRefError(GitError):
    """No commit has this name."""


class MissingHistoryError(GitError):
    """The commit may well exist, but this clone does not have it: it is shallow, or its branch was not fetched."""


class UnmergedIndexError(GitError):
    """A merge is going on: some paths have conflicts, so that the index is not yet what could be committed."""


class HostileTreeError(GitError):
    """A tree holds names that git itself never writes (`..`, `.git`, one name twice), or more than can be listed."""


class TreeChangedError(GitError):
    """A file was changed while it was being read: what was listed is not what stands there."""

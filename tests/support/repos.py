"""Real git repositories for tests, in a few words:

    repo = make_repository(tmp_path / "fleet", {"apps/a.yaml": "kind: A"})   # one commit on main
    repo.write({"apps/a.yaml": "kind: B", "link": Link("apps")})             # in the folder only
    repo.stage("apps/a.yaml")
    second = repo.commit({"new.yaml": ""}, "why")                            # writes, stages everything, commits

Every commit is a minute younger than the one before, from a fixed date on, so that ids are the same in every run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gitops_guard.git import Repository

_START = datetime(2026, 1, 1, tzinfo=UTC)

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
"""Real repositories, beside the checkout; a test that needs them skips where they are missing."""


@dataclass(frozen=True)
class Link:
    """A symbolic link, to be written in place of a file's content."""

    target: str


Content = str | bytes | Link | None
"""What to write at a path; None removes what stands there."""


def run_git(folder: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> str:
    """Runs the real git; its output without the last line break. A failure fails the test, with git's messages."""
    result = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=os.environ | environment,
        input=stdin,
        capture_output=True,
        check=False,
    )
    if result.returncode != 0:
        message = f"git {' '.join(arguments)} failed: {result.stderr.decode(errors='replace')}"
        raise AssertionError(message)
    return result.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


@dataclass
class GitRepository:
    """A repository with a working tree at `path`."""

    path: Path
    _commits: int = field(default=0, repr=False)

    def git(self, *arguments: str, stdin: bytes = b"", **environment: str) -> str:
        """Any git command in the repository."""
        return run_git(self.path, *arguments, stdin=stdin, **environment)

    def write(self, files: Mapping[str, Content]) -> None:
        """Puts files into the folder; nothing is staged."""
        write_files(self.path, files)

    def stage(self, *paths: str) -> None:
        """Stages `paths`; without any, everything."""
        self.git("add", "--all", "--", *(paths or (".",)))

    def commit(self, files: Mapping[str, Content] | None = None, message: str = "a change", *, add: bool = True) -> str:
        """Writes `files`, stages everything (unless `add` is False), commits; the commit's id."""
        self.write(files or {})
        if add:
            self.stage()
        return self._record("commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)

    @property
    def head(self) -> str:
        """The id of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def switch(self, branch: str, *, create: bool = False, start: str = "") -> None:
        """Checks out a branch; with `create` a new one, at `start` or here."""
        self.git("switch", "--quiet", *(["--create"] if create else []), branch, *([start] if start else []))

    def merge(self, branch: str, message: str = "a merge") -> str:
        """Merges `branch` into the current one with a merge commit; its id."""
        return self._record("merge", "--quiet", "--no-ff", "--message", message, branch)

    def _record(self, *arguments: str) -> str:
        self._commits += 1
        when = (_START + timedelta(minutes=self._commits)).isoformat()
        self.git(*arguments, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
        return self.head

    def clone(self, target: Path, *options: str) -> GitRepository:
        """A clone over git's real protocol, so that `--depth` works; `origin` is this repository."""
        run_git(self.path.parent, "clone", "--quiet", *options, self.path.as_uri(), str(target))
        return GitRepository(target, self._commits)


def make_repository(
    path: Path, files: Mapping[str, Content] | None = None, *, branch: str = "main", object_format: str = "sha1"
) -> GitRepository:
    """A new repository on `branch`; with `files` it has one commit that holds them, without it has none."""
    path.mkdir(parents=True, exist_ok=True)
    run_git(path, "init", "--quiet", f"--initial-branch={branch}", f"--object-format={object_format}")
    repository = GitRepository(path)
    if files is not None:
        repository.commit(files, "the first commit")
    return repository


def open_repository(path: Path) -> Repository:
    """The repository at `path`, which there must be."""
    found = Repository.open(path)
    assert found is not None
    return found


def write_files(folder: Path, files: Mapping[str, Content]) -> Path:
    """Writes files (and their folders) below `folder`, which is returned."""
    for name, content in files.items():
        path = folder / name
        _remove(path)
        if content is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            path.symlink_to(content.target)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.is_symlink() or path.exists():
        path.unlink()

"""The one place that starts `git`: plumbing only, in a closed environment.

A judged repository is hostile, and so may be its `.git/config` (a tree can hold a whole bare repository). So no
command here runs hooks, filters, text converters, pagers or a file system monitor, none fetches anything, and what a
command may print is bounded: nested trees can name more files than there are atoms.

GitPython is not used here: it costs 0.15 s to import, as much as everything else that a pre-commit run does. It has its
place where history is walked and repositories are cloned (`history.py`), under this same environment.
"""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from gitops_guard.git.errors import GitError, GitUnavailableError, UnsafeRepositoryError

SAFE_SETTINGS: Final = (
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=false",
    "log.showSignature=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
"""Given as `-c` to every command: they win over every configuration file."""

_FIXED: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # for versions of git that do not know GIT_NO_LAZY_FETCH
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
}
_KEPT: Final = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
"""GIT_* variables that are the user's own settings; the others would lead to another repository."""

_STATE: Final = (
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)
"""What a hook is told about the commit being made (pre-commit) or the push being received (pre-receive)."""

MAX_OUTPUT: Final = 64 << 20
"""Bytes: a listing of about half a million files."""
_MAX_STDERR: Final = 1 << 16
_TIMEOUT: Final = 300.0
"""Seconds. Far more than any plumbing takes; only a broken disk or a lock gets there."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended. `status` is its exit code; `stderr` is text for people, in English."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def line(self) -> str:
        """The output as one text without its last line break."""
        return self.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def closed_environment(environ: Mapping[str, str], *, root: Path | None = None) -> dict[str, str]:
    """`environ` for running git in: without the variables that lead to another repository, with no way to the network.

    Where the current folder is at or below `root`, the variables that git sets for a hook are kept: a pre-commit hook
    must see the index of `git commit -a`, which is not `.git/index`. A relative one counts from the current folder.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    if root is not None and Path.cwd().resolve().is_relative_to(root):
        for name in _STATE:
            if value := environ.get(name):
                kept[name] = value if name == "GIT_ALTERNATE_OBJECT_DIRECTORIES" else str(Path.cwd() / value)
    kept.pop("LANGUAGE", None)
    return kept | _FIXED


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git in `folder`. `git_dir` is set for bare repositories, which git is told not to discover by itself."""

    folder: Path
    environment: Mapping[str, str]
    git_dir: Path | None = None

    def arguments(self, *arguments: str) -> list[str]:
        """The whole command line."""
        command = ["git", "--no-pager"]
        for setting in SAFE_SETTINGS:
            command += ("-c", setting)
        if self.git_dir is None:
            command += ("-c", "safe.bareRepository=explicit")
        else:
            command.append(f"--git-dir={self.git_dir}")
        return [*command, *arguments]

    def start(self, *arguments: str, stdin: bool = False, stderr: bool = True) -> subprocess.Popen[bytes]:
        """Starts a command with its standard output (and, on demand, input) as pipes."""
        try:
            return subprocess.Popen(
                self.arguments(*arguments),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if stderr else subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise GitUnavailableError("git is not installed, and the repository cannot be read without it") from error

    def attempt(self, *arguments: str) -> Result:
        """Runs a command whose failure has a meaning. Raises `GitError` where there is too much output."""
        return finish(self.start(*arguments))

    def run(self, *arguments: str) -> bytes:
        """Runs a command that must succeed; its standard output. Raises `GitError` or one of its kinds."""
        return checked(self.attempt(*arguments), arguments[0])


def checked(result: Result, command: str) -> bytes:
    """The standard output of a command that must have succeeded."""
    if result.status != 0:
        raise failure(result.stderr, command)
    return result.stdout


def failure(stderr: str, command: str) -> GitError:
    """What the error text of git means."""
    text = stderr.strip()
    if "dubious ownership" in text or "is owned by someone else" in text:
        return UnsafeRepositoryError(
            "git does not trust this repository, because it belongs to another user; "
            'if you do, run: git config --global --add safe.directory "$PWD"'
        )
    return GitError(f"git {command} failed: {text.splitlines()[-1] if text else 'no message'}")


def finish(process: subprocess.Popen[bytes]) -> Result:
    """Reads both outputs to their end. Raises `GitError` for more than `MAX_OUTPUT` bytes; waits `_TIMEOUT` at most."""
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    with process, selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        while selector.get_map():
            ready = selector.select(_TIMEOUT)
            if not ready:
                process.kill()
                raise GitError(f"git did not answer for {_TIMEOUT:.0f} seconds")
            for key, _ in ready:
                _take(selector, key)
            if len(out) > MAX_OUTPUT:
                process.kill()
                raise GitError(f"git listed more than {MAX_OUTPUT >> 20} MiB of names: this is no repository to judge")
            del err[_MAX_STDERR:]
    return Result(process.returncode, bytes(out), err.decode("utf-8", "replace"))


def _take(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """Moves what a pipe holds into its buffer; at the pipe's end, stops watching it."""
    stream: IO[bytes] = key.fileobj  # type: ignore[assignment]  # the streams registered above
    chunk = os.read(stream.fileno(), 1 << 18)
    if chunk:
        key.data.extend(chunk)
    else:
        selector.unregister(stream)

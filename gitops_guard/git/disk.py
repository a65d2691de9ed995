"""Files on disk, as a judged tree may hold them: no symbolic link is followed, no pipe or device is opened.

A path is opened folder by folder, each relative to the one before and each refusing links, since any folder on the way
may have been replaced by a link that leads out of the tree. The folders on the way to the last path stay open, so that
4,000 files in 4,000 folders take 0.07 s.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitops_guard.git.errors import GitError
from gitops_guard.model.tree import EntryKind

MAX_FILE: Final = 32 << 20
"""Bytes. No manifest, chart or dashboard comes near; reading more would only use up memory."""
MAX_DEPTH: Final = 256
"""Folders in one another: each is an open file while its files are read."""

TOO_LARGE: Final = f"larger than {MAX_FILE >> 20} MiB"
_TOO_DEEP: Final = f"more than {MAX_DEPTH} folders deep"

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: should a pipe take the file's place after it was looked at, opening it does not wait for a writer.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: a file's bytes, a link's target, or why it cannot be read."""

    kind: EntryKind
    data: bytes = b""
    reason: str = ""


class Disk:
    """Reads paths below one folder; fastest when they come sorted. Made by `open_disk`."""

    def __init__(self, root: int) -> None:
        self._open: list[tuple[bytes, int]] = [(b"", root)]

    def look(self, path: bytes) -> Found | None:
        """What stands at `path`; None where nothing does (also: a folder, or a path that leads through a link)."""
        folder, _, name = path.rpartition(b"/")
        if folder.count(b"/") >= MAX_DEPTH:
            return Found(EntryKind.UNREADABLE, reason=_TOO_DEEP)
        try:
            return _look(name, self._enter(folder))
        except OSError as error:
            if error.errno in _GONE:
                return None
            return Found(EntryKind.UNREADABLE, reason=(error.strerror or "cannot be read").lower())

    def _enter(self, folder: bytes) -> int:
        """The open folder; the folders that it shares with the last one are not opened again."""
        while len(self._open) > 1 and folder != self._open[-1][0] and not folder.startswith(self._open[-1][0] + b"/"):
            os.close(self._open.pop()[1])
        here, descriptor = self._open[-1]
        rest = folder[len(here) :].strip(b"/")
        for part in rest.split(b"/") if rest else ():
            descriptor = os.open(part, _FOLDER, dir_fd=descriptor)
            here = here + b"/" + part if here else part
            self._open.append((here, descriptor))
        return descriptor

    def close(self) -> None:
        """Closes the folders; the disk cannot be used afterwards."""
        while self._open:
            os.close(self._open.pop()[1])


@contextmanager
def open_disk(root: Path) -> Iterator[Disk]:
    """A `Disk` for the folder `root` (which may itself be reached through links: it is the user's word).

    Raises `GitError` where it is no folder, or a closed one.
    """
    try:
        disk = Disk(os.open(root, _FOLDER & ~os.O_NOFOLLOW))
    except OSError as error:
        raise GitError(f"the folder {root} cannot be read: {error.strerror}") from error
    try:
        yield disk
    finally:
        disk.close()


def _look(name: bytes, folder: int) -> Found | None:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        return Found(EntryKind.SYMLINK, os.readlink(name, dir_fd=folder))
    if stat.S_ISREG(mode):
        return _read(name, folder)
    if stat.S_ISDIR(mode):
        return None
    return Found(EntryKind.UNREADABLE, reason="not a regular file")


def _read(name: bytes, folder: int) -> Found:
    descriptor = os.open(name, _FILE, dir_fd=folder)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Found(EntryKind.UNREADABLE, reason="not a regular file")
        if status.st_size > MAX_FILE:
            return Found(EntryKind.UNREADABLE, reason=TOO_LARGE)
        data = os.read(descriptor, status.st_size + 1)
        # One byte more was asked for than there were: otherwise it grew, or the system gave less than it has.
        while len(data) != status.st_size and len(data) <= MAX_FILE and (more := os.read(descriptor, 1 << 20)):
            data += more
    finally:
        os.close(descriptor)
    if len(data) > MAX_FILE:
        return Found(EntryKind.UNREADABLE, reason=TOO_LARGE)
    return Found(EntryKind.FILE, data)

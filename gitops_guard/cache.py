"""Results that are kept from run to run, in one SQLite file of the user's.

It holds bytes by key and nothing else (JSON, never pickle), and it may vanish at any time: whatever is wrong with the
store (unwritable, damaged, somebody else's), the run goes on as if nothing were kept, and `SqliteCache.note` says so.

A transaction is written whole or not at all, so that no crash leaves half an entry, and every value carries a checksum,
so that no damaged disk makes a wrong one. Many processes may share the store: readers never wait, and a writer that has
to wait for long gives up.
"""

from __future__ import annotations

import os
import stat
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gitops_guard.model.cache import Cache, NoCache

if TYPE_CHECKING:
    import sqlite3

MAX_SIZE: Final = 256 << 20
"""Bytes of the store; beyond that, what was not used for longest is dropped, a quarter at a time."""
MAX_VALUE: Final = 32 << 20

_VERSION: Final = 1
"""Part of the file's name; a new layout begins a new file."""
_PACK_FROM: Final = 8 << 10
"""Bytes. Unpacking costs more time than reading small values takes."""
_BATCH: Final = 900
"""SQLite's oldest limit of parameters is 999."""
_WAIT: Final = 2.0
"""Seconds that a writer waits for another."""
_DAY: Final = 86_400

_OF_THE_PLACE: Final = tuple(
    f"SQLITE_{name}" for name in ("CANTOPEN", "FULL", "IOERR", "NOMEM", "PERM", "READONLY", "PROTOCOL")
)
"""Errors of the disk; after any other one, the file itself is taken for damaged."""
_PACKED: Final = "size, packed, checksum, value"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS results (
  id INTEGER PRIMARY KEY,
  used INTEGER NOT NULL,  -- the day of the last use
  size INTEGER NOT NULL,  -- bytes before packing
  packed INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  space TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  UNIQUE (space, key)
)"""


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """`GITOPS_GUARD_CACHE`, or `gitops-guard` below `XDG_CACHE_HOME` (by default `~/.cache`).

    Raises `RuntimeError` where nothing says where the user's home is.
    """
    if chosen := environ.get("GITOPS_GUARD_CACHE"):
        return Path(chosen).absolute()
    shared = Path(environ.get("XDG_CACHE_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "gitops-guard"


def code_identity(package: Path = Path(__file__).parent) -> str:
    """What tells the code that fills a store from other code: results of another build mean something else.

    An installed package does not change, so its version says it; a checkout does, so its files' sizes and times do.
    """
    from gitops_guard import __version__

    if not (package.parent / "pyproject.toml").is_file():
        return __version__
    states = ((path, path.stat()) for path in sorted(package.rglob("*.py")))
    text = "".join(f"{path}:{state.st_size}:{state.st_mtime_ns};" for path, state in states)
    return f"{__version__}+{zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def open_cache(folder: Path | None = None) -> Cache:
    """The user's store. It is opened when it is first asked, and never fails."""
    try:
        return SqliteCache(cache_folder() if folder is None else folder, code=code_identity())
    except RuntimeError:
        return NoCache()


def clear_cache(folder: Path | None = None) -> None:
    """Removes the store, of whatever version, and nothing else that lies in the folder. Raises `OSError`."""
    place = cache_folder() if folder is None else folder
    for path in place.glob("results-*.sqlite*"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        place.rmdir()  # other files may stand there


class SqliteCache:
    """See `model.cache.Cache`. Safe with threads, processes and forks."""

    def __init__(self, folder: Path, max_size: int = MAX_SIZE, code: str = "") -> None:
        self._code = f"{code}/" if code else ""
        self.note = ""
        """Why nothing is kept, as a sentence for the report; empty while all is well."""
        self._path = folder / f"results-{_VERSION}.sqlite"
        self._max_size = max_size
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._close: weakref.finalize[..., SqliteCache] | None = None

    def get(self, space: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of `keys` that are stored."""
        found: dict[str, bytes] = {}
        self._use(lambda store: _select(store, self._code + space, keys, found))
        return found

    def put(self, space: str, items: Mapping[str, bytes]) -> None:
        """Stores all of them, or none where the store cannot be written. Values over `MAX_VALUE` are left out."""
        today, space = _today(), self._code + space
        rows = [(today, space, key, *_pack(space, key, data)) for key, data in items.items() if len(data) <= MAX_VALUE]
        if rows:
            self._use(lambda store: _insert(store, rows, self._max_size))

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        if self._close is not None:
            self._close()
        self._connection = None

    def _use(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Does `work` with the open store. What goes wrong ends the use of the store, and nothing else."""
        if self.note:
            return
        import sqlite3

        with self._lock:
            try:
                work(self._connect())
            except _UnusableError as error:
                self.note = f"no results are kept: {error}"
            except OSError as error:
                self.note = f"no results are kept: {self._path.parent}: {error.strerror}"
            except (sqlite3.Error, ValueError, TypeError) as error:
                # The last two come of texts that are no UTF-8 and of columns that hold something else.
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return  # another process writes; this time nothing is stored
        self.close()
        self.note = f"no results are kept: {self._path}: {error}"
        if not code.startswith(_OF_THE_PLACE):
            with suppress(OSError):
                for end in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            self.note += " (damaged: the next run begins a new one)"

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        import sqlite3

        _make_private(self._path)
        # A connection must not be used after a fork; the child's copy of it is left as it is.
        store = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        self._connection, self._owner = store, os.getpid()
        self._close = weakref.finalize(self, _end, store, self._owner)
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")  # with a journal of this kind, no crash damages the file
        store.execute(_SCHEMA)
        return store


class _UnusableError(Exception):
    """The folder or file is not one to put results in."""


def _make_private(path: Path) -> None:
    """Makes the folder and the file for this user alone; refuses what others can write to.

    Results can hold what is secret in a repository, and whoever can write them can decide what the gate finds.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    for place in (path.parent, path):
        status = place.stat()
        if status.st_uid != os.geteuid():
            raise _UnusableError(f"{place} belongs to another user")
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise _UnusableError(f"{place} can be written by other users")


def _select(store: sqlite3.Connection, space: str, keys: Iterable[str], found: dict[str, bytes]) -> None:
    """Puts those of `keys` that are stored into `found`, also those from before an error."""
    today = _today()
    stale: list[tuple[int, int]] = []
    rest = iter(keys)
    while batch := tuple(islice(rest, _BATCH)):
        marks = ",".join("?" * len(batch))
        query = f"SELECT id, used, key, {_PACKED} FROM results WHERE space = ? AND key IN ({marks})"  # noqa: S608
        for number, used, key, *packed in store.execute(query, (space, *batch)):
            data = _unpack(space, key, *packed)
            if data is not None:
                found[key] = data
            if used != today:
                stale.append((today, number))
    if stale:  # once a day, so that reading is not writing
        with _transaction(store):
            store.executemany("UPDATE results SET used = ? WHERE id = ?", stale)


def _insert(store: sqlite3.Connection, rows: Sequence[tuple[int | str | bytes, ...]], max_size: int) -> None:
    query = f"INSERT OR REPLACE INTO results (used, space, key, {_PACKED}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    with _transaction(store):
        store.executemany(query, rows)
        _evict(store, max_size)


@contextmanager
def _transaction(store: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. A writer's lock is taken at once, since one that is wanted later cannot be waited for."""
    store.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")


def _evict(store: sqlite3.Connection, max_size: int) -> None:
    """Where the store is over its size, drops what was not used for longest until a quarter is free."""
    pages, unused, page_size = (
        store.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    excess = (pages - unused) * page_size - max_size
    if excess <= 0:
        return
    excess += max_size // 4
    oldest: list[tuple[int]] = []
    for number, length in store.execute("SELECT id, length(value) FROM results ORDER BY used, id"):
        oldest.append((number,))
        excess -= length
        if excess <= 0:
            break
    store.executemany("DELETE FROM results WHERE id = ?", oldest)


def _pack(space: str, key: str, data: bytes) -> tuple[int, int, int, bytes]:
    """(size, whether it is packed, checksum of all that is stored, what is stored)."""
    packed = int(len(data) >= _PACK_FROM)
    value = zlib.compress(data, 1) if packed else data
    return len(data), packed, _checksum(space, key, len(data), packed, value), value


def _unpack(space: str, key: str, size: int, packed: int, checksum: int, value: bytes) -> bytes | None:
    """The inverse of `_pack`; None for what is damaged."""
    if _checksum(space, key, size, packed, value) != checksum:
        return None
    return zlib.decompress(value) if packed else value


def _checksum(space: str, key: str, size: int, packed: int, value: bytes) -> int:
    return zlib.crc32(value, zlib.crc32(f"{space}\0{key}\0{size}\0{packed}".encode("utf-8", "surrogatepass")))


def _today() -> int:
    return int(time.time()) // _DAY


def _end(store: sqlite3.Connection, owner: int) -> None:
    if owner == os.getpid():
        store.close()

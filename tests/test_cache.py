"""The store keeps what it was given, and whatever is done to it, gives that or nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitops_guard import cache as module
from gitops_guard.cache import MAX_VALUE, SqliteCache, cache_folder, clear_cache, open_cache


def store_file(folder: Path) -> Path:
    return next(folder.glob("results-*.sqlite"))


def fill(folder: str, worker: int) -> int:
    cache = SqliteCache(Path(folder))
    for number in range(20):
        cache.put("s", {f"{worker}-{number}": b"x" * number, "shared": b"same"})
    found = cache.get("s", [f"{worker}-{number}" for number in range(20)])
    cache.close()
    return len(found)


def test_gives_back_what_it_was_given(tmp_path: Path) -> None:
    values = {f"k{number}": os.urandom(7) * number for number in range(3000)} | {"": b"", "é\0": b"\0"}
    cache = SqliteCache(tmp_path / "c")
    cache.put("one", values)
    cache.put("two", {"k1": b"other"})
    cache.put("two", {"k1": b"newer"})
    cache.close()
    again = SqliteCache(tmp_path / "c")
    assert again.get("one", [*values, "none"]) == values
    assert again.get("two", values) == {"k1": b"newer"}
    assert again.get("three", values) == {}
    assert again.note == ""
    again.close()


@given(data=st.binary(max_size=100), repeat=st.integers(0, 400))
def test_packing_is_undone(data: bytes, repeat: int) -> None:
    assert module._unpack("s", "k", *module._pack("s", "k", data * repeat)) == data * repeat


def test_is_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        cache = SqliteCache(tmp_path / "c")
        cache.put("s", {"k": b"v"})
    finally:
        os.umask(old)
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "c").iterdir()} == {0o600}
    cache.close()


def test_refuses_what_others_can_write(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c").chmod(0o777)
    cache = SqliteCache(tmp_path / "c")
    cache.put("s", {"k": b"v"})
    assert cache.get("s", ["k"]) == {}
    assert "can be written by other users" in cache.note


def test_refuses_what_belongs_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    cache = SqliteCache(tmp_path)
    cache.put("s", {"k": b"v"})
    assert cache.get("s", ["k"]) == {}
    assert "belongs to another user" in cache.note


def test_refuses_a_link_in_the_place_of_its_file(tmp_path: Path) -> None:
    SqliteCache(tmp_path / "c").put("s", {"k": b"v"})
    path = store_file(tmp_path / "c")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    cache = SqliteCache(tmp_path / "c")
    assert cache.get("s", ["k"]) == {}
    assert cache.note


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = SqliteCache(tmp_path / "file" / "c")
    cache.put("s", {"k": b"v"})
    assert cache.get("s", ["k"]) == {}
    assert cache.note.startswith("no results are kept: ")


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_store_is_replaced(tmp_path: Path, damage: bytes) -> None:
    SqliteCache(tmp_path / "c").put("s", {"k": b"v"})
    store_file(tmp_path / "c").write_bytes(damage)
    cache = SqliteCache(tmp_path / "c")
    assert cache.get("s", ["k"]) == {}
    assert "damaged" in cache.note
    cache.put("s", {"k": b"v"})
    after = SqliteCache(tmp_path / "c")
    assert after.get("s", ["k"]) == {}
    after.put("s", {"k": b"v"})
    assert after.get("s", ["k"]) == {"k": b"v"}
    assert after.note == ""
    after.close()


@given(position=st.integers(0, 10**6), flip=st.integers(1, 255))
@example(position=3745, flip=128)  # in the text of the schema
def test_a_flipped_byte_never_makes_a_wrong_value(
    position: int, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("c")
    values = {f"key-{number}": f"value {number} ".encode() * 200 * number for number in range(8)}
    cache = SqliteCache(folder)
    cache.put("s", values)
    cache.close()
    path = store_file(folder)
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= flip
    path.write_bytes(data)
    cache = SqliteCache(folder)
    found = cache.get("s", values)
    cache.put("s", values)
    cache.close()
    assert found.items() <= values.items()
    again = SqliteCache(folder)
    assert again.get("s", values).items() <= values.items()
    again.close()


def test_what_was_not_used_for_longest_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 0
    monkeypatch.setattr(module, "_today", lambda: day)
    cache = SqliteCache(tmp_path / "c", max_size=400_000)
    for day in range(30):  # the clock as well
        cache.put("s", {f"day-{day}": os.urandom(30_000)})
        assert "day-0" in cache.get("s", ["day-0"]), "used every day"
        assert f"day-{day}" in cache.get("s", [f"day-{day}"]), "the newest"
    kept = cache.get("s", [f"day-{day}" for day in range(30)])
    assert 6 <= len(kept) <= 13
    assert "day-1" not in kept
    assert store_file(tmp_path / "c").stat().st_size < 600_000
    cache.close()


def test_huge_values_are_left_out(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "c")
    cache.put("s", {"huge": bytes(MAX_VALUE + 1), "small": b"v"})
    assert cache.get("s", ["huge", "small"]) == {"small": b"v"}
    cache.close()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_share_it(tmp_path: Path, method: str) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context(method)) as pool:
        assert list(pool.map(fill, [str(tmp_path / "c")] * 6, range(6))) == [20] * 6
    cache = SqliteCache(tmp_path / "c")
    assert len(cache.get("s", [f"{worker}-{number}" for worker in range(6) for number in range(20)])) == 120
    assert cache.note == ""
    cache.close()


def test_threads_share_it(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "c")

    def work(number: int) -> bool:
        cache.put("s", {str(number): b"x" * number})
        return cache.get("s", [str(number)]) == {str(number): b"x" * number}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    cache.close()


def test_a_busy_store_is_not_waited_for_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.01)
    cache = SqliteCache(tmp_path / "c")
    cache.put("s", {"k": b"v"})
    other = sqlite3.connect(store_file(tmp_path / "c"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache.put("s", {"k": b"new"})
    assert cache.get("s", ["k"]) == {"k": b"v"}
    other.execute("ROLLBACK")
    other.close()
    cache.put("s", {"k": b"newest"})
    assert cache.get("s", ["k"]) == {"k": b"newest"}
    assert cache.note == ""
    cache.close()


def test_a_process_that_is_killed_leaves_whole_entries(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from gitops_guard.cache import SqliteCache, _transaction\n"
        "cache = SqliteCache(Path(sys.argv[1]))\n"
        "cache.put('s', {'whole': b'v' * 5000})\n"
        "store = cache._connection\n"
        "with _transaction(store):\n"
        "    store.execute(\"UPDATE results SET value = x'00'\")\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "c")], check=False)
    assert ended.returncode == -9
    cache = SqliteCache(tmp_path / "c")
    assert cache.get("s", ["whole"]) == {"whole": b"v" * 5000}
    cache.close()


def test_where_it_is(tmp_path: Path) -> None:
    assert cache_folder({"GITOPS_GUARD_CACHE": "/x"}) == Path("/x")
    assert cache_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/gitops-guard")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache/gitops-guard"
    cache = open_cache()
    cache.put("s", {"k": b"v"})
    assert store_file(cache_folder())


def test_clearing_takes_nothing_else_away(tmp_path: Path) -> None:
    SqliteCache(tmp_path).put("s", {"k": b"v"})
    (tmp_path / "mine").write_text("")
    clear_cache(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    SqliteCache(tmp_path / "c").put("s", {"k": b"v"})
    clear_cache(tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_importing_it_is_cheap() -> None:
    code = "import sys, gitops_guard.cache; print('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"

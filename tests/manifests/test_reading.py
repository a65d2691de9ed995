from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from gitops_guard.manifests import FileReader, load, read_files
from gitops_guard.model.cache import NoCache
from gitops_guard.model.manifest import IMAGE_MARK, WAIVER_MARK, Dialect, SourceFile
from gitops_guard.model.tree import MemoryTree

FILES = {
    "a.yaml": b"a: on\nb: 1.0\n",
    "copy/a.yaml": b"a: on\nb: 1.0\n",
    "list.yaml": b"apiVersion: v1\nkind: List\nitems:\n- {kind: A, apiVersion: v1, on: yes}\n",
    "bad.yaml": b"a: [",
    "twice.yaml": b"a: 1\na: 2\n",
}


class MemoryCache:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], bytes] = {}

    def get(self, space: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: self.stored[space, key] for key in keys if (space, key) in self.stored}

    def put(self, space: str, items: Mapping[str, bytes]) -> None:
        self.stored.update({(space, key): value for key, value in items.items()})


class CountingTree(MemoryTree):
    read_paths: list[str]

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = list(paths)
        self.__dict__.setdefault("read_paths", []).extend(wanted)
        return super().read_many(wanted)


def facts(files: Mapping[str, SourceFile]) -> list[object]:
    return [
        (
            path,
            file.oid,
            file.problems,
            [(m.path, m.document, m.line, m.within, m.dialect, m.digest, m.value) for m in file.manifests],
        )
        for path, file in files.items()
    ]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_files_are_read_in_order_and_as_load_reads_them(dialect: Dialect) -> None:
    found = read_files(MemoryTree(FILES), reversed(list(FILES)), NoCache(), dialect)
    assert list(found) == list(reversed(FILES))
    assert facts(found) == facts({path: load(path, FILES[path], dialect) for path in reversed(FILES)})


def test_what_is_remembered_is_what_was_read_and_needs_no_bytes() -> None:
    cache, tree = MemoryCache(), CountingTree(FILES)
    first = read_files(tree, FILES, cache)
    assert tree.read_paths == list(FILES)
    assert len(cache.stored) == len(FILES) - 1
    assert facts(read_files(tree, FILES, cache)) == facts(first)
    assert tree.read_paths == list(FILES)
    other = read_files(tree, FILES, cache, Dialect.KUBERNETES)
    assert other["a.yaml"].manifests[0].value == {"a": True, "b": 1}
    assert facts(read_files(tree, FILES, cache, Dialect.KUBERNETES)) == facts(other)


def test_what_two_states_share_is_read_once() -> None:
    head, base = CountingTree({**FILES, "new.yaml": b"a: 1"}), CountingTree({**FILES, "a.yaml": b"a: other"})
    reader = FileReader(NoCache())
    first, second = reader.read(head, head.files), reader.read(base, base.files)
    assert base.read_paths == ["a.yaml"]
    assert facts(first) == facts(read_files(head, head.files, NoCache()))
    assert facts(second) == facts(read_files(base, base.files, NoCache()))
    assert second["a.yaml"].manifests[0].value == {"a": "other"}
    kubernetes = reader.read(head, ["a.yaml"], Dialect.KUBERNETES)
    assert kubernetes["a.yaml"].manifests[0].value == {"a": True, "b": 1}


def test_files_say_which_marks_they_hold() -> None:
    cache = MemoryCache()
    tree = MemoryTree({"a.yaml": b"a: 1", "b.yaml": b"a: 1 # gitops-guard: ignore[x] y", "c.yaml": b"a: $imagepolicy"})
    for _ in range(2):
        found = read_files(tree, tree.files, cache)
        assert [file.marks for file in found.values()] == [frozenset(), {WAIVER_MARK}, {IMAGE_MARK}]


def test_links_are_left_out_and_unknown_paths_are_an_error() -> None:
    tree = MemoryTree(FILES, {"link.yaml": "a.yaml"})
    assert list(read_files(tree, ["link.yaml", "a.yaml"], NoCache())) == ["a.yaml"]
    with pytest.raises(KeyError):
        read_files(tree, ["missing.yaml"], NoCache())

"""Every kind of tree gives the same answers for the same content, and none is fooled by what lies on disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gitops_guard.git import (
    DirectoryTree,
    GitError,
    Repository,
    SubTree,
    TreeChangedError,
    UnmergedIndexError,
    changed_paths,
    disk,
    problems,
    worktree,
)
from gitops_guard.model.tree import Entry, EntryKind, MemoryTree, Tree
from tests.support.repos import Content, Link, make_repository, open_repository, run_git, write_files

FILES: dict[str, Content] = {
    "README.md": "read me\n",
    "apps/base/app.yaml": "kind: Deployment\n",
    "apps/base/kustomization.yaml": "resources: [app.yaml]\n",
    "apps/link.yaml": Link("base/app.yaml"),
    "away": Link("/etc/passwd"),
    "crlf.yaml": "a: 1\r\nb: 2\r\n",
    "empty.yaml": "",
    'new\nline/quote".yaml': "a: 1\n",
}


def every_tree(repository: Repository) -> list[Tree]:
    return [
        repository.working_tree(),
        repository.index_tree(),
        repository.commit_tree("HEAD"),
        DirectoryTree(repository.root),
    ]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_all_trees_agree(tmp_path: Path, object_format: str) -> None:
    repo = make_repository(tmp_path / "r", FILES, object_format=object_format)
    expected = {path: data.target if isinstance(data, Link) else data for path, data in FILES.items()}
    with open_repository(repo.path) as repository:
        assert repository.algorithm == object_format
        trees = every_tree(repository)
        for tree in trees:
            assert {path: data.decode() for path, data in tree.read_many(list(tree.entries()))} == expected
            assert all(tree.read(path).decode() == content for path, content in expected.items())
            assert {path for path, entry in tree.entries().items() if entry.kind is EntryKind.SYMLINK} == {
                "apps/link.yaml",
                "away",
            }
            assert not problems(tree)
        assert trees[0].entries() == trees[1].entries() == trees[2].entries()
        if object_format == "sha1":
            assert trees[3].entries() == trees[2].entries()
        assert [tree.label for tree in trees] == ["working tree", "index", f"commit {repo.head[:12]}", "folder r"]


def test_agrees_with_the_tree_in_memory(tmp_path: Path) -> None:
    memory = MemoryTree({"a.yaml": b"a: 1"}, {"l": "a.yaml"})
    folder = write_files(tmp_path / "f", {"a.yaml": "a: 1", "l": Link("a.yaml")})
    assert DirectoryTree(folder).entries() == memory.entries()


def test_working_tree_is_what_lies_in_the_folder(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1", "b.yaml": "2", "dir/c.yaml": "3", ".gitignore": "*.log\n"})
    repo.write({"a.yaml": "changed", "b.yaml": None, "new.yaml": "untracked", "x.log": "ignored", "dir": "now a file"})
    with open_repository(repo.path) as repository:
        tree = repository.working_tree()
        assert {path: tree.read(path) for path in tree.entries()} == {
            ".gitignore": b"*.log\n",
            "a.yaml": b"changed",
            "new.yaml": b"untracked",
            "dir": b"now a file",
        }
        assert changed_paths(repository.commit_tree("HEAD"), tree) == {
            "a.yaml",
            "b.yaml",
            "dir/c.yaml",
            "new.yaml",
            "dir",
        }


def test_index_is_what_would_be_committed(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1", "b.yaml": "2"})
    repo.write({"a.yaml": "staged", "intended.yaml": "later", "empty.yaml": "", "new.yaml": "not staged"})
    repo.stage("a.yaml", "empty.yaml")
    repo.git("add", "--intent-to-add", "intended.yaml")
    repo.write({"a.yaml": "changed again"})
    with open_repository(repo.path) as repository:
        tree = repository.index_tree()
        assert {path: tree.read(path) for path in tree.entries()} == {
            "a.yaml": b"staged",
            "b.yaml": b"2",
            "empty.yaml": b"",
        }
        committed = repo.commit(add=False)
        assert tree.entries() == repository.commit_tree(committed).entries()


def test_index_of_a_partial_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit -- a.yaml` gives its hooks an index that is not `.git/index`."""
    repo = make_repository(tmp_path / "r", {"a.yaml": "1", "b.yaml": "1"})
    repo.write({"a.yaml": "2", "b.yaml": "2"})
    repo.stage()
    other = make_repository(tmp_path / "other", {"c.yaml": ""})
    hook = repo.path / ".git/hooks/pre-commit"
    hook.write_text(
        f'#!/bin/sh\nprintf %s "$GIT_INDEX_FILE" > {tmp_path}/name; cp "$GIT_INDEX_FILE" {tmp_path}/index\n'
    )
    hook.chmod(0o755)
    repo.git("commit", "--quiet", "--message", "one file", "--", "a.yaml")
    name = (tmp_path / "name").read_text()
    assert name != ".git/index"
    (repo.path / name).write_bytes((tmp_path / "index").read_bytes())  # as it was while the hook ran
    monkeypatch.setenv("GIT_INDEX_FILE", name)
    monkeypatch.chdir(repo.path)
    with open_repository(Path()) as repository:
        assert dict(repository.index_tree().read_many(["a.yaml", "b.yaml"])) == {
            "a.yaml": b"2",
            "b.yaml": b"1",
        }
    with open_repository(other.path) as repository:
        assert list(repository.index_tree().entries()) == ["c.yaml"], "that index belongs to the repository we stand in"


def test_index_with_conflicts_is_an_error(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.switch("side", create=True)
    repo.commit({"a.yaml": "2"})
    repo.switch("main")
    repo.commit({"a.yaml": "3"})
    with pytest.raises(AssertionError, match="merge"):
        repo.merge("side")
    with open_repository(repo.path) as repository:
        with pytest.raises(UnmergedIndexError, match=r"conflicts in a\.yaml"):
            repository.index_tree()
        assert b"<<<<<<<" in repository.working_tree().read("a.yaml")


def test_sparse_checkout_reads_what_is_left_out_from_the_index(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"in/a.yaml": "1", "out/b.yaml": "2", "out/link": Link("b.yaml")})
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.path / "out").exists()
    with open_repository(repo.path) as repository:
        tree = repository.working_tree()
        assert tree.entries() == repository.commit_tree("HEAD").entries()
        assert tree.read("out/b.yaml") == b"2"
        assert tree.read("out/link") == b"b.yaml"


def test_converted_files_are_known_by_what_lies_in_the_folder(tmp_path: Path) -> None:
    """The index vouches for a text file's normalized content; a cache that trusted it would hold a wrong reading."""
    repo = make_repository(tmp_path / "r", {".gitattributes": "*.yaml text eol=crlf\n", "a.yaml": "a: 1\n"})
    (repo.path / "a.yaml").unlink()
    repo.git("checkout", "--", "a.yaml")
    with open_repository(repo.path) as repository:
        on_disk, staged = repository.working_tree(), repository.index_tree()
        assert (on_disk.read("a.yaml"), staged.read("a.yaml")) == (b"a: 1\r\n", b"a: 1\n")
        assert on_disk.entries()["a.yaml"].oid != staged.entries()["a.yaml"].oid


def test_a_folder_that_became_a_link_is_not_walked(tmp_path: Path) -> None:
    secret = write_files(tmp_path / "outside", {"app.yaml": "secret"})
    repo = make_repository(tmp_path / "r", {"apps/app.yaml": "mine", "z.yaml": ""})
    repo.write({"apps": None})
    repo.write({"apps": Link(str(secret))})
    with open_repository(repo.path) as repository:
        for tree in (repository.working_tree(), DirectoryTree(repo.path)):
            entries = tree.entries()
            assert "apps/app.yaml" not in entries
            assert entries["apps"].kind is EntryKind.SYMLINK
            assert tree.read("apps") == str(secret).encode()


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"pipe.yaml": "1", "big.yaml": "1", "ok.yaml": "1"})
    repo.write({"pipe.yaml": None})
    os.mkfifo(repo.path / "pipe.yaml")
    with (repo.path / "big.yaml").open("wb") as file:
        file.truncate(disk.MAX_FILE + 1)
    with open_repository(repo.path) as repository:
        for tree in (repository.working_tree(), DirectoryTree(repo.path)):
            assert tree.entries()["pipe.yaml"] == Entry("pipe.yaml", EntryKind.UNREADABLE, "", "not a regular file")
            assert tree.entries()["big.yaml"] == Entry("big.yaml", EntryKind.UNREADABLE, "", "larger than 32 MiB")
            assert tree.read("ok.yaml") == b"1"
            assert {path: problem.message for path, problem in problems(tree).items()} == {
                "pipe.yaml": "the file is not read: not a regular file",
                "big.yaml": "the file is not read: larger than 32 MiB",
            }
            for path in ("pipe.yaml", "big.yaml", "none.yaml"):
                with pytest.raises(KeyError):
                    tree.read(path)


def test_huge_blobs_are_not_read(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"big.yaml": b"#" * (disk.MAX_FILE + 1), "ok.yaml": "1"})
    with open_repository(repo.path) as repository:
        for tree in (repository.index_tree(), repository.commit_tree("HEAD")):
            assert tree.entries()["big.yaml"].kind is EntryKind.UNREADABLE
            with pytest.raises(KeyError):
                tree.read("big.yaml")
            assert tree.read("ok.yaml") == b"1"
        assert not changed_paths(repository.commit_tree("HEAD"), repository.working_tree()), "unread on both sides"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_a_problem(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "f", {"a.yaml": "1", "closed/b.yaml": "2"})
    (folder / "a.yaml").chmod(0)
    (folder / "closed").chmod(0)
    try:
        entries = DirectoryTree(folder).entries()
    finally:
        (folder / "closed").chmod(stat.S_IRWXU)
    assert {path: entry.reason for path, entry in entries.items()} == dict.fromkeys(
        ("a.yaml", "closed"), "permission denied"
    )


def test_a_name_that_no_disk_can_hold_is_a_problem(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    name = "n" * 300
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{repo.git('rev-parse', 'HEAD:a.yaml')},{name}")
    with open_repository(repo.path) as repository:
        assert repository.working_tree().entries()[name].reason == "file name too long"
        assert repository.index_tree().read(name) == b"1"


def test_submodules_and_repositories_inside(tmp_path: Path) -> None:
    inner = make_repository(tmp_path / "inner", {"x.yaml": "1"})
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path.as_uri(), "sub")
    repo.commit()
    make_repository(repo.path / "nested", {"y.yaml": "1"})
    with open_repository(repo.path) as repository:
        sub = Entry("sub", EntryKind.SUBMODULE, inner.head)
        for tree in (repository.working_tree(), repository.index_tree(), repository.commit_tree("HEAD")):
            assert tree.entries()["sub"] == sub
            assert not any(path.startswith("sub/") for path in tree.entries())
            with pytest.raises(KeyError):
                tree.read("sub")
        assert repository.working_tree().entries()["nested"].kind is EntryKind.SUBMODULE
        assert "nested" not in repository.index_tree().entries()


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": ""})
    raw = os.fsencode(repo.path) + b"/caf\xe9.yaml"
    Path(os.fsdecode(raw)).write_text("x")
    repo.commit()
    with open_repository(repo.path) as repository:
        for tree in every_tree(repository):
            assert tree.read("caf\udce9.yaml") == b"x"


def test_a_file_that_changes_after_it_was_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_files(tmp_path / "f", {"a.yaml": "1", "b.yaml": "2", "c.yaml": "3"})
    kept = DirectoryTree(folder)
    kept.entries()
    monkeypatch.setattr(worktree, "KEPT", 0)
    tree = DirectoryTree(folder)
    tree.entries()
    write_files(folder, {"a.yaml": "changed", "b.yaml": None})
    assert kept.read("a.yaml") == b"1", "small trees are read once"
    for path in ("a.yaml", "b.yaml"):
        with pytest.raises(TreeChangedError, match=path):
            tree.read(path)
    assert tree.read("c.yaml") == b"3"


def test_git_folders_are_left_out(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "f", {".git/config": "x", "a/.GIT/config": "x", "a/.gitignore": "x", "b/.git": "x"})
    assert set(DirectoryTree(folder).entries()) == {"a/.gitignore"}


def test_deep_folders_do_not_use_up_the_open_files(tmp_path: Path) -> None:
    path = "d/" * (disk.MAX_DEPTH + 2) + "a.yaml"
    repo = make_repository(tmp_path / "r", {path: "1", "a.yaml": "1"})
    with open_repository(repo.path) as repository:
        for tree in (repository.working_tree(), DirectoryTree(repo.path)):
            assert tree.entries()[path].reason == "more than 256 folders deep"
            assert tree.read("a.yaml") == b"1"


def test_sub_tree(tmp_path: Path) -> None:
    tree = MemoryTree({"a/b/c.yaml": b"1", "a/bc.yaml": b"2", "a/b/d/e.yaml": b"3"})
    part = SubTree(tree, "a/b")
    assert part.entries() == MemoryTree({"c.yaml": b"1", "d/e.yaml": b"3"}).entries()
    assert list(part.read_many(["d/e.yaml", "c.yaml"])) == [("d/e.yaml", b"3"), ("c.yaml", b"1")]
    assert part.read("c.yaml") == b"1"
    assert SubTree(tree, "").entries() == tree.entries()


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no folder"):
        DirectoryTree(tmp_path / "none")


def test_many_files_in_one_reading(tmp_path: Path) -> None:
    """More than one batch of requests, in an order of the caller's."""
    files = {f"d{number % 7}/f{number}.yaml": f"n: {number}\n" * (number % 50) for number in range(1000)}
    repo = make_repository(tmp_path / "r", files)
    with open_repository(repo.path) as repository:
        for tree in every_tree(repository):
            wanted = sorted(files, key=lambda path: path[::-1])
            assert [(path, data.decode()) for path, data in tree.read_many(wanted)] == [(p, files[p]) for p in wanted]
    run_git(repo.path, "gc", "--quiet")
    with open_repository(repo.path) as repository:
        assert repository.commit_tree("HEAD").read("d1/f1.yaml") == b"n: 1\n"

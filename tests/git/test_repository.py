"""Opening repositories of every form, and the facts about refs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gitops_guard.git import (
    GitError,
    GitUnavailableError,
    MissingHistoryError,
    Repository,
    UnknownRefError,
    UnsafeRepositoryError,
)
from tests.support.repos import make_repository, open_repository, run_git


def test_is_found_from_below(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "new\nline", {"a/b/c.yaml": "1"})
    for path in (repo.path, repo.path / "a/b", repo.path / "a/b/c.yaml"):
        with open_repository(path) as repository:
            assert (repository.root, repository.bare) == (repo.path.resolve(), False)
            assert list(repository.working_tree().entries()) == ["a/b/c.yaml"]
            assert list(repository.index_tree().entries()) == ["a/b/c.yaml"]
            assert list(repository.commit_tree("HEAD").entries()) == ["a/b/c.yaml"]


def test_through_a_link(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    (tmp_path / "link").symlink_to(repo.path)
    with open_repository(tmp_path / "link") as repository:
        assert repository.root == repo.path.resolve()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert Repository.open(tmp_path) is None
    other = make_repository(tmp_path / "other", {"a.yaml": "1"})
    (tmp_path / "plain").mkdir()
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    assert Repository.open(tmp_path / "plain") is None, "a hook's variables do not lead elsewhere"


def test_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    (tmp_path / "plain").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "plain"))
    assert Repository.open(tmp_path / "plain") is None
    with pytest.raises(GitUnavailableError, match="not installed"):
        Repository.open(repo.path)


def test_bare(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    run_git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    with open_repository(tmp_path / "bare.git") as repository:
        assert repository.bare
        assert repository.commit_tree("main").read("a.yaml") == b"1"
        assert repository.head() == repo.head
        with pytest.raises(GitError, match="bare"):
            repository.working_tree()


def test_inside_of_a_bare_repository_is_no_repository(tmp_path: Path) -> None:
    """A hostile tree can hold a bare repository with a configuration of its own."""
    outer = make_repository(tmp_path / "outer", {"a.yaml": "1"})
    run_git(outer.path, "init", "--quiet", "--bare", "trap")
    (outer.path / "trap/apps").mkdir()
    assert Repository.open(outer.path / "trap/apps") is None
    with open_repository(outer.path) as repository:
        assert "trap/HEAD" in repository.working_tree().entries()


def test_linked_worktree(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side/b.yaml").write_text("2")
    with open_repository(tmp_path / "side") as repository:
        assert repository.branch() == "side"
        assert set(repository.working_tree().entries()) == {"a.yaml", "b.yaml"}
        assert set(repository.index_tree().entries()) == {"a.yaml"}


def test_before_the_first_commit(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r")
    with open_repository(repo.path) as repository:
        assert (repository.head(), repository.branch()) == (None, "main")
        assert not repository.working_tree().entries()
        assert not repository.index_tree().entries()
        with pytest.raises(UnknownRefError):
            repository.commit_tree("HEAD")


def test_branch_and_detached_head(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.switch("feature/one", create=True)
    with open_repository(repo.path) as repository:
        assert repository.branch() == "feature/one"
        repo.git("checkout", "--quiet", "--detach")
        assert repository.branch() == ""


@pytest.mark.parametrize("ref", ["", "none", "-h", "--all", "HEAD^{tree}", "a\0b", "HEAD:a.yaml", "..", "HEAD\n"])
def test_what_is_no_commit(tmp_path: Path, ref: str) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    with open_repository(repo.path) as repository:
        assert repository.find_commit(ref) is None
        with pytest.raises(UnknownRefError):
            repository.commit_tree(ref)


def test_names_of_commits(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    first = repo.head
    repo.git("tag", "--annotate", "--message", "x", "v1")
    second = repo.commit({"a.yaml": "2", "b.yaml": ""})
    with open_repository(repo.path) as repository:
        for ref in ("v1", "HEAD^", "main~1", first, first[:10], "HEAD^{/first}"):
            assert repository.resolve(ref) == first
            assert repository.commit_tree(ref).read("a.yaml") == b"1"
        assert repository.merge_base("v1", "main") == first
        assert repository.changed_paths("v1", "main") == {"a.yaml", "b.yaml"}
        assert repository.refs("refs/heads/none", "refs/heads/main") == {"refs/heads/main": second}


def test_what_a_shallow_clone_lacks(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    first = repo.head
    repo.commit({"a.yaml": "2"})
    clone = repo.clone(tmp_path / "clone", "--depth", "1")
    with open_repository(clone.path) as repository:
        assert repository.shallow
        with pytest.raises(MissingHistoryError, match="unshallow"):
            repository.commit_tree(first)
        with pytest.raises(MissingHistoryError, match="unshallow"):
            repository.merge_base("HEAD^", "HEAD")


def test_a_partial_clone_fetches_nothing(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.clone(tmp_path / "clone", "--filter=blob:none", "--no-checkout")
    shutil.move(repo.path, tmp_path / "gone")
    with open_repository(clone.path) as repository, pytest.raises(GitError):
        repository.commit_tree("HEAD").read("a.yaml")


def test_remotes(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    with open_repository(repo.path) as repository:
        assert repository.remote_urls() == []
        repo.git("remote", "add", "backup", "ssh://git@example.com/a.git")
        repo.git("remote", "add", "origin", "https://example.com/fleet")
        assert repository.remote_urls() == ["https://example.com/fleet", "ssh://git@example.com/a.git"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_somebody_elses_repository(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    os.chown(repo.path, 12345, 12345)
    with pytest.raises(UnsafeRepositoryError, match=r"safe\.directory"):
        Repository.open(repo.path)


def test_a_broken_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(GitError):
        Repository.open(tmp_path)
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    (repo.path / ".git/index").write_bytes(b"DIRC")
    with open_repository(repo.path) as repository:
        with pytest.raises(GitError, match="index"):
            repository.index_tree()
        with pytest.raises(GitError, match="index"):
            repository.working_tree().entries()

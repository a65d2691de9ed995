"""Cloning, which is all that goes through GitPython so far."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gitops_guard.git import GitError
from gitops_guard.git.history import clone
from tests.support.repos import make_repository, open_repository


def test_a_clone_is_the_newest_commit_of_the_default_branch(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"}, branch="trunk")
    repo.commit({"a.yaml": "2"})
    clone(repo.path.as_uri(), tmp_path / "clone")
    with open_repository(tmp_path / "clone") as repository:
        assert repository.shallow
        assert repository.branch() == "trunk"
        assert repository.working_tree().read("a.yaml") == b"2"
        assert repository.working_tree().entries() == repository.index_tree().entries()


def test_in_a_hook_nothing_of_its_repository_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    other = make_repository(tmp_path / "other", {"b.yaml": "1"})
    index = (other.path / ".git/index").read_bytes()
    for name, path in {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index"}.items():
        monkeypatch.setenv(name, str(other.path / path))
    clone(repo.path.as_uri(), tmp_path / "clone")
    assert (tmp_path / "clone/a.yaml").read_text() == "1"
    assert (other.path / ".git/index").read_bytes() == index
    assert not (other.path / "a.yaml").exists()
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    with pytest.raises(GitError, match="GIT_WORK_TREE"):
        clone(repo.path.as_uri(), tmp_path / "another")


def test_the_hooks_of_a_template_do_not_run(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    hook = tmp_path / "template/hooks/post-checkout"
    hook.parent.mkdir(parents=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    environ = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "init.templateDir"}
    clone(repo.path.as_uri(), tmp_path / "clone", environ | {"GIT_CONFIG_VALUE_0": str(tmp_path / "template")})
    assert (tmp_path / "clone/.git/hooks/post-checkout").exists()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("url", ["ext::sh -c 'touch {}/ran'", "--upload-pack=touch {}/ran", "fd::17"])
def test_a_url_runs_nothing(tmp_path: Path, url: str) -> None:
    with pytest.raises(GitError):
        clone(url.format(tmp_path), tmp_path / "clone")
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_cloned(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"file://\*\*\*@.*/none cannot be cloned: .*not") as caught:
        clone(f"file://me:secret@{tmp_path}/none", tmp_path / "clone")
    assert "secret" not in str(caught.value)


def test_what_validate_needs_does_not_import_gitpython(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    code = (
        "import sys; from gitops_guard.git import Repository; repository = Repository.open('.');"
        "repository.find_base(); repository.remote_urls(); repository.index_tree().read('a.yaml'); repository.close();"
        "print('git' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=repo.path).stdout
    assert output == b"False\n"

"""Repositories that were made to do harm: nothing of theirs runs, nothing leads out, nothing grows without bound."""

from __future__ import annotations

import os
import zlib
from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.git import DirectoryTree, GitError, HostileTreeError, command, worktree
from gitops_guard.git.command import closed_environment, failure
from gitops_guard.git.listing import path_of
from gitops_guard.git.objects import BlobReader
from gitops_guard.model.tree import blob_oid
from tests.support.repos import GitRepository, make_repository, open_repository, write_files


def store(repo: GitRepository, kind: str, body: bytes) -> str:
    """Writes an object as it is; git itself would refuse some of these."""
    data = b"%s %d\0" % (kind.encode(), len(body)) + body
    oid = sha1(data).hexdigest()
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(data))
    return oid


def tree(repo: GitRepository, *entries: tuple[str, str, str]) -> str:
    """A tree object of (mode, name, object id)."""
    return store(
        repo, "tree", b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(oid) for mode, name, oid in entries)
    )


def commit(repo: GitRepository, root: str) -> str:
    return repo.git("commit-tree", "-m", "hostile", root)


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "a/../../b", "../x", "a//b", "/etc/passwd", ".git/config"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    blob = blob_oid(b"1")
    for root in (tree(repo, ("100644", name, blob)), tree(repo, ("40000", "d", tree(repo, ("100644", name, blob))))):
        with open_repository(repo.path) as repository, pytest.raises(HostileTreeError, match="refuses to check out"):
            repository.commit_tree(commit(repo, root))


def test_one_name_twice_is_refused(tmp_path: Path) -> None:
    """Two readers could take different ones for the file."""
    repo = make_repository(tmp_path / "r", {"a.yaml": "1", "b.yaml": "2"})
    one, two = blob_oid(b"1"), blob_oid(b"2")
    below = tree(repo, ("100644", "x.yaml", one))
    with open_repository(repo.path) as repository:
        for root in (
            tree(repo, ("100644", "a.yaml", one), ("100644", "a.yaml", two)),
            tree(repo, ("40000", "d", below), ("40000", "d", below)),
        ):
            with pytest.raises(HostileTreeError, match="twice"):
                repository.commit_tree(commit(repo, root))
        with pytest.raises(HostileTreeError, match="as a file and as a folder"):
            repository.commit_tree(commit(repo, tree(repo, ("100644", "d", one), ("40000", "d", below))))


def test_a_tree_of_more_files_than_atoms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "MAX_OUTPUT", 1 << 20)
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    oid = tree(repo, *(("100644", f"f{number}", blob_oid(b"1")) for number in range(10)))
    for _ in range(30):
        oid = tree(repo, *(("40000", f"d{number}", oid) for number in range(10)))
    with open_repository(repo.path) as repository, pytest.raises(GitError, match="no repository to judge"):
        repository.commit_tree(commit(repo, oid))


def test_a_folder_of_more_files_than_we_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worktree, "_MAX_FILES", 3)
    folder = write_files(tmp_path / "f", {f"{number}/{number}": "" for number in range(4)})
    with pytest.raises(HostileTreeError, match="more than 3 files"):
        DirectoryTree(folder).entries()


def test_a_file_that_is_a_folder_in_truth(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    root = tree(repo, ("100644", "a.yaml", repo.git("rev-parse", "HEAD^{tree}")))
    with open_repository(repo.path) as repository:
        hostile = repository.commit_tree(commit(repo, root))
        with pytest.raises(GitError, match="listed as a file and is a tree"):
            hostile.read("a.yaml")
        assert repository.commit_tree("HEAD").read("a.yaml") == b"1", "the reader goes on with a fresh process"


def test_nothing_of_the_repository_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1\n", "b.yaml": "2\n"})
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/ran\ncat\n')
    trap.chmod(0o755)
    repo.write({".gitattributes": "* filter=trap diff=trap text\n", "a.yaml": "changed\n", "new.yaml": "3\n"})
    for name in (
        *("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy"),
        *("filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.textconv", "diff.trap.command"),
        *(
            "diff.external",
            "gpg.program",
            "credential.helper",
            "pager.ls-tree",
            "alias.ls-files",
            "uploadpack.packObjectsHook",
        ),
    ):
        repo.git("config", name, str(trap))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "core.untrackedCache", "true")
    for hook in ("post-index-change", "pre-commit", "reference-transaction", "post-checkout"):
        (repo.path / ".git/hooks" / hook).symlink_to(trap)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EDITOR"):
        monkeypatch.setenv(name, str(trap))
    with open_repository(repo.path) as repository:
        assert repository.find_base(environ={}) is not None
        repository.find_base(environ={}, index=True)
        for judged in (repository.working_tree(), repository.index_tree(), repository.commit_tree("HEAD")):
            assert dict(judged.read_many(judged.entries()))["b.yaml"] == b"2\n"
        repository.remote_urls()
        repository.merge_base("HEAD", "HEAD")
    assert not (tmp_path / "ran").exists()


def test_a_replaced_commit_is_read_as_it_was_made(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    good = repo.head
    bad = repo.commit({"a.yaml": "2"})
    repo.git("replace", good, bad)
    with open_repository(repo.path) as repository:
        assert repository.commit_tree(good).read("a.yaml") == b"1"


def test_environment() -> None:
    given_ = {
        "PATH": "/bin",
        "GIT_DIR": "/elsewhere",
        "GIT_WORK_TREE": "/elsewhere",
        "GIT_INDEX_FILE": "/elsewhere/index",
        "GIT_TRACE": "/elsewhere/log",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_CONFIG_GLOBAL": "/home/x",
        "GIT_ALLOW_PROTOCOL": "ext",
        "LANGUAGE": "de",
    }
    found = closed_environment(given_, root=Path("/not/the/current/folder"))
    assert {"PATH", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0", "GIT_CONFIG_GLOBAL"} <= found.keys()
    assert not {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_TRACE", "LANGUAGE"} & found.keys()
    assert (found["GIT_ALLOW_PROTOCOL"], found["GIT_TERMINAL_PROMPT"], found["LC_ALL"]) == ("none", "0", "C")
    assert closed_environment(given_, root=Path.cwd().resolve())["GIT_INDEX_FILE"] == "/elsewhere/index"


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    with open_repository(repo.path) as repository:
        head = repository.commit_tree("HEAD")
        assert head.read("a.yaml") == b"1"
        reader: BlobReader = repository._blobs
        assert reader._process is not None
        reader._process.kill()
        reader._process.wait()
        assert head.read("a.yaml") == b"1"


def test_a_fork_has_a_process_of_its_own(tmp_path: Path) -> None:
    repo = make_repository(tmp_path / "r", {f"{number}.yaml": str(number) for number in range(50)})
    with open_repository(repo.path) as repository:
        head = repository.commit_tree("HEAD")
        assert head.read("1.yaml") == b"1"
        child = os.fork()
        if child == 0:
            right = all(head.read(f"{number}.yaml") == str(number).encode() for number in range(50))
            os._exit(0 if right else 1)
        assert all(head.read(f"{number}.yaml") == str(number).encode() for number in range(50))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("", "git x failed: no message"), ("warning: a\nfatal: b\n", "git x failed: fatal: b")],
)
def test_messages(text: str, wanted: str) -> None:
    assert str(failure(text, "x")) == wanted


@given(st.binary(min_size=1).filter(lambda raw: b"\0" not in raw))
def test_a_path_that_is_taken_stays_inside(raw: bytes) -> None:
    try:
        path = path_of(raw)
    except HostileTreeError:
        return
    assert path.encode("utf-8", "surrogateescape") == raw
    assert os.path.normpath(b"/root/" + raw) == b"/root/" + raw

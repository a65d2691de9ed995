"""What a change is measured against: on branches, in CI systems, in pre-commit, in shallow clones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from gitops_guard.git import Base, MissingHistoryError, UnknownRefError
from gitops_guard.git.base import hints
from tests.support.repos import GitRepository, make_repository, open_repository


def base_of(
    repo: GitRepository, environ: Mapping[str, str] | None = None, *, ref: str = "", index: bool = False
) -> Base | None:
    with open_repository(repo.path) as repository:
        return repository.find_base(ref=ref, index=index, environ=environ or {})


def commit_of(repo: GitRepository, environ: Mapping[str, str] | None = None, **options: bool) -> str | None:
    found = base_of(repo, environ, index=options.get("index", False))
    return found.commit if found else None


@pytest.fixture
def forked(tmp_path: Path) -> GitRepository:
    """main: one, two; feature (checked out): one, three; main's second commit is not part of feature."""
    repo = make_repository(tmp_path / "r", {"a.yaml": "1"})
    repo.git("tag", "one")
    repo.switch("feature", create=True)
    repo.commit({"a.yaml": "3"})
    repo.git("tag", "three")
    repo.switch("main")
    repo.commit({"b.yaml": "2"})
    repo.git("tag", "two")
    repo.switch("feature")
    return repo


def id_of(repo: GitRepository, name: str) -> str:
    return repo.git("rev-parse", name)


class TestLocally:
    def test_a_branch_is_compared_with_where_it_left_main(self, forked: GitRepository) -> None:
        assert base_of(forked) == Base("main", id_of(forked, "one"), "where the change left main")
        forked.write({"a.yaml": "more"})
        assert commit_of(forked) == id_of(forked, "one")

    def test_a_branch_without_a_change_is_judged_in_full(self, forked: GitRepository) -> None:
        forked.switch("fresh", create=True, start="main")
        assert base_of(forked) is None
        forked.write({"new.yaml": "1"})
        assert commit_of(forked) == id_of(forked, "two")

    def test_main_is_judged_in_full_when_clean(self, forked: GitRepository) -> None:
        forked.switch("main")
        assert base_of(forked) is None

    @pytest.mark.parametrize("files", [{"a.yaml": "changed"}, {"new.yaml": ""}, {"a.yaml": None}])
    def test_main_with_a_change_is_compared_with_head(self, forked: GitRepository, files: dict[str, str]) -> None:
        forked.switch("main")
        forked.write(files)
        assert base_of(forked) == Base("HEAD", id_of(forked, "two"), "what is not committed is compared with it")

    def test_ignored_files_are_no_change(self, forked: GitRepository) -> None:
        forked.switch("main")
        head = forked.commit({".gitignore": "*.log\n"})
        forked.write({"x.log": "1"})
        assert base_of(forked) is None
        forked.write({"x.yaml": "1"})
        assert commit_of(forked) == head

    def test_main_is_compared_with_what_was_pushed(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        clone = forked.clone(tmp_path / "clone")
        pushed = clone.head
        assert base_of(clone) is None
        clone.commit({"c.yaml": "1"})
        assert base_of(clone) == Base("origin/main", pushed, "where the change left origin/main")

    def test_the_default_branch_is_the_remotes(self, tmp_path: Path) -> None:
        origin = make_repository(tmp_path / "origin", {"a.yaml": "1"}, branch="trunk")
        clone = origin.clone(tmp_path / "clone")
        clone.switch("main", create=True)
        clone.commit({"a.yaml": "2"})
        assert base_of(clone) == Base("origin/trunk", origin.head, "where the change left origin/trunk")

    def test_without_a_default_branch_head_counts(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "r", {"a.yaml": "1"}, branch="trunk")
        assert base_of(repo) is None
        repo.write({"a.yaml": "2"})
        assert commit_of(repo) == repo.head

    def test_a_detached_head(self, forked: GitRepository) -> None:
        forked.git("checkout", "--quiet", "--detach", "three")
        assert commit_of(forked) == id_of(forked, "one")

    def test_no_commit_yet(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "r")
        repo.write({"a.yaml": "1"})
        assert base_of(repo) is None
        assert base_of(repo, index=True) is None
        repo.stage()
        assert base_of(repo, index=True) is None

    def test_unrelated_histories(self, forked: GitRepository) -> None:
        forked.git("switch", "--quiet", "--orphan", "pages")
        forked.commit({"x.yaml": "1"})
        assert base_of(forked) is None

    def test_the_index_is_compared_with_head(self, forked: GitRepository) -> None:
        forked.write({"a.yaml": "4"})
        forked.stage()
        assert base_of(forked, index=True) == Base("HEAD", id_of(forked, "three"), "what is staged is compared with it")

    def test_an_index_without_a_change_is_like_a_commit(self, forked: GitRepository) -> None:
        forked.write({"untracked.yaml": "4"})
        assert commit_of(forked, index=True) == id_of(forked, "one")
        forked.switch("main")
        assert base_of(forked, index=True) is None

    def test_a_ref_is_compared_with_where_it_left_main(self, forked: GitRepository) -> None:
        forked.switch("main")
        forked.write({"a.yaml": "not part of that ref"})
        found = base_of(forked, ref="feature")
        assert found is not None
        assert found.commit == id_of(forked, "one")
        assert base_of(forked, ref="main") is None
        assert base_of(forked, ref="one") is None
        with pytest.raises(UnknownRefError, match="'none'"):
            base_of(forked, ref="none")

    def test_a_bare_repository(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        assert base_of(GitRepository(tmp_path / "bare.git")) is not None  # HEAD is feature


def github(tmp_path: Path, name: str, event: object, **more: str) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), **more}


class TestInCI:
    @pytest.mark.parametrize(
        "environ",
        [
            {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "{two}"},
            {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
            {"PULL_BASE_SHA": "{two}"},
            {"BITBUCKET_PR_DESTINATION_COMMIT": "{two}"},
            {"BITBUCKET_PR_DESTINATION_BRANCH": "main"},
            {"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
            {"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
            {"CHANGE_TARGET": "main"},
            {"CI_COMMIT_TARGET_BRANCH": "main"},
            {"DRONE_TARGET_BRANCH": "main"},
            {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"},
            {"PRE_COMMIT_FROM_REF": "main", "PRE_COMMIT_TO_REF": "HEAD"},
            {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "feature", "CI_DEFAULT_BRANCH": "main"},
        ],
        ids=lambda environ: next(iter(environ)),
    )
    def test_says_what_the_change_goes_to(self, forked: GitRepository, environ: dict[str, str]) -> None:
        # A branch that has nothing to do with the pull request, so that only the hint leads to the answer.
        forked.git("update-ref", "refs/remotes/origin/HEAD", "three")
        filled = {name: value.format(two=id_of(forked, "two")) for name, value in environ.items()}
        assert commit_of(forked, filled) == id_of(forked, "one")
        forked.write({"a.yaml": "staged"})
        forked.stage()
        assert commit_of(forked, filled, index=True) == id_of(forked, "one")

    def test_is_not_asked_about_another_ref(self, forked: GitRepository) -> None:
        assert base_of(forked, {"CHANGE_TARGET": "none"}, ref="main") is None

    def test_github_pull_request(self, forked: GitRepository, tmp_path: Path) -> None:
        event = {"pull_request": {"base": {"sha": id_of(forked, "two")}}}
        assert commit_of(forked, github(tmp_path, "pull_request", event)) == id_of(forked, "one")

    def test_github_trial_merge(self, forked: GitRepository, tmp_path: Path) -> None:
        """actions/checkout gives the merge of both; with `fetch-depth: 2` there is just enough history."""
        forked.switch("main")
        merge = forked.merge("feature")
        event = {"pull_request": {"base": {"sha": id_of(forked, "one")}}}  # main was moved since the event
        environ = github(tmp_path, "pull_request", event, GITHUB_REF="refs/pull/1/merge", GITHUB_SHA=merge)
        assert commit_of(forked, environ) == id_of(forked, "two")
        two_deep = forked.clone(tmp_path / "two-deep", "--depth", "2", "--branch", "main")
        assert commit_of(two_deep, environ) == id_of(forked, "two")
        one_deep = forked.clone(tmp_path / "one-deep", "--depth", "1", "--branch", "main")
        with pytest.raises(MissingHistoryError, match="fetch-depth: 0"):
            base_of(one_deep, environ)

    def test_github_merge_queue(self, forked: GitRepository, tmp_path: Path) -> None:
        event = {"merge_group": {"base_sha": id_of(forked, "one")}}
        found = base_of(forked, github(tmp_path, "merge_group", event))
        assert found == Base(id_of(forked, "one"), id_of(forked, "one"), "what the merge queue merges onto")

    def test_github_push_to_the_default_branch(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        event = {"before": id_of(forked, "one"), "repository": {"default_branch": "main"}}
        environ = github(tmp_path, "push", event, GITHUB_REF="refs/heads/main")
        assert commit_of(forked, environ) == id_of(forked, "one")
        forced = github(tmp_path, "push", event | {"before": "1" * 40}, GITHUB_REF="refs/heads/main")
        assert base_of(forked, forced) is None
        first = github(tmp_path, "push", event | {"before": "0" * 40}, GITHUB_REF="refs/heads/main")
        assert base_of(forked, first) is None

    def test_github_push_to_a_branch(self, forked: GitRepository, tmp_path: Path) -> None:
        event = {"before": id_of(forked, "three"), "repository": {"default_branch": "main"}}
        environ = github(tmp_path, "push", event, GITHUB_REF="refs/heads/feature")
        assert commit_of(forked, environ) == id_of(forked, "one")

    def test_github_schedule(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        assert base_of(forked, github(tmp_path, "schedule", {"schedule": "0 0 * * *"})) is None

    def test_gitlab_push_to_the_default_branch(self, forked: GitRepository) -> None:
        forked.switch("main")
        environ = {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
        assert commit_of(forked, environ | {"CI_COMMIT_BEFORE_SHA": id_of(forked, "one")}) == id_of(forked, "one")
        assert base_of(forked, environ | {"CI_COMMIT_BEFORE_SHA": "0" * 40}) is None

    def test_checking_out_the_target_instead_of_the_change_is_no_pass(
        self, forked: GitRepository, tmp_path: Path
    ) -> None:
        """`pull_request_target` without a ref: there is nothing to compare, and all is judged."""
        forked.switch("main")
        event = {"pull_request": {"base": {"sha": id_of(forked, "two")}}}
        assert base_of(forked, github(tmp_path, "pull_request_target", event)) is None

    @pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "[]", "null", '{"pull_request": {"base": "x"}}', "\xff"])
    def test_an_event_that_cannot_be_read_says_nothing(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "event").write_bytes(text.encode("latin-1"))
        environ = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "event")}
        assert list(hints(environ)) == []
        assert list(hints({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "none")})) == []

    def test_not_in_a_pull_request(self) -> None:
        assert list(hints({"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "false", "GITHUB_BASE_REF": ""})) == []


class TestShallowClones:
    def test_a_target_that_was_not_fetched(self, forked: GitRepository, tmp_path: Path) -> None:
        clone = forked.clone(tmp_path / "clone", "--depth", "1", "--branch", "feature")
        for environ in ({"GITHUB_BASE_REF": "main"}, {"PULL_BASE_SHA": id_of(forked, "two")}):
            with pytest.raises(MissingHistoryError, match=r"git fetch --unshallow.*git fetch origin"):
                base_of(clone, environ)

    def test_a_target_that_was_fetched_by_itself(self, forked: GitRepository, tmp_path: Path) -> None:
        clone = forked.clone(tmp_path / "clone", "--depth", "1", "--branch", "feature")
        clone.git("fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
        assert commit_of(clone, {"GITHUB_BASE_REF": "main"}) == id_of(forked, "two")

    def test_no_default_branch(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        clone = forked.clone(tmp_path / "clone", "--depth", "1", "--branch", "feature")
        with pytest.raises(MissingHistoryError, match="no default branch"):
            base_of(clone)

    def test_nothing_in_common_with_the_default_branch(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        clone = forked.clone(tmp_path / "clone", "--depth", "1", "--no-single-branch", "--branch", "feature")
        with pytest.raises(MissingHistoryError, match="no common commit"):
            base_of(clone)

    def test_a_clean_default_branch(self, forked: GitRepository, tmp_path: Path) -> None:
        clone = forked.clone(tmp_path / "clone", "--depth", "1", "--branch", "main")
        assert base_of(clone) is None
        clone.write({"a.yaml": "5"})
        assert commit_of(clone) == id_of(forked, "two")

    def test_deep_enough(self, forked: GitRepository, tmp_path: Path) -> None:
        forked.switch("main")
        clone = forked.clone(tmp_path / "clone", "--depth", "2", "--no-single-branch", "--branch", "feature")
        assert commit_of(clone) == id_of(forked, "one")

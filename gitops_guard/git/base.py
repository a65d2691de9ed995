"""The base: what a change is measured against, found without being asked.

Whoever runs the gate expects it to judge *their change*. What that is, in this order:

1. `pre-commit` tells (`--from-ref`, or its pre-push stage), or the CI system does: the commit that the pull request,
   merge request, merge queue or push starts from.
2. The index (`--index`) is compared with HEAD: that is what the commit will change.
3. Anything else is compared with the point where it left the default branch (`origin/HEAD`, `origin/main`,
   `origin/master`, `main`, `master`): on a branch that is where it was forked, on `main` itself what was pushed last,
   and what is not committed yet counts as part of the change. Where there is no such branch, with HEAD.

Where the judged state *is* the base (a clean `main`, a scheduled run), there is no change to judge, so there is no
base, and everything is judged: a run that has nothing to compare must not be green for that reason alone.

A shallow clone often lacks the base. That is an error with its cure, and never "no base".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitops_guard.git.errors import MissingHistoryError
from gitops_guard.git.repository import UNSHALLOW, Repository
from gitops_guard.git.trees import changed_paths
from gitops_guard.model.fieldpath import text_at

_DEFAULT_BRANCHES: Final = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)


@dataclass(frozen=True, slots=True)
class Base:
    """`ref` is what it was found by (`origin/main`), `commit` its full id, `why` a phrase for people."""

    ref: str
    commit: str
    why: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What pre-commit or a CI system says: a commit, or (`branch`) the name of the branch that the change goes to.

    One that is not `required` is passed over where this clone does not have it.
    """

    ref: str
    why: str
    branch: bool = False
    required: bool = True


_COMMITS: Final = (
    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "where the merge request starts"),
    ("PULL_BASE_SHA", "what Prow merges the pull request onto"),
    ("BITBUCKET_PR_DESTINATION_COMMIT", "the target of the pull request"),
)
_BRANCHES: Final = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",  # GitLab
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",  # Azure
    "CHANGE_TARGET",  # Jenkins
    "CI_COMMIT_TARGET_BRANCH",  # Woodpecker
    "DRONE_TARGET_BRANCH",
)
_NO_COMMIT: Final = re.compile(r"0+\Z")
"""What GitHub and GitLab give for the state before a branch's first push."""
_MAX_EVENT: Final = 32 << 20


def find_base(repository: Repository, environ: Mapping[str, str], *, ref: str = "", index: bool = False) -> Base | None:
    """What the judged state is compared with; None where it is to be judged in full.

    The working tree is judged, unless `index` or a `ref` is named. Raises `MissingHistoryError` where a base is known
    and not in this clone, `UnknownRefError` for a `ref` that does not exist.
    """
    head = repository.head()
    state = repository.resolve(ref) if ref else head
    if state is None:
        return None  # no commit yet: everything is new
    found = _from_hints(repository, hints(environ), state) if state == head else None
    if found is None and index and repository.is_staged():
        return Base("HEAD", state, "what is staged is compared with it")
    if found is None:
        found = _fork_point(repository, state)
    return found if found.commit != state or _is_uncommitted(repository, ref, index) else None


def hints(environ: Mapping[str, str]) -> Iterator[Hint]:
    """What the surroundings say about the base, best first."""
    if commit := environ.get("PRE_COMMIT_FROM_REF"):
        yield Hint(commit, "pre-commit's --from-ref")
    if environ.get("GITHUB_ACTIONS") == "true":
        yield from _github(environ)
    for name, why in _COMMITS:
        if commit := environ.get(name):
            yield Hint(commit, why)
    for name in _BRANCHES:
        branch = environ.get(name, "").removeprefix("refs/heads/")
        if branch not in ("", "false"):  # Buildkite says "false" outside of pull requests
            yield Hint(branch, "where the change left its target", branch=True)
    if environ.get("GITLAB_CI") == "true":
        branch, default = environ.get("CI_COMMIT_BRANCH", ""), environ.get("CI_DEFAULT_BRANCH", "")
        yield from _pushed(branch, default, environ.get("CI_COMMIT_BEFORE_SHA", ""))


def _github(environ: Mapping[str, str]) -> Iterator[Hint]:
    """From the event that started the workflow (a file that the runner writes, not the pull request)."""
    if environ.get("GITHUB_REF", "").endswith("/merge"):
        # GitHub's trial merge: its first parent is the target, and `fetch-depth: 2` is enough to have it.
        yield Hint(f"{environ.get('GITHUB_SHA', '')}^1", "the target of the pull request", required=False)
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    if commit := text_at(event, "pull_request", "base", "sha"):
        yield Hint(commit, "the target of the pull request")
    if commit := text_at(event, "merge_group", "base_sha"):
        yield Hint(commit, "what the merge queue merges onto")
    if environ.get("GITHUB_EVENT_NAME") == "push" and environ.get("GITHUB_REF", "").startswith("refs/heads/"):
        branch = environ["GITHUB_REF"].removeprefix("refs/heads/")
        yield from _pushed(branch, text_at(event, "repository", "default_branch"), text_at(event, "before"))


def _event(path: str) -> object:
    try:
        with Path(path).open("rb") as file:
            return json.loads(file.read(_MAX_EVENT))
    except (OSError, ValueError, RecursionError):
        return {}


def _pushed(branch: str, default: str, before: str) -> Iterator[Hint]:
    """A push to the default branch changes what was there before; a push to another branch, what it left."""
    if branch and default and branch != default:
        yield Hint(default, "where the branch left the default branch", branch=True)
    elif branch and before and not _NO_COMMIT.match(before):
        yield Hint(before, "what was there before the push", required=False)


def _from_hints(repository: Repository, candidates: Iterable[Hint], state: str) -> Base | None:
    """The first hint that holds. Raises `MissingHistoryError` where it should hold and this clone lacks the commit."""
    for hint in candidates:
        names = (f"refs/remotes/origin/{hint.ref}", f"refs/heads/{hint.ref}") if hint.branch else (hint.ref,)
        commit = next(filter(None, map(repository.find_commit, names)), None)
        if commit is not None:
            return _left(repository, Base(hint.ref, commit, hint.why), state)
        if hint.required:
            raise MissingHistoryError(
                f"{hint.ref} ({hint.why}) is not in this clone: {UNSHALLOW}, or `git fetch origin {hint.ref}`"
            )
    return None


def _left(repository: Repository, target: Base, state: str) -> Base:
    """The commit at which `state` left the target. Where they have none in common, the target itself."""
    try:
        common = repository.merge_base(target.commit, state)
    except MissingHistoryError:
        # The target was fetched on purpose, without what lies between: compare with it as it is.
        common = None
    return Base(target.ref, common or target.commit, target.why)


def _fork_point(repository: Repository, state: str) -> Base:
    """Where `state` left the default branch; `state` itself where there is no such branch."""
    name, commit = next(iter(repository.refs(*_DEFAULT_BRANCHES).items()), ("", ""))
    if not name and repository.shallow:
        raise MissingHistoryError(f"this clone is shallow and has no default branch to compare with: {UNSHALLOW}")
    common = repository.merge_base(commit, state) if name else None
    if common is None or common == state:
        return Base("HEAD", state, "what is not committed is compared with it")
    short = name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    return Base(short, common, f"where the change left {short}")


def _is_uncommitted(repository: Repository, ref: str, index: bool) -> bool:
    """Whether the judged state differs from its commit. (`git status` would run the filters of a hostile tree.)"""
    if index:
        return repository.is_staged()
    if ref or repository.bare:
        return False
    return bool(changed_paths(repository.commit_tree("HEAD"), repository.working_tree()))

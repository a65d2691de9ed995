"""Image automation: what an ImageUpdateAutomation may rewrite, and where it pushes that."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from gitops_guard.checks._own import own_sources
from gitops_guard.graph import GitRef, GitRepository, PushTarget, git_repository, image_update_automation
from gitops_guard.graph.automation import IMAGE_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.unknown import Unknown

_HEADS: Final = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Automation:
    """An ImageUpdateAutomation that writes to this repository. `path` is the folder that it rewrites, "" the root."""

    item: RenderedObject
    path: str | Unknown
    push: PushTarget

    def may_push_to(self, branches: Collection[str]) -> Iterator[str | Unknown]:
        """Those of `branches` that it pushes to, and what is unknown but may be one of them."""
        for pushed in self.pushed_branches():
            if isinstance(pushed, Unknown):
                if any(_may_be(pushed, branch) for branch in branches):
                    yield pushed
            elif pushed in branches:
                yield pushed

    def pushed_branches(self) -> Iterator[str | Unknown]:
        """Every branch that it writes to: a refspec comes on top of the branch, and does not replace it."""
        if isinstance(self.push.branch, (str, Unknown)) and self.push.branch:
            yield self.push.branch
        if isinstance(self.push.refspec, Unknown):
            yield self.push.refspec
        elif isinstance(self.push.refspec, str):
            target = self.push.refspec.rpartition(":")[2]
            if target.startswith(_HEADS):
                yield target.removeprefix(_HEADS)

    def marked_files(self, fleet: FleetFacts) -> frozenset[str]:
        """The files that it rewrites: those below its path that hold a marker."""
        if isinstance(self.path, Unknown):
            return frozenset()
        prefix = f"{self.path}/" if self.path else ""
        return frozenset(path for path in fleet.image_markers if path.startswith(prefix))


def automations(facts: EnvironmentFacts) -> Iterator[Automation]:
    """Those of an environment that run and write to this repository."""
    own = facts.derived(own_sources)
    for item in facts.of_kind(IMAGE_GROUP, "ImageUpdateAutomation"):
        view = image_update_automation(item.value)
        if view is None or view.suspend is True or view.source is None or view.source.target not in own:
            continue
        repository = _repository(facts, view.source.target)
        path = view.update_path if isinstance(view.update_path, (str, Unknown)) else ""
        yield Automation(item, path if isinstance(path, Unknown) else _normal(path), view.push_target(repository))


def followed_branches(facts: EnvironmentFacts) -> frozenset[str]:
    """The branches of this repository that an environment runs; none where it runs tags or commits only."""
    refs = (
        git_repository(item.value)
        for item in facts.of_kind(SOURCE_GROUP, "GitRepository")
        if item.id in facts.own_sources
    )
    return frozenset(branch for repository in refs if repository and (branch := _branch(repository.ref)))


def _may_be(unknown: Unknown, branch: str) -> bool:
    """Whether a text with missing variables may become `branch`: what is known before and after them must fit."""
    before, _, rest = unknown.text.partition("${")
    after = rest.rpartition("}")[2]
    return branch.startswith(before) and branch.endswith(after) and len(branch) >= len(before) + len(after)


def _repository(facts: EnvironmentFacts, target: object) -> GitRepository | None:
    found = next((item for item in facts.of_kind(SOURCE_GROUP, "GitRepository") if item.id == target), None)
    return git_repository(found.value) if found else None


def _branch(ref: GitRef | None) -> str:
    """The branch that a GitRepository follows, empty where it follows none, or one that is not known."""
    if ref is None:
        return "master"
    if ref.commit or ref.semver or ref.tag:
        return ""
    if ref.name:
        name = ref.name if isinstance(ref.name, str) else ""
        return name.removeprefix(_HEADS) if name.startswith(_HEADS) else ""
    return ref.branch if isinstance(ref.branch, str) else "" if ref.branch else "master"


def _normal(path: str) -> str:
    """A path of the repository as trees spell it: without `./`, leading and trailing slashes; "" is the root."""
    normal = posixpath.normpath(f"/{path}").lstrip("/")
    return "" if normal == "." else normal

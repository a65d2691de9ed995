"""Image automation that changes what production runs without anybody having looked."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._automation import Automation, automations, followed_branches
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown

_UPDATE_PATH = ("spec", "update", "path")
_PUSH_BRANCH = ("spec", "git", "push", "branch")


def check(fleet: FleetFacts, _: Context) -> Iterator[Hit | NotJudged]:
    """Scope fleet: an automation may run in one cluster and rewrite the files of another."""
    targets = [facts for facts in fleet.environments if facts.environment.tier.judged_as_production]
    for facts in fleet.environments:
        for automation in automations(facts):
            yield from _judge(automation, targets, fleet)


def _judge(automation: Automation, targets: list[EnvironmentFacts], fleet: FleetFacts) -> Iterator[Hit | NotJudged]:
    item = automation.item
    branches = set(automation.pushed_branches())
    unknown = next((value for value in (automation.path, *branches) if isinstance(value, Unknown)), None)
    if unknown is not None:
        yield NotJudged(unknown.reason, item, _UPDATE_PATH if unknown is automation.path else _PUSH_BRANCH)
        return
    marked = automation.marked_files(fleet)
    for target in targets:
        rewritten = marked & target.files
        followed = followed_branches(target)
        name = target.environment.name
        if rewritten and not followed:
            yield NotJudged(f"the branch that {name} runs is not in this repository", item, _PUSH_BRANCH, cause=name)
        for branch in sorted(
            followed & {branch for branch in branches if isinstance(branch, str)} if rewritten else ()
        ):
            yield Hit(
                f'a new image tag reaches {name} unreviewed: this rewrites {min(rewritten)} and pushes to "{branch}", '
                f"the branch that {name} runs",
                item,
                _PUSH_BRANCH,
                fix="set spec.git.push.branch to another branch and open a pull request from it, "
                "or keep spec.update.path away from production",
                cause=f"{name} {branch}",
                environments=(name,),
            )

"""Image automation that changes what production runs without anybody having looked."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._automation import Automation, automations, followed_branches
from gitops_guard.checks._places import nearest
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
    for target in targets:
        followed = followed_branches(target)
        pushed = list(automation.may_push_to(followed))
        if followed and not pushed:
            continue
        unknown = next((value for value in (automation.path, *pushed) if isinstance(value, Unknown)), None)
        if unknown is not None:
            at = _UPDATE_PATH if unknown is automation.path else _PUSH_BRANCH
            yield NotJudged(unknown.reason, automation.item, at, cause=unknown.text)
            continue
        rewritten = automation.marked_files(fleet) & target.files
        if rewritten:
            yield from _report(automation, target, min(rewritten), [str(branch) for branch in pushed])


def _report(
    automation: Automation, target: EnvironmentFacts, rewritten: str, branches: list[str]
) -> Iterator[Hit | NotJudged]:
    name = target.environment.name
    if not branches:
        reason = f"the branch of this repository that {name} runs is not known"
        yield NotJudged(reason, automation.item, _PUSH_BRANCH, cause=name)
    for branch in branches:
        yield Hit(
            f'a new image tag reaches {name} unreviewed: this rewrites {rewritten} and pushes to "{branch}", '
            f"the branch that {name} runs",
            automation.item,
            *nearest(automation.item.value, _PUSH_BRANCH),
            fix="set spec.git.push.branch to another branch and open a pull request from it, "
            "or keep spec.update.path away from production",
            cause=f"{name} {branch}",
            environments=(name,),
        )

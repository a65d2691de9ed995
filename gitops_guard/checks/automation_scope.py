"""Image automation of one environment that rewrites the files of another."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._automation import automations
from gitops_guard.checks._places import nearest
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown

_PATH = ("spec", "update", "path")


def check(fleet: FleetFacts, _: Context) -> Iterator[Hit | NotJudged]:
    """Scope fleet. Files that both environments read are shared on purpose and do not count."""
    for facts in fleet.environments:
        for automation in automations(facts):
            if isinstance(automation.path, Unknown):
                yield NotJudged(automation.path.reason, automation.item, _PATH, cause=automation.path.text)
                continue
            foreign = automation.marked_files(fleet) - facts.files
            others = {name: path for path in sorted(foreign, reverse=True) for name in fleet.reached_by.get(path, ())}
            if others:
                name = facts.environment.name
                yield Hit(
                    f"this runs in {name}, but its path also reaches {', '.join(sorted(others))}: "
                    f"it rewrites {min(others.values())}",
                    automation.item,
                    *nearest(automation.item.value, _PATH),
                    fix=f"narrow spec.update.path to the folder of {name}",
                    cause=" ".join(sorted(others)),
                    environments=(name,),
                )

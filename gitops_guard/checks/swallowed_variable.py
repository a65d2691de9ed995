"""Variables of a script or a configuration that Flux empties before the program can read them."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._scripts import is_for_another_program
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, _: Context) -> Iterator[Hit]:
    """Scope environment."""
    for substitution in facts.substitutions:
        if substitution.undefined and is_for_another_program(substitution):
            names = ", ".join(f"${{{name}}}" for name in substitution.undefined[:5])
            yield Hit(
                f"Flux replaces {names} by nothing before the program that reads this text can see it",
                substitution.subject,
                substitution.path,
                fix=f"write $${{{substitution.undefined[0]}}}, which Flux turns into ${{{substitution.undefined[0]}}}, "
                "or annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled",
                cause=" ".join(substitution.undefined),
            )

"""Variables of a script or a configuration that Flux empties before the program can read them."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._scripts import swallowed, variables_of_flux
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit]:
    """Scope environment."""
    if not any(substitution.undefined for substitution in facts.substitutions):
        return
    of_flux = variables_of_flux(context.fleet)
    for substitution in facts.substitutions:
        names = swallowed(substitution, of_flux)
        if names:
            listed = ", ".join(f"${{{name}}}" for name in names[:5])
            yield Hit(
                f"Flux replaces {listed} by nothing before the program that reads this text can see it",
                substitution.subject,
                substitution.path,
                fix=f"write $${{{names[0]}}}, which Flux turns into ${{{names[0]}}}, "
                "or annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled",
                cause=" ".join(names),
            )

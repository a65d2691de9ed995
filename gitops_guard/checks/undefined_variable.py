"""Variables that nothing defines: Flux puts the empty string in their place."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._scripts import swallowed, variables_of_flux
from gitops_guard.checks._spelling import Spelling
from gitops_guard.model.facts import EnvironmentFacts, Substitution
from gitops_guard.model.fieldpath import format_path
from gitops_guard.model.finding import Hit
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit]:
    """Scope environment. Text that another program reads is left to `swallowed-variable`."""
    if not any(substitution.undefined for substitution in facts.substitutions):
        return
    of_flux = variables_of_flux(context.fleet)
    spelling = Spelling(of_flux)
    for substitution in facts.substitutions:
        theirs = swallowed(substitution, of_flux)
        for name in substitution.undefined:
            if name not in theirs:
                yield _hit(substitution, name, spelling.nearest(name))


def _hit(substitution: Substitution, name: str, meant: str) -> Hit:
    left = "empty" if substitution.template.strip() == f"${{{name}}}" else "cut short"
    hint = f"; did you mean ${{{meant}}}?" if meant else ""
    return Hit(
        f"nothing defines ${{{name}}}: Flux leaves {format_path(substitution.path)} {left}{hint}",
        substitution.subject,
        substitution.path,
        fix=f"define {name} under postBuild.substitute of the Kustomization, or give a default: ${{{name}:=value}}",
        cause=name,
    )

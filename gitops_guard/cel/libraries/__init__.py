"""The functions of CEL and of Kubernetes, one module a library."""

from __future__ import annotations

from collections.abc import Sequence

from gitops_guard.cel.library import Library


def all_libraries() -> Sequence[Library]:
    """Every library that expressions may use."""
    from gitops_guard.cel.libraries import conversions, core, lists, optionals, regex, strings, time

    return (
        core.library,
        conversions.library,
        time.library,
        regex.library,
        strings.library,
        lists.library,
        optionals.library,
    )

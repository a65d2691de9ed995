"""The functions of CEL and of Kubernetes, one module a library."""

from __future__ import annotations

from collections.abc import Sequence

from gitops_guard.cel.library import Library


def all_libraries() -> Sequence[Library]:
    """Every library that expressions may use."""
    from gitops_guard.cel.libraries import (
        conversions,
        core,
        formatting,
        lists,
        network,
        optionals,
        quantity,
        regex,
        semver,
        sets,
        strings,
        time,
    )

    return (
        core.library,
        conversions.library,
        time.library,
        regex.library,
        strings.library,
        formatting.library,
        lists.library,
        sets.library,
        optionals.library,
        quantity.library,
        semver.library,
        network.library,
    )

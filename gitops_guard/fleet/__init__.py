"""Discovery: entry points, environments, which source is this repository."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gitops_guard.fleet.artifacts import GeneratedArtifact, generate
    from gitops_guard.fleet.charts import ignored
    from gitops_guard.fleet.discovery import discover
    from gitops_guard.fleet.entry import entry_kustomization
    from gitops_guard.fleet.identity import BootstrapSource, SourceIdentity, SourceMatch
    from gitops_guard.fleet.ignore import IgnoreMatcher, ignore_matcher, source_matcher
    from gitops_guard.fleet.order import dependency_order
    from gitops_guard.fleet.paths import Folders, source_path

__all__ = [
    "BootstrapSource",
    "Folders",
    "GeneratedArtifact",
    "IgnoreMatcher",
    "SourceIdentity",
    "SourceMatch",
    "dependency_order",
    "discover",
    "entry_kustomization",
    "generate",
    "ignore_matcher",
    "ignored",
    "source_matcher",
    "source_path",
]

_MODULES: Final = {
    "BootstrapSource": "identity",
    "Folders": "paths",
    "GeneratedArtifact": "artifacts",
    "IgnoreMatcher": "ignore",
    "SourceIdentity": "identity",
    "SourceMatch": "identity",
    "dependency_order": "order",
    "discover": "discovery",
    "entry_kustomization": "entry",
    "generate": "artifacts",
    "ignore_matcher": "ignore",
    "ignored": "charts",
    "source_matcher": "ignore",
    "source_path": "paths",
}


def __getattr__(name: str) -> object:
    """Each module is imported when one of its names is first used: a hook that renders nothing needs few of them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

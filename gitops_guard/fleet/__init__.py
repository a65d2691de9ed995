"""Discovery: entry points, environments, which source is this repository."""

from gitops_guard.fleet.artifacts import GeneratedArtifact, generate
from gitops_guard.fleet.discovery import discover, ignored
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

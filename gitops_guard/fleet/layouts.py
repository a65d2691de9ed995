"""Environments guessed from folder names, where neither Flux nor Argo CD says anything."""

from __future__ import annotations

from typing import Final

from gitops_guard.fleet.candidates import Candidate
from gitops_guard.fleet.paths import parent
from gitops_guard.fleet.reach import Reach
from gitops_guard.fleet.tiers import tier_of
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Tier

_OVERLAYS: Final = "overlays"
_ENVIRONMENTS: Final = frozenset({"environments", "environment", "envs", "env"})
_APPS: Final = "apps"


def folder_candidates(reach: Reach) -> list[Candidate]:
    """`overlays/<env>`, `environments/<env>`, `apps/<app>/<env>`; else roots that nothing uses; else the whole folder.

    Only folders with a kustomization count, so that a folder of documents is no environment. The whole folder is one
    environment of plain manifests, and only where it holds objects at all.
    """
    roots = _roots(reach)
    named = [(name, root) for root in roots if (name := _environment_of(root))]
    if named:
        return [_directory(name, root, f"the folder {root}") for name, root in named]
    if roots:
        return [
            _directory(_tier_folder(root), root, f"nothing uses {root or 'the root'}/kustomization.yaml")
            for root in roots
        ]
    if reach.holds_objects:
        return [_directory("", "", "plain manifests")]
    return []


def _directory(folder: str, path: str, reason: str) -> Candidate:
    return Candidate(folder, EntryPoint(EntryPointKind.DIRECTORY, path, None, reason))


def _roots(reach: Reach) -> list[str]:
    """Folders with a kustomization that no other one uses. A Component is a part of others and never a root."""
    used = reach.used_folders()
    return [
        parent(path) for path in reach.kustomizations if parent(path) not in used and not _is_component(reach, path)
    ]


def _is_component(reach: Reach, path: str) -> bool:
    return any(manifest.value.get("kind") == "Component" for manifest in reach.manifests(path))


def _environment_of(root: str) -> str:
    """The folder that names the environment of a root, or "" where the layout says nothing.

    `x/overlays/staging/web` -> `staging`: the same name in every app is one environment.
    """
    steps = root.split("/")
    for index, step in enumerate(steps[:-1]):
        if step == _OVERLAYS or step in _ENVIRONMENTS:
            return steps[index + 1]
    if _APPS in steps[:-2]:
        name = steps[steps.index(_APPS) + 2]
        return name if tier_of(name) is not Tier.UNKNOWN else ""
    return ""


def _tier_folder(root: str) -> str:
    """The segment of a root's path that tells a tier; roots without one share one environment."""
    return next((step for step in root.split("/") if tier_of(step) is not Tier.UNKNOWN), "")

"""A fleet becomes facts: what each environment would run, as Flux, Argo CD or kustomize would have it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gitops_guard.render.builder import Builder, BuildRequest, BuildResult
    from gitops_guard.render.documents import documents_facts
    from gitops_guard.render.engines import open_builder
    from gitops_guard.render.fleet_facts import render_fleet
    from gitops_guard.render.kubectl import KubectlBuilder, find_kubectl
    from gitops_guard.render.native import NativeBuilder, find_native

__all__ = [
    "BuildRequest",
    "BuildResult",
    "Builder",
    "KubectlBuilder",
    "NativeBuilder",
    "documents_facts",
    "find_kubectl",
    "find_native",
    "open_builder",
    "render_fleet",
]

_MODULES: Final = {
    "BuildRequest": "builder",
    "BuildResult": "builder",
    "Builder": "builder",
    "KubectlBuilder": "kubectl",
    "NativeBuilder": "native",
    "documents_facts": "documents",
    "find_kubectl": "kubectl",
    "find_native": "native",
    "open_builder": "engines",
    "render_fleet": "fleet_facts",
}


def __getattr__(name: str) -> object:
    """Each module is imported when one of its names is first used: a hook that renders nothing needs few of them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

"""A fleet becomes facts: what each environment would run, as Flux, Argo CD or kustomize would have it."""

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

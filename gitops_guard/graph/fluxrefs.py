"""What Flux objects and Canaries refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.graph.artifacts import artifact_generator
from gitops_guard.graph.automation import image_policy, image_update_automation
from gitops_guard.graph.fields import reference_at
from gitops_guard.graph.flagger import flagger_canary
from gitops_guard.graph.helm import helm_release
from gitops_guard.graph.kustomization import flux_kustomization
from gitops_guard.graph.reference import Reference, Role
from gitops_guard.graph.sources import git_repository, helm_chart
from gitops_guard.model.resource import ResourceId

# Fields of the source types that name a Secret of the own namespace (source-controller, api/v1).
_CREDENTIALS: Final = (
    ("spec", "secretRef"),
    ("spec", "certSecretRef"),
    ("spec", "proxySecretRef"),
    ("spec", "verify", "secretRef"),
)


def kustomization_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Source, dependencies, variables and decryption key of a Flux Kustomization."""
    view = flux_kustomization(value)
    if view is None:
        return
    if view.source is not None:
        yield Reference.of(view.source, Role.SOURCE, "sourceRef")
    for ref in view.depends_on:
        yield Reference.of(ref, Role.DEPENDENCY, "dependsOn")
    for entry in view.post_build.substitute_from if view.post_build else ():
        yield Reference.of(entry.ref, Role.SUBSTITUTE, "postBuild.substituteFrom", optional=entry.optional)
    if view.decryption_secret is not None:
        yield Reference.of(view.decryption_secret, Role.CREDENTIALS, "decryption.secretRef")


def helm_release_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Chart source, dependencies and values of a HelmRelease."""
    view = helm_release(value)
    if view is None:
        return
    if view.chart is not None and view.chart.source is not None:
        yield Reference.of(view.chart.source, Role.SOURCE, "chart.spec.sourceRef")
    if view.chart_ref is not None:
        yield Reference.of(view.chart_ref, Role.SOURCE, "chartRef")
    for ref in view.depends_on:
        yield Reference.of(ref, Role.DEPENDENCY, "dependsOn")
    for entry in view.values_from:
        key = entry.key if isinstance(entry.key, str) else ""
        yield Reference.of(entry.ref, Role.VALUES, "valuesFrom", optional=entry.optional, key=key)


def source_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """What a Flux source needs: credentials, included repositories, the source of a HelmChart."""
    namespace = ResourceId.of(value).namespace
    for path in _CREDENTIALS:
        ref = reference_at(value, path, group="", kind="Secret", namespace=namespace, local=True)
        if ref is not None:
            yield Reference.of(ref, Role.CREDENTIALS, ".".join(path[1:]))
    repository = git_repository(value)
    for include in repository.includes if repository else ():
        yield Reference.of(include.repository, Role.SOURCE, "include")
    chart = helm_chart(value)
    if chart is not None and chart.source is not None:
        yield Reference.of(chart.source, Role.SOURCE, "sourceRef")


def automation_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """The repository of an ImageUpdateAutomation, the ImageRepository of an ImagePolicy."""
    automation = image_update_automation(value)
    if automation is not None and automation.source is not None:
        yield Reference.of(automation.source, Role.SOURCE, "sourceRef")
    policy = image_policy(value)
    if policy is not None and policy.image_repository is not None:
        yield Reference.of(policy.image_repository, Role.IMAGE_REPOSITORY, "imageRepositoryRef")


def generator_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """The sources of an ArtifactGenerator."""
    generator = artifact_generator(value)
    for ref in generator.sources.values() if generator else ():
        yield Reference.of(ref, Role.SOURCE, "sources")


def canary_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Target and autoscaler of a Flagger Canary."""
    canary = flagger_canary(value)
    if canary is None:
        return
    if canary.target is not None:
        yield Reference.of(canary.target, Role.CANARY_TARGET, "targetRef")
    if canary.autoscaler is not None:
        yield Reference.of(canary.autoscaler, Role.CANARY_AUTOSCALER, "autoscalerRef")

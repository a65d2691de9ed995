"""What an object refers to by name: the references that rules follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gitops_guard.graph import fluxrefs, podrefs, routes
from gitops_guard.graph.artifacts import EXTENSIONS_GROUP
from gitops_guard.graph.automation import IMAGE_GROUP
from gitops_guard.graph.fields import reference_at
from gitops_guard.graph.flagger import FLAGGER_GROUP
from gitops_guard.graph.helm import HELM_GROUP
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.graph.reference import Reference, Role
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import FieldPath, text_at
from gitops_guard.model.resource import ResourceId, kind_of, split_api_version

Extractor = Callable[[Mapping[str, object]], Iterator[Reference]]


def references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Every reference of an object that rules follow. References without a name are left out, unless it is unknown."""
    extractor = _BY_KIND.get(kind_of(value), podrefs.pod_references)
    for reference in extractor(value):
        if reference.target.name or reference.unknown:
            yield reference


def _scale_target(path: FieldPath, default_kind: str = "") -> Extractor:
    """For kinds that scale a workload: the `{apiVersion, kind, name}` at `path`."""

    def extract(value: Mapping[str, object]) -> Iterator[Reference]:
        api_version = text_at(value, *path, "apiVersion") or ("apps/v1" if default_kind else "")
        group, _ = split_api_version(api_version)
        namespace = ResourceId.of(value).namespace
        ref = reference_at(value, path, group=group, kind=default_kind, namespace=namespace, local=True)
        if ref is not None:
            yield Reference.of(ref, Role.SCALE_TARGET, ".".join(str(step) for step in path[1:]))

    return extract


_BY_KIND: Final[Mapping[tuple[str, str], Extractor]] = {
    ("", "ServiceAccount"): podrefs.service_account_references,
    ("autoscaling", "HorizontalPodAutoscaler"): _scale_target(("spec", "scaleTargetRef")),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): _scale_target(("spec", "targetRef")),
    # keda.sh, `ScaleTarget`: apiVersion and kind default to a Deployment of apps/v1.
    ("keda.sh", "ScaledObject"): _scale_target(("spec", "scaleTargetRef"), "Deployment"),
    (KUSTOMIZE_GROUP, "Kustomization"): fluxrefs.kustomization_references,
    (HELM_GROUP, "HelmRelease"): fluxrefs.helm_release_references,
    **{
        (SOURCE_GROUP, kind): fluxrefs.source_references
        for kind in ("GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart")
    },
    (IMAGE_GROUP, "ImageUpdateAutomation"): fluxrefs.automation_references,
    (IMAGE_GROUP, "ImagePolicy"): fluxrefs.automation_references,
    (IMAGE_GROUP, "ImageRepository"): fluxrefs.source_references,
    (EXTENSIONS_GROUP, "ArtifactGenerator"): fluxrefs.generator_references,
    (FLAGGER_GROUP, "Canary"): fluxrefs.canary_references,
    **{(group, "Ingress"): routes.ingress_references for group in routes.INGRESS_GROUPS},
    **{
        (routes.GATEWAY_GROUP, kind): routes.route_references
        for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
    },
    (routes.GATEWAY_GROUP, "Gateway"): routes.gateway_references,
}

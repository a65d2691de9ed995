"""Flux, Argo CD and Kubernetes objects as types, and what refers to what. Pure.

Every function takes an object as plain data, of which any field may be missing, of a wrong type, or an
`Unknown`; none raises.
"""

from gitops_guard.graph.argo import Application, ApplicationSource, argo_application, is_application_set
from gitops_guard.graph.artifacts import ArtifactGenerator, CopyOperation, OutputArtifact, artifact_generator
from gitops_guard.graph.automation import (
    ImagePolicy,
    ImageRepository,
    ImageUpdateAutomation,
    PushTarget,
    image_policy,
    image_repository,
    image_update_automation,
)
from gitops_guard.graph.fields import ObjectRef, flag_at, items_at, raw_at, reference_at, texts_at
from gitops_guard.graph.flagger import Canary, flagger_canary
from gitops_guard.graph.helm import ChartTemplate, HelmRelease, ValuesFrom, helm_release
from gitops_guard.graph.images import ImageReference, parse_image
from gitops_guard.graph.kustomization import FluxKustomization, PostBuild, SubstituteFrom, flux_kustomization
from gitops_guard.graph.operator import FluxInstance, InstanceSync, flux_instance, is_resource_set
from gitops_guard.graph.pods import containers, pod_labels, pod_specs, pod_template_path
from gitops_guard.graph.provided import Names, Provided
from gitops_guard.graph.provides import exists_anyway, provides
from gitops_guard.graph.reference import Reference, Role
from gitops_guard.graph.references import references
from gitops_guard.graph.selectors import selects, service_selector
from gitops_guard.graph.sources import (
    Bucket,
    GitInclude,
    GitRef,
    GitRepository,
    HelmChart,
    HelmRepository,
    OCIRef,
    OCIRepository,
    bucket,
    git_ref,
    git_repository,
    helm_chart,
    helm_repository,
    oci_repository,
)

__all__ = [
    "Application",
    "ApplicationSource",
    "ArtifactGenerator",
    "Bucket",
    "Canary",
    "ChartTemplate",
    "CopyOperation",
    "FluxInstance",
    "FluxKustomization",
    "GitInclude",
    "GitRef",
    "GitRepository",
    "HelmChart",
    "HelmRelease",
    "HelmRepository",
    "ImagePolicy",
    "ImageReference",
    "ImageRepository",
    "ImageUpdateAutomation",
    "InstanceSync",
    "Names",
    "OCIRef",
    "OCIRepository",
    "ObjectRef",
    "OutputArtifact",
    "PostBuild",
    "Provided",
    "PushTarget",
    "Reference",
    "Role",
    "SubstituteFrom",
    "ValuesFrom",
    "argo_application",
    "artifact_generator",
    "bucket",
    "containers",
    "exists_anyway",
    "flag_at",
    "flagger_canary",
    "flux_instance",
    "flux_kustomization",
    "git_ref",
    "git_repository",
    "helm_chart",
    "helm_release",
    "helm_repository",
    "image_policy",
    "image_repository",
    "image_update_automation",
    "is_application_set",
    "is_resource_set",
    "items_at",
    "oci_repository",
    "parse_image",
    "pod_labels",
    "pod_specs",
    "pod_template_path",
    "provides",
    "raw_at",
    "reference_at",
    "references",
    "selects",
    "service_selector",
    "texts_at",
]

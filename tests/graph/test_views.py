"""The typed views: defaults as Flux has them, and what is not known stays so."""

from __future__ import annotations

import pytest

from gitops_guard.graph import (
    argo_application,
    artifact_generator,
    flux_instance,
    flux_kustomization,
    git_repository,
    helm_release,
    image_update_automation,
    pod_labels,
    selects,
    service_selector,
)
from gitops_guard.model.unknown import Unknown
from tests.graph.objects import obj, unknown


def test_a_kustomization() -> None:
    view = flux_kustomization(
        obj("""
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: apps, namespace: flux-system}
        spec:
          path: ./apps
          prune: true
          suspend: !unknown PAUSED
          targetNamespace: shop
          components: [../components/a, 3]
          postBuild: {substitute: {A: "1"}, substituteStrategy: Always}
          commonMetadata: {labels: {team: a}}
        """)
    )
    assert view is not None
    assert (view.path, view.prune, view.target_namespace) == ("./apps", True, "shop")
    assert view.suspend == unknown("PAUSED")
    assert view.components == ("../components/a",)
    assert view.post_build is not None
    assert view.post_build.substitute == {"A": "1"}
    assert view.post_build.always
    assert view.common_labels == {"team": "a"}
    assert view.source is None


def test_kustomizes_own_kind_is_no_flux_kustomization() -> None:
    assert flux_kustomization(obj("{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}")) is None


RELEASE = """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {{name: redis, namespace: shop}}
    spec: {spec}
"""


@pytest.mark.parametrize(
    ("spec", "name", "namespace"),
    [
        ("{}", "redis", "shop"),
        ("{targetNamespace: data}", "data-redis", "data"),
        ("{targetNamespace: data, releaseName: cache}", "cache", "data"),
    ],
)
def test_release_names(spec: str, name: str, namespace: str) -> None:
    view = helm_release(obj(RELEASE.format(spec=spec)))
    assert view is not None
    assert (view.effective_release_name, view.release_namespace) == (name, namespace)


def test_a_chart_keeps_the_place_of_its_version_though_it_has_none() -> None:
    view = helm_release(
        obj("""
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: redis}
        spec: {chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: bitnami, version: ">=0.2.22"}}}}
        """)
    )
    assert view is not None
    assert view.chart is not None
    assert view.chart.version is None
    assert view.chart.version_path == ("spec", "chart", "spec", "version")


AUTOMATION = """
    apiVersion: image.toolkit.fluxcd.io/v1
    kind: ImageUpdateAutomation
    metadata: {{name: images, namespace: flux-system}}
    spec: {{sourceRef: {{kind: GitRepository, name: fleet}}, git: {git}, update: {{path: ./clusters}}}}
"""
REPOSITORY = """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: fleet, namespace: flux-system}
    spec: {url: "https://example.com/fleet", ref: {branch: main}}
"""


@pytest.mark.parametrize(
    ("git", "branch"),
    [
        ("{}", "main"),
        ("{checkout: {ref: {branch: staging}}}", "staging"),
        ("{checkout: {ref: {branch: staging}}, push: {branch: images}}", "images"),
        ("{push: {branch: images}}", "images"),
        ("{checkout: {ref: {tag: v1}}}", None),
        ("{push: {refspec: 'refs/heads/main:refs/heads/auto'}}", "main"),
    ],
)
def test_where_an_automation_pushes(git: str, branch: str | None) -> None:
    view = image_update_automation(obj(AUTOMATION.format(git=git)))
    assert view is not None
    assert view.push_target(git_repository(obj(REPOSITORY))).branch == branch
    assert view.update_path == "./clusters"


def test_where_an_automation_pushes_without_its_repository() -> None:
    view = image_update_automation(obj(AUTOMATION.format(git="{}")))
    assert view is not None
    assert view.push_target(None).branch is None


def test_a_flux_instance_names_its_sync_after_its_namespace() -> None:
    view = flux_instance(
        obj("""
        apiVersion: fluxcd.controlplane.io/v1
        kind: FluxInstance
        metadata: {name: flux, namespace: gitops}
        spec:
          distribution: {version: 2.x, registry: ghcr.io/fluxcd}
          sync: {kind: GitRepository, url: "https://example.com/fleet", ref: refs/heads/main, path: clusters/a}
        """)
    )
    assert view is not None
    assert view.version == "2.x"
    assert view.sync is not None
    assert str(view.sync.source) == "GitRepository/gitops/gitops"


def test_applications_have_one_source_or_several() -> None:
    single = argo_application(
        obj("""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: a}
        spec: {source: {repoURL: x, path: p}}
        """)
    )
    several = argo_application(
        obj("""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: a}
        spec: {source: {repoURL: ignored}, sources: [{repoURL: x, chart: c, targetRevision: 1.x}, {repoURL: y, ref: v}]}
        """)
    )
    assert single is not None
    assert [source.revision_path for source in single.sources] == [("spec", "source", "targetRevision")]
    assert several is not None
    assert [(source.repo_url, source.chart, source.ref) for source in several.sources] == [
        ("x", "c", None),
        ("y", None, "v"),
    ]


def test_a_generator_keeps_its_sources_by_alias() -> None:
    view = artifact_generator(
        obj("""
        apiVersion: source.extensions.fluxcd.io/v1beta1
        kind: ArtifactGenerator
        metadata: {name: g, namespace: flux-system, annotations: {source.extensions.fluxcd.io/reconcile: Disabled}}
        spec: {sources: [{alias: mono, kind: GitRepository, name: fleet}]}
        """)
    )
    assert view is not None
    assert view.disabled
    assert str(view.sources["mono"].target) == "GitRepository/flux-system/fleet"


def test_selectors() -> None:
    service = obj("{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web, tier: front}}}")
    deployment = obj("""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {template: {metadata: {labels: {app: web, tier: front, version: "1"}}}}
    """)
    found = pod_labels(deployment)
    assert found is not None
    path, labels = found
    assert path == ("spec", "template", "metadata", "labels")
    assert selects(service_selector(service), labels) is True
    assert selects({"app": "other"}, labels) is False
    assert selects({"app": Unknown("${A}", ("A",), "")}, labels) is None
    assert selects({"app": Unknown("${A}", ("A",), ""), "tier": "back"}, labels) is False
    assert service_selector(obj("{kind: Service, spec: {type: ExternalName, selector: {a: b}}}")) == {}

"""What objects refer to, with the place of the name."""

from __future__ import annotations

from gitops_guard.graph import Reference, Role, references
from gitops_guard.model.fieldpath import format_path, lookup
from tests.graph.objects import obj


def told(value: dict[str, object], *roles: Role) -> set[tuple[str, str, bool]]:
    found = [item for item in references(value) if not roles or item.role in roles]
    for item in found:
        if item.unknown is None:
            assert lookup(value, item.path) == item.target.name
    return {(str(item.target), format_path(item.path), item.optional) for item in found}


def test_pods_refer_to_configuration_from_every_place() -> None:
    value = obj("""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: report, namespace: shop}
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  serviceAccountName: reporter
                  imagePullSecrets: [{name: registry}]
                  initContainers:
                  - {envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: maybe, optional: true}}]}
                  containers:
                  - name: main
                    env:
                    - {name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}
                    - {name: B, valueFrom: {secretKeyRef: {name: db, key: password}}}
                    - {name: C, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                  ephemeralContainers:
                  - {name: debug, envFrom: [{secretRef: {name: debug}}]}
                  volumes:
                  - {name: one, configMap: {name: files}}
                  - {name: two, secret: {secretName: certificates, optional: true}}
                  - {name: three, projected: {sources: [{secret: {name: token}}, {configMap: {name: ca}}]}}
                  - {name: four, persistentVolumeClaim: {claimName: data}}
    """)
    pod = "spec.jobTemplate.spec.template.spec."
    assert told(value) == {
        ("ServiceAccount/shop/reporter", pod + "serviceAccountName", False),
        ("Secret/shop/registry", pod + "imagePullSecrets[0].name", False),
        ("ConfigMap/shop/settings", pod + "initContainers[0].envFrom[0].configMapRef.name", False),
        ("Secret/shop/maybe", pod + "initContainers[0].envFrom[1].secretRef.name", True),
        ("ConfigMap/shop/settings", pod + "containers[0].env[0].valueFrom.configMapKeyRef.name", False),
        ("Secret/shop/db", pod + "containers[0].env[1].valueFrom.secretKeyRef.name", False),
        ("Secret/shop/debug", pod + "ephemeralContainers[0].envFrom[0].secretRef.name", False),
        ("ConfigMap/shop/files", pod + "volumes[0].configMap.name", False),
        ("Secret/shop/certificates", pod + "volumes[1].secret.secretName", True),
        ("Secret/shop/token", pod + "volumes[2].projected.sources[0].secret.name", False),
        ("ConfigMap/shop/ca", pod + "volumes[2].projected.sources[1].configMap.name", False),
        ("PersistentVolumeClaim/shop/data", pod + "volumes[3].persistentVolumeClaim.claimName", False),
    }
    assert {item.key for item in references(value) if item.target.name == "db"} == {"password"}


def test_a_name_that_is_not_known_is_still_a_reference() -> None:
    value = obj("""
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          containers: [{name: web, envFrom: [{secretRef: {name: !unknown SECRET}}]}]
    """)
    (found,) = references(value)
    assert found.unknown is not None
    assert found.unknown.variables == ("SECRET",)
    assert found.target.kind == "Secret"


def test_a_reference_without_a_name_is_none() -> None:
    value = obj("""
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec: {containers: [{envFrom: [{secretRef: {}}, {configMapRef: {name: 3}}]}]}
    """)
    assert told(value) == set()


def test_ingress_backends_of_both_versions_and_tls() -> None:
    value = obj("""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: shop}
        spec:
          defaultBackend: {service: {name: fallback, port: {number: 80}}}
          tls: [{secretName: web-tls}, {hosts: [a.example]}]
          rules:
          - http: {paths: [{backend: {service: {name: web}}}, {backend: {serviceName: old, servicePort: 80}}]}
    """)
    assert told(value) == {
        ("Service/shop/fallback", "spec.defaultBackend.service.name", False),
        ("Secret/shop/web-tls", "spec.tls[0].secretName", False),
        ("Service/shop/web", "spec.rules[0].http.paths[0].backend.service.name", False),
        ("Service/shop/old", "spec.rules[0].http.paths[1].backend.serviceName", False),
    }


def test_route_backends_default_to_a_service_of_the_own_namespace() -> None:
    value = obj("""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: web, namespace: shop}
        spec:
          rules:
          - backendRefs: [{name: web, port: 80}, {name: other, namespace: elsewhere}]
            filters: [{type: RequestMirror, requestMirror: {backendRef: {name: mirror}}}]
          - backendRefs: [{group: gateway.envoyproxy.io, kind: Backend, name: outside}]
    """)
    assert told(value) == {
        ("Service/shop/web", "spec.rules[0].backendRefs[0].name", False),
        ("Service/elsewhere/other", "spec.rules[0].backendRefs[1].name", False),
        ("Service/shop/mirror", "spec.rules[0].filters[0].requestMirror.backendRef.name", False),
        ("Backend/shop/outside", "spec.rules[1].backendRefs[0].name", False),
    }
    assert {item.target.group for item in references(value)} == {"", "gateway.envoyproxy.io"}


def test_autoscalers_name_their_target_with_its_group() -> None:
    hpa = obj("""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: shop}
        spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
    """)
    scaled = obj("""
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: web, namespace: shop}
        spec: {scaleTargetRef: {name: web}}
    """)
    for value in (hpa, scaled):
        (found,) = references(value)
        assert (found.target.group, str(found.target)) == ("apps", "Deployment/shop/web")
        assert found.role is Role.SCALE_TARGET


def test_flux_kustomizations_refer_across_namespaces_only_where_their_types_do() -> None:
    value = obj("""
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: apps, namespace: tenants}
        spec:
          sourceRef: {kind: GitRepository, name: fleet, namespace: flux-system}
          dependsOn: [{name: crds}, {name: infra, namespace: flux-system}]
          decryption: {provider: sops, secretRef: {name: sops-age}}
          postBuild:
            substituteFrom:
            - {kind: ConfigMap, name: vars, namespace: ignored}
            - {kind: Secret, name: more, optional: true}
    """)
    assert told(value) == {
        ("GitRepository/flux-system/fleet", "spec.sourceRef.name", False),
        ("Kustomization/tenants/crds", "spec.dependsOn[0].name", False),
        ("Kustomization/flux-system/infra", "spec.dependsOn[1].name", False),
        ("Secret/tenants/sops-age", "spec.decryption.secretRef.name", False),
        ("ConfigMap/tenants/vars", "spec.postBuild.substituteFrom[0].name", False),
        ("Secret/tenants/more", "spec.postBuild.substituteFrom[1].name", True),
    }


def test_helm_releases_refer_to_charts_values_and_releases() -> None:
    value = obj("""
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: redis, namespace: shop}
        spec:
          chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: bitnami, namespace: flux-system}}}
          dependsOn: [{name: operator}]
          valuesFrom: [{kind: Secret, name: redis-values, valuesKey: all.yaml, optional: true}]
    """)
    assert told(value) == {
        ("HelmRepository/flux-system/bitnami", "spec.chart.spec.sourceRef.name", False),
        ("HelmRelease/shop/operator", "spec.dependsOn[0].name", False),
        ("Secret/shop/redis-values", "spec.valuesFrom[0].name", True),
    }


def test_canaries_and_automation() -> None:
    canary = obj("""
        apiVersion: flagger.app/v1beta1
        kind: Canary
        metadata: {name: web, namespace: shop}
        spec:
          targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          autoscalerRef: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: web}
    """)
    automation = obj("""
        apiVersion: image.toolkit.fluxcd.io/v1
        kind: ImageUpdateAutomation
        metadata: {name: images, namespace: flux-system}
        spec: {sourceRef: {name: flux-system}}
    """)
    by_role: dict[Role, Reference] = {item.role: item for item in (*references(canary), *references(automation))}
    assert str(by_role[Role.CANARY_TARGET].target) == "Deployment/shop/web"
    assert str(by_role[Role.CANARY_AUTOSCALER].target) == "HorizontalPodAutoscaler/shop/web"
    assert str(by_role[Role.SOURCE].target) == "GitRepository/flux-system/flux-system"

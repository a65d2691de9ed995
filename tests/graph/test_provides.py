"""What objects make exist beside themselves."""

from __future__ import annotations

import pytest

from gitops_guard.graph import Names, exists_anyway, provides
from gitops_guard.model.resource import ResourceId
from tests.graph.objects import obj


def made(text: str) -> set[str]:
    """`Kind/namespace/name`, `*` for any namespace and at the end of a name that is only a beginning."""
    return {
        f"{item.id.kind}/{'*' if item.anywhere else item.id.namespace}/{item.id.name}"
        + ("*" if item.names is Names.PREFIX else "")
        for item in provides(obj(text))
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            apiVersion: bitnami.com/v1alpha1
            kind: SealedSecret
            metadata: {name: db, namespace: shop}
            spec: {template: {metadata: {name: other, namespace: other}}}
            """,
            {"Secret/shop/db"},
        ),
        (
            """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: {name: db, namespace: shop}
            """,
            {"Secret/shop/db"},
        ),
        (
            """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: {name: db, namespace: shop}
            spec: {target: {name: credentials}}
            """,
            {"Secret/shop/credentials"},
        ),
        (
            """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: {name: db, namespace: shop}
            spec: {target: {name: credentials, creationPolicy: Merge}}
            """,
            set(),
        ),
        (
            """
            apiVersion: external-secrets.io/v1
            kind: PushSecret
            metadata: {name: db, namespace: shop}
            """,
            set(),
        ),
        (
            """
            apiVersion: cert-manager.io/v1
            kind: Certificate
            metadata: {name: web, namespace: shop}
            spec: {secretName: web-tls}
            """,
            {"Secret/shop/web-tls"},
        ),
        (
            """
            apiVersion: cert-manager.io/v1
            kind: ClusterIssuer
            metadata: {name: letsencrypt}
            spec: {acme: {privateKeySecretRef: {name: account}}}
            """,
            {"Secret/*/account"},
        ),
        (
            """
            apiVersion: secrets.hashicorp.com/v1beta1
            kind: VaultStaticSecret
            metadata: {name: db, namespace: shop}
            spec: {destination: {name: credentials, create: true}}
            """,
            {"Secret/shop/credentials"},
        ),
        (
            """
            apiVersion: secrets.hashicorp.com/v1beta1
            kind: VaultStaticSecret
            metadata: {name: db, namespace: shop}
            spec: {destination: {name: credentials}}
            """,
            set(),
        ),
        (
            """
            apiVersion: secrets-store.csi.x-k8s.io/v1
            kind: SecretProviderClass
            metadata: {name: vault, namespace: shop}
            spec: {secretObjects: [{secretName: a}, {secretName: b}, {type: Opaque}]}
            """,
            {"Secret/shop/a", "Secret/shop/b"},
        ),
        (
            """
            apiVersion: postgresql.cnpg.io/v1
            kind: Cluster
            metadata: {name: pg, namespace: shop}
            """,
            {
                *(f"Secret/shop/pg-{suffix}" for suffix in ("app", "superuser", "ca", "server", "replication")),
                *(f"Service/shop/pg-{suffix}" for suffix in ("rw", "ro", "r")),
            },
        ),
        (
            """
            apiVersion: flagger.app/v1beta1
            kind: Canary
            metadata: {name: web, namespace: shop}
            spec:
              targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              service: {name: front}
            """,
            {
                "Service/shop/front",
                "Service/shop/front-primary",
                "Service/shop/front-canary",
                "Deployment/shop/web-primary",
            },
        ),
        (
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: shop}
            spec: {volumeClaimTemplates: [{metadata: {name: data}}]}
            """,
            {"PersistentVolumeClaim/shop/data-db-*"},
        ),
        (
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: registry
              namespace: shared
              annotations: {replicator.v1.mittwald.de/replicate-to: "app-.*"}
            """,
            {"Secret/*/registry"},
        ),
        (
            """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: {name: registry, namespace: shared}
            spec:
              target:
                template:
                  metadata: {annotations: {reflector.v1.k8s.emberstack.com/reflection-auto-enabled: "true"}}
            """,
            {"Secret/shared/registry", "Secret/*/registry"},
        ),
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
            spec: {tls: [{secretName: web-tls}]}
            """,
            {"Secret/shop/web-tls"},
        ),
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: web, namespace: shop}
            spec: {tls: [{secretName: web-tls}]}
            """,
            set(),
        ),
        (
            """
            apiVersion: source.extensions.fluxcd.io/v1beta1
            kind: ArtifactGenerator
            metadata: {name: mono, namespace: flux-system}
            spec: {artifacts: [{name: apps}, {name: infra}]}
            """,
            {"ExternalArtifact/flux-system/apps", "ExternalArtifact/flux-system/infra"},
        ),
        (
            """
            apiVersion: fluxcd.controlplane.io/v1
            kind: FluxInstance
            metadata: {name: flux, namespace: flux-system}
            spec: {sync: {kind: OCIRepository, url: oci://x, ref: latest, path: ./}}
            """,
            {"OCIRepository/flux-system/flux-system", "Kustomization/flux-system/flux-system"},
        ),
        (
            """
            apiVersion: rds.aws.upbound.io/v1beta1
            kind: Instance
            metadata: {name: db}
            spec: {writeConnectionSecretToRef: {name: db-connection, namespace: shop}}
            """,
            {"Secret/shop/db-connection"},
        ),
        (
            """
            apiVersion: kyverno.io/v1
            kind: ClusterPolicy
            metadata: {name: copy}
            spec: {rules: [{generate: {apiVersion: v1, kind: Secret, name: registry}}]}
            """,
            {"Secret/*/registry"},
        ),
    ],
)
def test_makers(text: str, expected: set[str]) -> None:
    assert made(text) == expected


def test_a_name_that_is_not_known_may_be_any() -> None:
    (found,) = provides(
        obj("""
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: db, namespace: shop}
        spec: {target: {name: !unknown NAME}}
        """)
    )
    assert found.covers(ResourceId("", "Secret", "shop", "whatever"))
    assert not found.covers(ResourceId("", "Secret", "elsewhere", "whatever"))
    assert not found.covers(ResourceId("", "ConfigMap", "shop", "whatever"))


def test_a_maker_whose_namespace_is_not_known_makes_it_anywhere() -> None:
    (found,) = provides(obj("{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: db}}"))
    assert found.covers(ResourceId("", "Secret", "shop", "db"))
    assert found.how == "SealedSecret/db makes it"


def test_what_every_cluster_has() -> None:
    assert exists_anyway(ResourceId("", "ConfigMap", "shop", "kube-root-ca.crt"))
    assert exists_anyway(ResourceId("", "Service", "default", "kubernetes"))
    assert not exists_anyway(ResourceId("", "Service", "shop", "kubernetes"))
    assert not exists_anyway(ResourceId("", "ConfigMap", "shop", "settings"))

"""Which kinds make which objects exist, as data.

Every entry names its source: the API type or the code that says what is made. A kind that is missing here makes nothing
as far as rules can tell, so that an entry too many costs a finding and one too few costs a false one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.model.fieldpath import FieldPath

SECRET: Final = ("", "Secret")
CONFIG_MAP: Final = ("", "ConfigMap")
SERVICE: Final = ("", "Service")


@dataclass(frozen=True, slots=True)
class Maker:
    """What one kind makes: an object of kind `makes`.

    The name is the string at `name` (where it is a path that meets lists, one object for each item: `"*"` stands for
    all items), put into `template`; the own name where `name` is None, or where there is no such string and
    `own_name_default`. `namespace` leads to another namespace than the maker's own; `anywhere` means namespaces that
    only the operator knows. `prefix`: the name is only how it begins. `only_if` is a field that must be true;
    `unless` a field with the text that means that nothing is made.
    """

    makes: tuple[str, str]
    name: FieldPath | None = None
    template: str = "{}"
    own_name_default: bool = False
    namespace: FieldPath | None = None
    anywhere: bool = False
    prefix: bool = False
    only_if: FieldPath | None = None
    unless: tuple[FieldPath, frozenset[str]] | None = None


def _secrets(*templates: str) -> tuple[Maker, ...]:
    return tuple(Maker(SECRET, template=template) for template in templates)


def _services(*templates: str) -> tuple[Maker, ...]:
    return tuple(Maker(SERVICE, template=template) for template in templates)


_VAULT_SECRET: Final = (
    # github.com/hashicorp/vault-secrets-operator, api/v1beta1 `Destination`: `create` is false by default.
    Maker(SECRET, ("spec", "destination", "name"), only_if=("spec", "destination", "create")),
)

MAKERS: Final[Mapping[tuple[str, str], tuple[Maker, ...]]] = {
    # github.com/bitnami-labs/sealed-secrets, sealedsecret_expansion.go `Unseal`: the Secret has the SealedSecret's own
    # name and namespace, whatever its template says.
    ("bitnami.com", "SealedSecret"): _secrets("{}"),
    # github.com/external-secrets/external-secrets, apis/externalsecrets/v1 `ExternalSecretTarget`: the name defaults to
    # the ExternalSecret's; the creation policies Merge and None do not create it.
    ("external-secrets.io", "ExternalSecret"): (
        Maker(
            SECRET,
            ("spec", "target", "name"),
            own_name_default=True,
            unless=(("spec", "target", "creationPolicy"), frozenset({"Merge", "None"})),
        ),
    ),
    # The same, `ClusterExternalSecretSpec`: namespaces are chosen by label.
    ("external-secrets.io", "ClusterExternalSecret"): (
        Maker(SECRET, ("spec", "externalSecretSpec", "target", "name"), anywhere=True),
        Maker(SECRET, ("spec", "externalSecretName"), own_name_default=True, anywhere=True),
    ),
    # github.com/external-secrets/kubernetes-external-secrets (archived).
    ("kubernetes-client.io", "ExternalSecret"): _secrets("{}"),
    # github.com/cert-manager/cert-manager, pkg/apis/certmanager/v1 `CertificateSpec`, and `ACMEIssuer` of acme/v1. A
    # ClusterIssuer's key lives in the cluster resource namespace, which is an option of the controller.
    ("cert-manager.io", "Certificate"): (Maker(SECRET, ("spec", "secretName")),),
    ("cert-manager.io", "Issuer"): (Maker(SECRET, ("spec", "acme", "privateKeySecretRef", "name")),),
    ("cert-manager.io", "ClusterIssuer"): (
        Maker(SECRET, ("spec", "acme", "privateKeySecretRef", "name"), anywhere=True),
    ),
    # github.com/cert-manager/trust-manager, pkg/apis/trust/v1alpha1 `BundleTarget`: the Bundle's name, every namespace.
    ("trust.cert-manager.io", "Bundle"): (Maker(CONFIG_MAP, anywhere=True), Maker(SECRET, anywhere=True)),
    ("secrets.hashicorp.com", "VaultStaticSecret"): _VAULT_SECRET,
    ("secrets.hashicorp.com", "VaultDynamicSecret"): _VAULT_SECRET,
    ("secrets.hashicorp.com", "VaultPKISecret"): _VAULT_SECRET,
    ("secrets.hashicorp.com", "HCPVaultSecretsApp"): _VAULT_SECRET,
    # github.com/ricoberger/vault-secrets-operator: the own name.
    ("ricoberger.de", "VaultSecret"): _secrets("{}"),
    # github.com/1Password/onepassword-operator, README: "a Secret with the same name".
    ("onepassword.com", "OnePasswordItem"): _secrets("{}"),
    # github.com/kubernetes-sigs/secrets-store-csi-driver, apis/v1 `SecretObject`: made once a pod mounts it.
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"): (
        Maker(SECRET, ("spec", "secretObjects", "*", "secretName")),
    ),
    # github.com/Infisical/kubernetes-operator, api/v1alpha1 `ManagedKubeSecretConfig`.
    ("secrets.infisical.com", "InfisicalSecret"): (
        Maker(
            SECRET,
            ("spec", "managedSecretReference", "secretName"),
            namespace=("spec", "managedSecretReference", "secretNamespace"),
        ),
        Maker(SECRET, ("spec", "managedKubeSecretReferences", "*", "secretName"), anywhere=True),
        Maker(CONFIG_MAP, ("spec", "managedKubeConfigMapReferences", "*", "configMapName"), anywhere=True),
    ),
    # github.com/bitwarden/sm-kubernetes, api/v1 `BitwardenSecretSpec`.
    ("k8s.bitwarden.com", "BitwardenSecret"): (Maker(SECRET, ("spec", "secretName")),),
    # github.com/DopplerHQ/kubernetes-operator, api/v1alpha1 `ManagedSecretReference`.
    ("secrets.doppler.com", "DopplerSecret"): (
        Maker(SECRET, ("spec", "managedSecret", "name"), namespace=("spec", "managedSecret", "namespace")),
    ),
    # github.com/isindir/sops-secrets-operator, api/v1alpha3 `SopsSecretTemplate`.
    ("isindir.github.com", "SopsSecret"): (Maker(SECRET, ("spec", "secretTemplates", "*", "name")),),
    # github.com/SparebankenVest/azure-key-vault-to-kubernetes, `AzureKeyVaultSecretOutput`.
    ("spv.no", "AzureKeyVaultSecret"): (
        Maker(SECRET, ("spec", "output", "secret", "name")),
        Maker(CONFIG_MAP, ("spec", "output", "configMap", "name")),
    ),
    # github.com/mittwald/kubernetes-secret-generator: the own name.
    ("secretgenerator.mittwald.de", "StringSecret"): _secrets("{}"),
    ("secretgenerator.mittwald.de", "BasicAuth"): _secrets("{}"),
    ("secretgenerator.mittwald.de", "SSHKeyPair"): _secrets("{}"),
    # github.com/flux-iac/tofu-controller, api/v1alpha2 `WriteOutputsToSecretSpec`.
    ("infra.contrib.fluxcd.io", "Terraform"): (Maker(SECRET, ("spec", "writeOutputsToSecret", "name")),),
    # github.com/kubernetes-sigs/cluster-api, util/secret: purposes of a cluster's Secrets.
    ("cluster.x-k8s.io", "Cluster"): _secrets("{}-kubeconfig", "{}-ca", "{}-etcd", "{}-sa", "{}-proxy"),
    # github.com/cloudnative-pg/cloudnative-pg, api/v1 (`ApplicationUserSecretSuffix` and its neighbours).
    ("postgresql.cnpg.io", "Cluster"): (
        *_secrets("{}-app", "{}-superuser", "{}-ca", "{}-server", "{}-replication"),
        *_services("{}-rw", "{}-ro", "{}-r"),
        Maker(SERVICE, ("spec", "managed", "services", "additional", "*", "serviceTemplate", "metadata", "name")),
    ),
    ("postgresql.cnpg.io", "Pooler"): _services("{}"),
    # github.com/zalando/postgres-operator, `secretNameTemplate`: `{user}.{cluster}.credentials...`; any user.
    ("acid.zalan.do", "postgresql"): (
        Maker(SECRET, template="", prefix=True),
        *_services("{}", "{}-repl", "{}-pooler"),
    ),
    # github.com/CrunchyData/postgres-operator, naming/names.go.
    ("postgres-operator.crunchydata.com", "PostgresCluster"): (
        Maker(SECRET, template="{}-", prefix=True),
        Maker(SERVICE, template="{}-", prefix=True),
    ),
    # github.com/strimzi/strimzi-kafka-operator, api `KafkaResources`; a KafkaUser's Secret has its name (a prefix is an
    # option of the operator).
    ("kafka.strimzi.io", "Kafka"): (
        *_secrets("{}-cluster-ca-cert", "{}-clients-ca-cert", "{}-cluster-ca", "{}-clients-ca"),
        Maker(SERVICE, template="{}-kafka-", prefix=True),
    ),
    ("kafka.strimzi.io", "KafkaUser"): _secrets("{}"),
    ("kafka.strimzi.io", "KafkaConnect"): _services("{}-connect-api"),
    ("kafka.strimzi.io", "KafkaBridge"): _services("{}-bridge-service"),
    # github.com/rabbitmq/cluster-operator and messaging-topology-operator.
    ("rabbitmq.com", "RabbitmqCluster"): (
        *_secrets("{}-default-user", "{}-erlang-cookie"),
        *_services("{}", "{}-nodes"),
    ),
    ("rabbitmq.com", "User"): _secrets("{}-user-credentials"),
    # github.com/mongodb/mongodb-kubernetes: `<name>-<db>-<user>` connection strings, `<name>-svc`.
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): (
        Maker(SECRET, template="{}-", prefix=True),
        Maker(SECRET, ("spec", "users", "*", "connectionStringSecretName")),
        *_services("{}-svc"),
    ),
    # github.com/percona/percona-server-mongodb-operator and siblings: `<name>-` throughout.
    ("psmdb.percona.com", "PerconaServerMongoDB"): (
        Maker(SECRET, template="{}-", prefix=True),
        Maker(SERVICE, template="{}-", prefix=True),
    ),
    ("pxc.percona.com", "PerconaXtraDBCluster"): (
        Maker(SECRET, template="{}-", prefix=True),
        Maker(SERVICE, template="{}-", prefix=True),
    ),
    # github.com/elastic/cloud-on-k8s, common/name: `<name>-es-`, `<name>-kb-`, `<name>-apm-`...
    **{
        (f"{group}.k8s.elastic.co", kind): (
            Maker(SECRET, template=f"{{}}-{short}-", prefix=True),
            Maker(SERVICE, template=f"{{}}-{short}-", prefix=True),
        )
        for group, kind, short in (
            ("elasticsearch", "Elasticsearch", "es"),
            ("kibana", "Kibana", "kb"),
            ("apm", "ApmServer", "apm"),
            ("enterprisesearch", "EnterpriseSearch", "ent"),
            ("logstash", "Logstash", "ls"),
            ("agent", "Agent", "agent"),
        )
    },
    # github.com/mariadb-operator/mariadb-operator, api/v1alpha1: generated root password, Services.
    ("k8s.mariadb.com", "MariaDB"): (
        *_secrets("{}-root", "{}-password"),
        Maker(
            SECRET,
            ("spec", "rootPasswordSecretKeyRef", "name"),
            only_if=("spec", "rootPasswordSecretKeyRef", "generate"),
        ),
        *_services("{}", "{}-internal", "{}-primary", "{}-secondary"),
    ),
    # github.com/dragonflydb/dragonfly-operator, internal/resources: a Service of the own name.
    ("dragonflydb.io", "Dragonfly"): _services("{}"),
    # github.com/spotahome/redis-operator, service/constants.go.
    ("databases.spotahome.com", "RedisFailover"): _services("rfs-{}", "rfr-{}", "rfrm-{}", "rfrs-{}"),
    ("redis.redis.opstreelabs.in", "Redis"): _services("{}", "{}-headless", "{}-additional"),
    # github.com/kube-object-storage/lib-bucket-provisioner: a claim's ConfigMap and Secret have its name.
    ("objectbucket.io", "ObjectBucketClaim"): (Maker(SECRET), Maker(CONFIG_MAP)),
    # github.com/rook/rook, object/user.go: `rook-ceph-object-user-<store>-<user>`.
    ("ceph.rook.io", "CephObjectStoreUser"): (Maker(SECRET, template="rook-ceph-object-user-", prefix=True),),
    ("ceph.rook.io", "CephObjectStore"): _services("rook-ceph-rgw-{}"),
    ("minio.min.io", "Tenant"): (
        *_services("minio", "{}-hl", "{}-console"),
        Maker(SECRET, template="{}-", prefix=True),
    ),
    # github.com/prometheus-operator/prometheus-operator: governing Services; others come from the chart.
    ("monitoring.coreos.com", "Prometheus"): _services("prometheus-operated"),
    ("monitoring.coreos.com", "Alertmanager"): _services("alertmanager-operated"),
    ("monitoring.coreos.com", "ThanosRuler"): _services("thanos-ruler-operated"),
    # github.com/VictoriaMetrics/operator, `PrefixedName`.
    **{
        ("operator.victoriametrics.com", kind): _services(*(f"{prefix}-{{}}" for prefix in prefixes))
        for kind, prefixes in (
            ("VMSingle", ("vmsingle",)),
            ("VMAgent", ("vmagent",)),
            ("VMAlert", ("vmalert",)),
            ("VMAlertmanager", ("vmalertmanager",)),
            ("VMAuth", ("vmauth",)),
            ("VMCluster", ("vmselect", "vminsert", "vmstorage")),
            ("VLSingle", ("vlsingle",)),
            ("VLogs", ("vlogs",)),
            ("VLCluster", ("vlselect", "vlinsert", "vlstorage")),
        )
    },
    # github.com/grafana/grafana-operator, controllers/model.
    ("grafana.integreatly.org", "Grafana"): (
        *_services("{}-service", "{}-alerting"),
        *_secrets("{}-admin-credentials"),
        Maker(SECRET, ("spec", "secretName")),
    ),
    ("grafana.integreatly.org", "GrafanaServiceAccount"): (Maker(SECRET, ("spec", "tokens", "*", "secretName")),),
    # github.com/open-telemetry/opentelemetry-operator, internal/naming; github.com/jaegertracing/jaeger-operator.
    ("opentelemetry.io", "OpenTelemetryCollector"): _services(
        "{}-collector", "{}-collector-headless", "{}-collector-monitoring"
    ),
    ("jaegertracing.io", "Jaeger"): (Maker(SERVICE, template="{}-", prefix=True),),
    # github.com/knative/serving: a route's placeholder Service has the Service's name.
    ("serving.knative.dev", "Service"): _services("{}"),
    # github.com/kedacore/keda, `getHPAName`.
    ("keda.sh", "ScaledObject"): (Maker(("autoscaling", "HorizontalPodAutoscaler"), template="keda-hpa-{}"),),
    # github.com/keycloak/keycloak, operator: `<name>-service`, `<name>-initial-admin`.
    ("k8s.keycloak.org", "Keycloak"): (*_services("{}-service", "{}-discovery"), *_secrets("{}-initial-admin")),
}

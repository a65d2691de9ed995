"""What an object makes exist beside itself: what a rule must know before it calls a reference dangling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gitops_guard.graph.artifacts import EXTENSIONS_GROUP, artifact_generator
from gitops_guard.graph.fields import items_at, raw_at
from gitops_guard.graph.flagger import FLAGGER_GROUP, flagger_canary
from gitops_guard.graph.helm import HELM_GROUP, helm_release
from gitops_guard.graph.makers import MAKERS, Maker
from gitops_guard.graph.operator import OPERATOR_GROUP, flux_instance
from gitops_guard.graph.provided import Names, Provided
from gitops_guard.graph.routes import GATEWAY_GROUP, INGRESS_GROUPS
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import FieldPath, list_at, lookup, mapping_at, text_at
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown


def provides(value: Mapping[str, object]) -> Iterator[Provided]:
    """Everything that `value` makes exist, itself left out. An unknown name is provided as "any name"."""
    identity = ResourceId.of(value)
    made: list[Provided] = []
    for maker in MAKERS.get((identity.group, identity.kind), ()):
        made.extend(_made_by(maker, value, identity))
    special = _SPECIAL.get((identity.group, identity.kind))
    if special is not None:
        made.extend(special(value, identity))
    made.extend(_connection_secret(value, identity))
    yield from made
    yield from _copies(value, identity, made)


def _made_by(maker: Maker, value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    if maker.only_if is not None and raw_at(value, *maker.only_if) in (None, False):
        return
    if maker.unless is not None and text_at(value, *maker.unless[0]) in maker.unless[1]:
        return
    names: list[object] = [identity.name] if maker.name is None else list(_every(value, maker.name))
    if not names and maker.own_name_default:
        names = [identity.name]
    namespace = (raw_at(value, *maker.namespace) if maker.namespace else None) or identity.namespace
    for name in names:
        yield _provided(
            maker.makes,
            namespace,
            name,
            identity,
            template=maker.template,
            prefix=maker.prefix,
            anywhere=maker.anywhere,
        )


def _provided(
    kind: tuple[str, str],
    namespace: object,
    name: object,
    how: ResourceId | str,
    *,
    template: str = "{}",
    prefix: bool = False,
    anywhere: bool = False,
) -> Provided:
    """An unknown name or namespace widens what is provided: better a reference not judged than one wrongly blamed.

    `how` is a sentence, or the object that makes it.
    """
    stated = name if isinstance(name, str) else ""
    anywhere = anywhere or not isinstance(namespace, str) or not namespace
    return Provided(
        ResourceId(*kind, "" if anywhere else str(namespace), template.replace("{}", stated) if stated else ""),
        how if isinstance(how, str) else f"{how} makes it",
        anywhere,
        Names.PREFIX if prefix or not stated else Names.EXACT,
    )


def _every(value: object, path: FieldPath) -> Iterator[object]:
    """The strings and unknowns at `path`, where `"*"` stands for every item of a list."""
    if "*" in path:
        star = path.index("*")
        for item in list_at(value, *path[:star]):
            yield from _every(item, path[star + 1 :])
        return
    found = lookup(value, path)
    if (isinstance(found, str) and found) or isinstance(found, Unknown):
        yield found


def _connection_secret(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    """Crossplane: any managed resource or claim may write one (crossplane-runtime, `SecretReference`).

    Azure Service Operator: any resource may write what `spec.operatorSpec` names (genruntime, `SecretDestination`).
    """
    connection = mapping_at(value, "spec", "writeConnectionSecretToRef")
    if connection:
        namespace = raw_at(connection, "namespace") or identity.namespace
        yield _provided(("", "Secret"), namespace, raw_at(connection, "name"), identity)
    for field, kind in (("secrets", "Secret"), ("configMaps", "ConfigMap")):
        for destination in mapping_at(value, "spec", "operatorSpec", field).values():
            name = raw_at(destination, "name")
            if name is not None:
                yield _provided(("", kind), identity.namespace, name, identity)


def _canary(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    view = flagger_canary(value)
    if view is None:
        return
    for name in view.service_names or (None,):
        yield _provided(("", "Service"), identity.namespace, name, identity)
    for ref in (view.target, view.autoscaler):
        if ref is not None:
            name = ref.target.name if ref.complete else None
            kind = (ref.target.group, ref.target.kind)
            yield _provided(kind, identity.namespace, name, identity, template="{}-primary")


def _volume_claims(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    """`<template>-<name>-<ordinal>` (k8s.io/kubernetes, pkg/controller/statefulset, `getPersistentVolumeClaimName`)."""
    for _, template in items_at(value, ("spec", "volumeClaimTemplates")):
        name = raw_at(template, "metadata", "name")
        claim = f"{name}-{identity.name}-" if isinstance(name, str) and identity.name else None
        yield _provided(("", "PersistentVolumeClaim"), identity.namespace, claim, identity, prefix=True)


_SHIM_ANNOTATIONS: Final = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme")


def _shimmed(value: Mapping[str, object]) -> bool:
    """cert-manager's ingress-shim and gateway-shim make a Certificate for what carries one of its annotations."""
    annotations = mapping_at(value, "metadata", "annotations")
    return any(key in annotations for key in _SHIM_ANNOTATIONS)


def _ingress(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    for _, item in items_at(value, ("spec", "tls")) if _shimmed(value) else ():
        if raw_at(item, "secretName") is not None:
            yield _provided(
                ("", "Secret"), identity.namespace, raw_at(item, "secretName"), f"cert-manager makes it for {identity}"
            )


def _gateway(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    for listener, _ in items_at(value, ("spec", "listeners")) if _shimmed(value) else ():
        for _, ref in items_at(value, (*listener, "tls", "certificateRefs")):
            namespace = raw_at(ref, "namespace") or identity.namespace
            yield _provided(("", "Secret"), namespace, raw_at(ref, "name"), f"cert-manager makes it for {identity}")


def _service(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    """OpenShift's service CA makes the Secret that this annotation names (openshift/service-ca-operator)."""
    for version in ("beta", "alpha"):
        key = f"service.{version}.openshift.io/serving-cert-secret-name"
        name = raw_at(value, "metadata", "annotations", key)
        if name is not None:
            yield _provided(("", "Secret"), identity.namespace, name, identity)


def _external_artifacts(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    generator = artifact_generator(value)
    for artifact in generator.artifacts if generator else ():
        # With a path pattern, names are templates over the folders that match.
        name = None if generator and generator.path_pattern else artifact.name
        yield _provided((SOURCE_GROUP, "ExternalArtifact"), identity.namespace, name, identity)


def _instance(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    view = flux_instance(value)
    if view is not None and view.sync is not None:
        for made in (view.sync.source, view.sync.kustomization):
            yield _provided((made.group, made.kind), made.namespace, made.name, identity)


def _helm_chart(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    """`<namespace>-<name>`, in the namespace of the chart's source (helm-controller, `GetHelmChartName`)."""
    view = helm_release(value)
    if view is not None and view.chart is not None and view.chart.source is not None:
        name = f"{identity.namespace}-{identity.name}" if identity.namespace and identity.name else None
        yield _provided((SOURCE_GROUP, "HelmChart"), view.chart.source.target.namespace, name, identity)


def _kyverno(value: Mapping[str, object], identity: ResourceId) -> Iterator[Provided]:
    """`generate` rules of Kyverno policies (kyverno, api/kyverno/v1 `Generation`)."""
    for _, rule in items_at(value, ("spec", "rules")):
        generate = mapping_at(rule, "generate")
        for item in (generate, *(entry for _, entry in items_at(generate, ("foreach",)))):
            kinds = [
                text_at(item, "kind"),
                *(str(kind).rpartition("/")[2] for kind in list_at(item, "cloneList", "kinds")),
            ]
            for kind in filter(None, kinds):
                name = raw_at(item, "name")
                known = name if isinstance(name, str) and "{{" not in name else None
                yield _provided((text_at(item, "apiVersion").rpartition("/")[0], kind), None, known, identity)


# Annotations that copy an object into other namespaces.
_COPYING: Final = (
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",  # github.com/emberstack/kubernetes-reflector
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "replicator.v1.mittwald.de/replicate-to",  # github.com/mittwald/kubernetes-replicator
    "replicator.v1.mittwald.de/replicate-to-matching",
    "kubed.appscode.com/sync",  # github.com/kubeops/config-syncer
)
# Where makers keep the annotations of what they make: SealedSecret, ExternalSecret, Certificate.
_TEMPLATE_ANNOTATIONS: Final[tuple[FieldPath, ...]] = (
    ("spec", "template", "metadata", "annotations"),
    ("spec", "target", "template", "metadata", "annotations"),
    ("spec", "secretTemplate", "annotations"),
)


def _copies(value: Mapping[str, object], identity: ResourceId, made: list[Provided]) -> Iterator[Provided]:
    """Copies of a ConfigMap or Secret, or of one that `value` makes, in namespaces that only an operator knows."""
    originals: list[ResourceId] = []
    if (
        identity.group == ""
        and identity.kind in ("ConfigMap", "Secret")
        and _asks_for_copies(value, ("metadata", "annotations"))
    ):
        originals.append(identity)
    if made and any(_asks_for_copies(value, path) for path in _TEMPLATE_ANNOTATIONS):
        originals.extend(item.id for item in made if item.id.kind in ("ConfigMap", "Secret"))
    for original in originals:
        yield _provided((original.group, original.kind), None, original.name, f"a copy of {original}")


def _asks_for_copies(value: Mapping[str, object], path: FieldPath) -> bool:
    annotations = mapping_at(value, *path)
    return any(annotations.get(key) not in (None, "", "false") for key in _COPYING)


Extractor = Callable[[Mapping[str, object], ResourceId], Iterator[Provided]]

_SPECIAL: Final[Mapping[tuple[str, str], Extractor]] = {
    (FLAGGER_GROUP, "Canary"): _canary,
    ("apps", "StatefulSet"): _volume_claims,
    **{(group, "Ingress"): _ingress for group in INGRESS_GROUPS},
    (GATEWAY_GROUP, "Gateway"): _gateway,
    ("", "Service"): _service,
    (EXTENSIONS_GROUP, "ArtifactGenerator"): _external_artifacts,
    (OPERATOR_GROUP, "FluxInstance"): _instance,
    (HELM_GROUP, "HelmRelease"): _helm_chart,
    ("kyverno.io", "ClusterPolicy"): _kyverno,
    ("kyverno.io", "Policy"): _kyverno,
}

# What every cluster has, or what a component puts into every namespace.
_EVERYWHERE: Final[Mapping[tuple[str, str, str], str]] = {
    ("", "ConfigMap", "kube-root-ca.crt"): "Kubernetes puts it into every namespace",
    ("", "ConfigMap", "openshift-service-ca.crt"): "OpenShift puts it into every namespace",
    ("", "ConfigMap", "istio-ca-root-cert"): "Istio puts it into every namespace",
    ("", "ConfigMap", "linkerd-identity-trust-roots"): "Linkerd's own chart makes it",
    ("", "ServiceAccount", "default"): "Kubernetes puts it into every namespace",
}
_SYSTEM: Final[Mapping[tuple[str, str], str]] = {
    ("default", "kubernetes"): "every cluster has it",
    ("kube-system", "kube-dns"): "every cluster has it",
}


def exists_anyway(target: ResourceId) -> str:
    """Why `target` exists in clusters without anybody declaring it; empty where it does not."""
    found = _EVERYWHERE.get((target.group, target.kind, target.name), "")
    if not found and (target.group, target.kind) == ("", "Service"):
        found = _SYSTEM.get((target.namespace, target.name), "")
    return found

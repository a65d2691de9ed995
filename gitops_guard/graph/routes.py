"""What Ingresses, Gateways and routes refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.graph.fields import ObjectRef, items_at, raw_at, reference_at
from gitops_guard.graph.reference import Reference, Role
from gitops_guard.model.fieldpath import FieldPath, text_at
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown

GATEWAY_GROUP: Final = "gateway.networking.k8s.io"
INGRESS_GROUPS: Final = ("networking.k8s.io", "extensions")


def ingress_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Backends and TLS Secrets of an Ingress (`networking.k8s.io/v1`, and the older form of `v1beta1`)."""
    namespace = ResourceId.of(value).namespace
    yield from _ingress_backend(value, ("spec", "defaultBackend"), namespace)
    yield from _ingress_backend(value, ("spec", "backend"), namespace)
    for rule, _ in items_at(value, ("spec", "rules")):
        for path, _ in items_at(value, (*rule, "http", "paths")):
            yield from _ingress_backend(value, (*path, "backend"), namespace)
    for path, item in items_at(value, ("spec", "tls")):
        yield from _named(item, (*path, "secretName"), "Secret", namespace, Role.TLS, "tls of the Ingress")


def _ingress_backend(value: Mapping[str, object], path: FieldPath, namespace: str) -> Iterator[Reference]:
    service = reference_at(value, (*path, "service"), group="", kind="Service", namespace=namespace, local=True)
    if service is not None:
        yield Reference.of(service, Role.BACKEND, "backend of the Ingress")
    backend = raw_at(value, *path)
    if isinstance(backend, Mapping):  # v1beta1
        yield from _named(backend, (*path, "serviceName"), "Service", namespace, Role.BACKEND, "backend of the Ingress")


def _named(
    item: Mapping[str, object], path: FieldPath, kind: str, namespace: str, role: Role, why: str
) -> Iterator[Reference]:
    name = raw_at(item, path[-1])
    if isinstance(name, Unknown):
        yield Reference(ResourceId("", kind, namespace, ""), path, False, why, role, name)
    elif isinstance(name, str) and name:
        yield Reference(ResourceId("", kind, namespace, name), path, False, why, role)


def route_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Backends of an HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute.

    A missing group is the core group, a missing kind Service, a missing namespace the route's own
    (Gateway API, `BackendObjectReference`). A mirror filter names a backend as well.
    """
    identity = ResourceId.of(value)
    why = f"backend of the {identity.kind}"
    for rule, _ in items_at(value, ("spec", "rules")):
        for path, _ in items_at(value, (*rule, "backendRefs")):
            yield from _backend(value, path, identity.namespace, why)
        for path, _ in items_at(value, (*rule, "filters")):
            yield from _backend(value, (*path, "requestMirror", "backendRef"), identity.namespace, why)


def _backend(value: Mapping[str, object], path: FieldPath, namespace: str, why: str) -> Iterator[Reference]:
    ref = _gateway_reference(value, path, "Service", namespace)
    if ref is not None:
        yield Reference.of(ref, Role.BACKEND, why)


def _gateway_reference(value: Mapping[str, object], path: FieldPath, kind: str, namespace: str) -> ObjectRef | None:
    return reference_at(value, path, group=text_at(value, *path, "group"), kind=kind, namespace=namespace)


def gateway_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Certificates of a Gateway's listeners."""
    namespace = ResourceId.of(value).namespace
    for listener, _ in items_at(value, ("spec", "listeners")):
        for path, _ in items_at(value, (*listener, "tls", "certificateRefs")):
            ref = _gateway_reference(value, path, "Secret", namespace)
            if ref is not None:
                yield Reference.of(ref, Role.TLS, "certificate of the Gateway")

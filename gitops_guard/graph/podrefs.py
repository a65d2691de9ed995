"""What pods need to start: ConfigMaps, Secrets, ServiceAccounts, volume claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, items_at, raw_at, reference_at
from gitops_guard.graph.pods import containers, pod_specs
from gitops_guard.graph.reference import Reference, Role
from gitops_guard.model.fieldpath import FieldPath, text_at
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown

# k8s.io/api core/v1 `VolumeSource`: field, the key of the name in it, kind.
_VOLUME_SOURCES: Final = (
    ("configMap", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
)
_PROJECTED: Final = (("configMap", "ConfigMap"), ("secret", "Secret"))


def pod_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """Every reference of every pod spec of the object; none where its kind describes no pods."""
    for path, spec in pod_specs(value):
        namespace = ResourceId.of(value).namespace
        yield from _image_pull(value, path, namespace)
        yield from _service_account(spec, path, namespace)
        for volume, _ in items_at(value, (*path, "volumes")):
            yield from _volume(value, volume, namespace)
        for container, _ in containers(value):
            yield from _environment(value, container, namespace)


def service_account_references(value: Mapping[str, object]) -> Iterator[Reference]:
    """`imagePullSecrets` of a ServiceAccount."""
    yield from _image_pull(value, (), ResourceId.of(value).namespace)


def _image_pull(value: Mapping[str, object], path: FieldPath, namespace: str) -> Iterator[Reference]:
    for at, _ in items_at(value, (*path, "imagePullSecrets")):
        ref = reference_at(value, at, group="", kind="Secret", namespace=namespace, local=True)
        if ref is not None:
            yield Reference.of(_of_kind(ref, "Secret"), Role.IMAGE_PULL, "imagePullSecrets")


def _of_kind(ref: ObjectRef, kind: str) -> ObjectRef:
    """A reference whose type has no field `kind`: a written one is ignored."""
    target = ref.target
    return ObjectRef(ResourceId("", kind, target.namespace, target.name), ref.path, ref.unknown)


def _service_account(spec: Mapping[str, object], path: FieldPath, namespace: str) -> Iterator[Reference]:
    # `serviceAccount` is the deprecated alias of the same field.
    for key in ("serviceAccountName", "serviceAccount"):
        name = raw_at(spec, key)
        if (isinstance(name, str) and name) or isinstance(name, Unknown):
            yield _reference("ServiceAccount", namespace, name, (*path, key), Role.SERVICE_ACCOUNT, key)
            return


def _reference(
    kind: str, namespace: str, name: str | Unknown, path: FieldPath, role: Role, why: str, optional: object = False
) -> Reference:
    known = "" if isinstance(name, Unknown) else name
    ref = ObjectRef(ResourceId("", kind, namespace, known), path, name if isinstance(name, Unknown) else None)
    return Reference.of(ref, role, why, optional=optional)


def _volume(value: Mapping[str, object], path: FieldPath, namespace: str) -> Iterator[Reference]:
    for field, key, kind in _VOLUME_SOURCES:
        name = raw_at(value, *path, field, key)
        if (isinstance(name, str) and name) or isinstance(name, Unknown):
            optional = flag_at(value, *path, field, "optional")
            yield _reference(kind, namespace, name, (*path, field, key), Role.CONFIG, "a volume", optional)
    for source, _ in items_at(value, (*path, "projected", "sources")):
        for field, kind in _PROJECTED:
            name = raw_at(value, *source, field, "name")
            if (isinstance(name, str) and name) or isinstance(name, Unknown):
                optional = flag_at(value, *source, field, "optional")
                at = (*source, field, "name")
                yield _reference(kind, namespace, name, at, Role.CONFIG, "a projected volume", optional)
    claim = raw_at(value, *path, "persistentVolumeClaim", "claimName")
    if (isinstance(claim, str) and claim) or isinstance(claim, Unknown):
        at = (*path, "persistentVolumeClaim", "claimName")
        yield _reference("PersistentVolumeClaim", namespace, claim, at, Role.VOLUME_CLAIM, "a volume")


def _environment(value: Mapping[str, object], path: FieldPath, namespace: str) -> Iterator[Reference]:
    for source, _ in items_at(value, (*path, "envFrom")):
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            yield from _selected(value, (*source, field), kind, namespace, f"envFrom.{field}")
    for variable, stated in items_at(value, (*path, "env")):
        if "valueFrom" not in stated:
            continue  # most variables are plain values
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            yield from _selected(value, (*variable, "valueFrom", field), kind, namespace, f"env.valueFrom.{field}")


def _selected(value: Mapping[str, object], path: FieldPath, kind: str, namespace: str, why: str) -> Iterator[Reference]:
    ref = reference_at(value, path, group="", kind=kind, namespace=namespace, local=True)
    if ref is not None:
        optional = flag_at(value, *path, "optional")
        yield Reference.of(_of_kind(ref, kind), Role.CONFIG, why, optional=optional, key=text_at(value, *path, "key"))

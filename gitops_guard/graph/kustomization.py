"""Flux's Kustomization as a type (github.com/fluxcd/kustomize-controller, api/v1/kustomization_types.go)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, items_at, raw_at, reference_at, texts_at
from gitops_guard.graph.sources import SOURCE_GROUP
from gitops_guard.model.fieldpath import list_at, mapping_at
from gitops_guard.model.resource import ResourceId, kind_of
from gitops_guard.model.unknown import Unknown

KUSTOMIZE_GROUP: Final = "kustomize.toolkit.fluxcd.io"


@dataclass(frozen=True, slots=True)
class SubstituteFrom:
    """One entry of `postBuild.substituteFrom`: a ConfigMap or Secret in the Kustomization's own namespace."""

    ref: ObjectRef
    optional: bool | Unknown


@dataclass(frozen=True, slots=True)
class PostBuild:
    """`substitute` wins over `substituteFrom`; of several `substituteFrom` the later one wins.

    `always` is `substituteStrategy: Always`; otherwise (`WithVariables`) Flux substitutes nothing where no variable is
    supplied at all (`GetSubstituteStrategy`).
    """

    substitute: Mapping[str, object]
    substitute_from: tuple[SubstituteFrom, ...]
    always: bool = False


@dataclass(frozen=True, slots=True)
class FluxKustomization:
    """Scalar fields are `object`: a string, an `Unknown`, None where absent, or junk of another type.

    `path` absent or empty is the source's root. `source` defaults to the own namespace. Patches, images and labels stay
    as they are written, for whoever builds.
    """

    id: ResourceId
    path: object
    source: ObjectRef | None
    depends_on: tuple[ObjectRef, ...]
    post_build: PostBuild | None
    target_namespace: object
    name_prefix: object
    name_suffix: object
    patches: tuple[object, ...]
    images: tuple[object, ...]
    components: tuple[str | Unknown, ...]
    ignore_missing_components: bool | Unknown
    common_labels: Mapping[str, object]
    common_annotations: Mapping[str, object]
    prune: bool | Unknown
    suspend: bool | Unknown
    force: bool | Unknown
    wait: bool | Unknown
    service_account: object
    kube_config: Mapping[str, object] | None
    """Set where it applies to another cluster than the one it lives in."""
    decryption_provider: object
    decryption_secret: ObjectRef | None
    deletion_policy: object


def flux_kustomization(value: Mapping[str, object]) -> FluxKustomization | None:
    """None where the object is no Flux Kustomization (kustomize's own kind has another group)."""
    if kind_of(value) != (KUSTOMIZE_GROUP, "Kustomization"):
        return None
    found = ResourceId.of(value)
    spec = mapping_at(value, "spec")
    kube_config = raw_at(spec, "kubeConfig")
    return FluxKustomization(
        id=found,
        path=raw_at(spec, "path"),
        source=reference_at(value, ("spec", "sourceRef"), group=SOURCE_GROUP, namespace=found.namespace),
        depends_on=depends_on(value, found),
        post_build=_post_build(value, found.namespace),
        target_namespace=raw_at(spec, "targetNamespace"),
        name_prefix=raw_at(spec, "namePrefix"),
        name_suffix=raw_at(spec, "nameSuffix"),
        patches=tuple(list_at(spec, "patches")),
        images=tuple(list_at(spec, "images")),
        components=texts_at(spec, "components"),
        ignore_missing_components=flag_at(spec, "ignoreMissingComponents"),
        common_labels=mapping_at(spec, "commonMetadata", "labels"),
        common_annotations=mapping_at(spec, "commonMetadata", "annotations"),
        prune=flag_at(spec, "prune"),
        suspend=flag_at(spec, "suspend"),
        force=flag_at(spec, "force"),
        wait=flag_at(spec, "wait"),
        service_account=raw_at(spec, "serviceAccountName"),
        kube_config=kube_config if isinstance(kube_config, Mapping) else None,
        decryption_provider=raw_at(spec, "decryption", "provider"),
        decryption_secret=reference_at(
            value, ("spec", "decryption", "secretRef"), group="", kind="Secret", namespace=found.namespace, local=True
        ),
        deletion_policy=raw_at(spec, "deletionPolicy"),
    )


def depends_on(value: Mapping[str, object], owner: ResourceId) -> tuple[ObjectRef, ...]:
    """`spec.dependsOn` of a Kustomization or HelmRelease: objects of the owner's kind, by default in its namespace."""
    references = (
        reference_at(value, path, group=owner.group, kind=owner.kind, namespace=owner.namespace)
        for path, _ in items_at(value, ("spec", "dependsOn"))
    )
    # The type has no field `kind`: a dependency is always of the owner's kind.
    return tuple(
        ObjectRef(ResourceId(owner.group, owner.kind, ref.target.namespace, ref.target.name), ref.path, ref.unknown)
        for ref in references
        if ref is not None
    )


def _post_build(value: Mapping[str, object], namespace: str) -> PostBuild | None:
    post_build = raw_at(value, "spec", "postBuild")
    if not isinstance(post_build, Mapping):
        return None
    path = ("spec", "postBuild", "substituteFrom")
    entries = (
        (reference_at(value, at, group="", namespace=namespace, local=True), flag_at(item, "optional"))
        for at, item in items_at(value, path)
    )
    return PostBuild(
        substitute=mapping_at(post_build, "substitute"),
        substitute_from=tuple(SubstituteFrom(ref, optional) for ref, optional in entries if ref is not None),
        always=raw_at(post_build, "substituteStrategy") == "Always",
    )

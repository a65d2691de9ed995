"""Flux sources as types (source.toolkit.fluxcd.io; github.com/fluxcd/source-controller, api/v1).

The fields are the same in `v1beta1` and `v1beta2`, so that views do not ask for the version. Scalar fields are
`object`: a string, an `Unknown`, None where absent, or junk of another type (which an API server refuses).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, items_at, raw_at, reference_at, texts_at
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.resource import ResourceId, kind_of
from gitops_guard.model.unknown import Unknown

SOURCE_GROUP: Final = "source.toolkit.fluxcd.io"


@dataclass(frozen=True, slots=True)
class GitRef:
    """`ref` of a GitRepository, or `checkout.ref` of an ImageUpdateAutomation.

    Flux's order of precedence: commit, name, semver, tag, branch; a commit may come with a branch
    (source-controller, `GitRepositoryRef`). With none of them Flux checks out the branch `master`.
    """

    path: FieldPath
    branch: object = None
    tag: object = None
    semver: object = None
    name: object = None
    commit: object = None


@dataclass(frozen=True, slots=True)
class GitInclude:
    """One entry of `include`: another GitRepository's files are copied into this one's artifact."""

    repository: ObjectRef
    from_path: object
    to_path: object


@dataclass(frozen=True, slots=True)
class GitRepository:
    """A git repository. `url` as written: `https://`, `ssh://`, or scp-like."""

    id: ResourceId
    url: object
    ref: GitRef | None
    ignore: object
    """`.gitignore`-like text; it adds to what `.sourceignore` files say."""
    includes: tuple[GitInclude, ...]
    sparse_checkout: tuple[str | Unknown, ...]
    verify: Mapping[str, object] | None
    """`{mode, secretRef}`; None where commits are not verified. Its path is `spec.verify`."""
    suspend: bool | Unknown


@dataclass(frozen=True, slots=True)
class OCIRef:
    """`ref` of an OCIRepository; precedence: digest, semver, tag. With none of them Flux takes the tag `latest`."""

    path: FieldPath
    digest: object = None
    semver: object = None
    tag: object = None


@dataclass(frozen=True, slots=True)
class OCIRepository:
    """An OCI artifact: manifests, or a chart that `chartRef` names."""

    id: ResourceId
    url: object
    ref: OCIRef | None
    ignore: object
    verify: Mapping[str, object] | None
    suspend: bool | Unknown


@dataclass(frozen=True, slots=True)
class Bucket:
    """An object store."""

    id: ResourceId
    bucket_name: object
    endpoint: object
    prefix: object
    ignore: object
    suspend: bool | Unknown


@dataclass(frozen=True, slots=True)
class HelmRepository:
    """A repository of charts."""

    id: ResourceId
    url: object
    type: object
    """`oci` or `default`; absent means default."""
    suspend: bool | Unknown


@dataclass(frozen=True, slots=True)
class HelmChart:
    """`version` is ignored unless the source is a HelmRepository; absent it is `*` (`HelmChartSpec`)."""

    id: ResourceId
    chart: object
    version: object
    version_path: FieldPath
    source: ObjectRef | None
    suspend: bool | Unknown


def _is(value: Mapping[str, object], kind: str) -> ResourceId | None:
    return ResourceId.of(value) if kind_of(value) == (SOURCE_GROUP, kind) else None


def _optional_mapping(value: object, *path: str | int) -> Mapping[str, object] | None:
    found = raw_at(value, *path)
    return found if isinstance(found, Mapping) else None


def git_ref(value: object, path: FieldPath) -> GitRef | None:
    """The git reference at `path`, or None where there is no mapping."""
    found = _optional_mapping(value, *path)
    if found is None:
        return None
    return GitRef(path, *(raw_at(found, key) for key in ("branch", "tag", "semver", "name", "commit")))


def git_repository(value: Mapping[str, object]) -> GitRepository | None:
    """None where the object is no GitRepository."""
    if (found := _is(value, "GitRepository")) is None:
        return None
    return GitRepository(
        id=found,
        url=raw_at(value, "spec", "url"),
        ref=git_ref(value, ("spec", "ref")),
        ignore=raw_at(value, "spec", "ignore"),
        includes=tuple(_includes(value, found.namespace)),
        sparse_checkout=texts_at(value, "spec", "sparseCheckout"),
        verify=_optional_mapping(value, "spec", "verify"),
        suspend=flag_at(value, "spec", "suspend"),
    )


def _includes(value: Mapping[str, object], namespace: str) -> Iterator[GitInclude]:
    for path, item in items_at(value, ("spec", "include")):
        repository = reference_at(
            value, (*path, "repository"), group=SOURCE_GROUP, kind="GitRepository", namespace=namespace, local=True
        )
        if repository is not None:
            yield GitInclude(repository, raw_at(item, "fromPath"), raw_at(item, "toPath"))


def oci_repository(value: Mapping[str, object]) -> OCIRepository | None:
    """None where the object is no OCIRepository."""
    if (found := _is(value, "OCIRepository")) is None:
        return None
    ref = _optional_mapping(value, "spec", "ref")
    return OCIRepository(
        id=found,
        url=raw_at(value, "spec", "url"),
        ref=None
        if ref is None
        else OCIRef(("spec", "ref"), raw_at(ref, "digest"), raw_at(ref, "semver"), raw_at(ref, "tag")),
        ignore=raw_at(value, "spec", "ignore"),
        verify=_optional_mapping(value, "spec", "verify"),
        suspend=flag_at(value, "spec", "suspend"),
    )


def bucket(value: Mapping[str, object]) -> Bucket | None:
    """None where the object is no Bucket."""
    if (found := _is(value, "Bucket")) is None:
        return None
    spec = mapping_at(value, "spec")
    return Bucket(
        id=found,
        bucket_name=raw_at(spec, "bucketName"),
        endpoint=raw_at(spec, "endpoint"),
        prefix=raw_at(spec, "prefix"),
        ignore=raw_at(spec, "ignore"),
        suspend=flag_at(spec, "suspend"),
    )


def helm_repository(value: Mapping[str, object]) -> HelmRepository | None:
    """None where the object is no HelmRepository."""
    if (found := _is(value, "HelmRepository")) is None:
        return None
    return HelmRepository(
        id=found,
        url=raw_at(value, "spec", "url"),
        type=raw_at(value, "spec", "type"),
        suspend=flag_at(value, "spec", "suspend"),
    )


def helm_chart(value: Mapping[str, object]) -> HelmChart | None:
    """None where the object is no HelmChart."""
    if (found := _is(value, "HelmChart")) is None:
        return None
    return HelmChart(
        id=found,
        chart=raw_at(value, "spec", "chart"),
        version=raw_at(value, "spec", "version"),
        version_path=("spec", "version"),
        source=reference_at(value, ("spec", "sourceRef"), group=SOURCE_GROUP, namespace=found.namespace, local=True),
        suspend=flag_at(value, "spec", "suspend"),
    )

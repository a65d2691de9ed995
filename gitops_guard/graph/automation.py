"""Flux's image automation as types (image.toolkit.fluxcd.io).

Fields: github.com/fluxcd/image-automation-controller, api/v1/imageupdateautomation_types.go and git.go;
github.com/fluxcd/image-reflector-controller, api/v1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.graph.fields import ObjectRef, flag_at, raw_at, reference_at
from gitops_guard.graph.sources import SOURCE_GROUP, GitRef, GitRepository, git_ref
from gitops_guard.model.resource import ResourceId, kind_of
from gitops_guard.model.unknown import Unknown

IMAGE_GROUP: Final = "image.toolkit.fluxcd.io"


@dataclass(frozen=True, slots=True)
class PushTarget:
    """Where an automation reads and writes, after Flux's defaults. A None branch: Flux refuses to run."""

    checkout: GitRef | None
    branch: object
    refspec: object
    """Pushed to as well, beside `branch`."""


@dataclass(frozen=True, slots=True)
class ImageUpdateAutomation:
    """`update_path` absent or empty is the repository's root. Scalar fields are `object` as in `sources`."""

    id: ResourceId
    source: ObjectRef | None
    checkout: GitRef | None
    push_branch: object
    push_refspec: object
    update_path: object
    suspend: bool | Unknown

    def push_target(self, repository: GitRepository | None) -> PushTarget:
        """Flux's defaults, with the GitRepository that `source` names (None where it is not known).

        A missing checkout is the GitRepository's own `ref`; a missing push branch is the branch of the checkout
        (image-automation-controller, internal/source/git.go, `configurePush`).
        """
        checkout = self.checkout or (repository.ref if repository else None)
        branch = self.push_branch or (checkout.branch if checkout else None)
        return PushTarget(checkout, branch, self.push_refspec)


@dataclass(frozen=True, slots=True)
class ImagePolicy:
    """`policy` is as written: `{semver: {range}}`, `{alphabetical: {order}}` or `{numerical: {order}}`."""

    id: ResourceId
    image_repository: ObjectRef | None
    policy: Mapping[str, object]
    filter_tags: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ImageRepository:
    """An image whose tags are scanned; `image` has no tag."""

    id: ResourceId
    image: object
    suspend: bool | Unknown


def _is(value: Mapping[str, object], kind: str) -> ResourceId | None:
    return ResourceId.of(value) if kind_of(value) == (IMAGE_GROUP, kind) else None


def image_update_automation(value: Mapping[str, object]) -> ImageUpdateAutomation | None:
    """None where the object is no ImageUpdateAutomation."""
    if (found := _is(value, "ImageUpdateAutomation")) is None:
        return None
    return ImageUpdateAutomation(
        id=found,
        source=reference_at(
            value, ("spec", "sourceRef"), group=SOURCE_GROUP, kind="GitRepository", namespace=found.namespace
        ),
        checkout=git_ref(value, ("spec", "git", "checkout", "ref")),
        push_branch=raw_at(value, "spec", "git", "push", "branch"),
        push_refspec=raw_at(value, "spec", "git", "push", "refspec"),
        update_path=raw_at(value, "spec", "update", "path"),
        suspend=flag_at(value, "spec", "suspend"),
    )


def image_policy(value: Mapping[str, object]) -> ImagePolicy | None:
    """None where the object is no ImagePolicy."""
    if (found := _is(value, "ImagePolicy")) is None:
        return None
    policy = raw_at(value, "spec", "policy")
    filter_tags = raw_at(value, "spec", "filterTags")
    return ImagePolicy(
        id=found,
        image_repository=reference_at(
            value,
            ("spec", "imageRepositoryRef"),
            group=IMAGE_GROUP,
            kind="ImageRepository",
            namespace=found.namespace,
        ),
        policy=policy if isinstance(policy, Mapping) else {},
        filter_tags=filter_tags if isinstance(filter_tags, Mapping) else {},
    )


def image_repository(value: Mapping[str, object]) -> ImageRepository | None:
    """None where the object is no ImageRepository."""
    if (found := _is(value, "ImageRepository")) is None:
        return None
    return ImageRepository(found, raw_at(value, "spec", "image"), flag_at(value, "spec", "suspend"))

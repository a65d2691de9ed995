"""Containers whose image is `latest`, or has no tag at all."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._unresolved import unresolved
from gitops_guard.graph.images import parse_image
from gitops_guard.graph.pods import containers
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown


def check(item: RenderedObject, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope object: everything that describes pods. `params: {digest: true}` asks for a digest as well."""
    wants_digest = context.params.get("digest") is True
    for path, container in containers(item.value):
        image, at = container.get("image"), (*path, "image")
        if isinstance(image, Unknown) and "@sha256:" in image.text:
            continue
        if reason := unresolved(image, context):
            yield NotJudged(reason, item, at, cause="unresolved")
            continue
        reference = parse_image(image) if isinstance(image, str) else None
        if reference is None or reference.digest:
            continue
        if not reference.tag and not context.fleet.rendered:
            yield NotJudged("nothing was rendered: kustomize may set the tag", item, at, cause=str(image))
            continue
        if not reference.tag:
            message = f"image {image} has no tag: every node pulls whatever `latest` is at that moment"
        elif reference.tag == "latest":
            message = f"image {image} is whatever was pushed last: a pod that restarts may run something new"
        elif wants_digest:
            message = f"image {image} has no digest: whoever can push to the registry can change what this tag holds"
        else:
            continue
        fix = (
            "add the digest, e.g. @sha256:..."
            if wants_digest
            else f"write the tag of a release, e.g. {_name(image)}:1.2.3"
        )
        yield Hit(message, item, at, fix=fix, cause=str(image))


def _name(image: object) -> str:
    return str(image).removesuffix(":latest")

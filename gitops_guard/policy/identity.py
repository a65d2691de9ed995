"""What makes two findings the same across commits: rule, resource, field and cause. Never a line, never an index."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from gitops_guard.model.fieldpath import MISSING, FieldPath, format_path, lookup
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId

# kustomize appends ten characters of this alphabet to what its generators make (a hash, with vowels and look-alikes
# replaced): the name changes with every edit of the content, and is still the same thing.
_HASH_SUFFIX: Final = re.compile(r"-[2456789bcdfghkmt]{10}(?![\w-])")
_GENERATED: Final = frozenset({"ConfigMap", "Secret"})

# Fields by which Kubernetes and Flux tell the items of their lists apart, the most telling first.
_MERGE_KEYS: Final = ("name", "mountPath", "containerPort", "port", "key", "ip", "type", "host", "path", "kind")


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """Sameness. Pairing gives up `file` where files move, and takes `shape` for `field` where items have no names."""

    rule: str
    resource: str
    field: str
    cause: str
    shape: str
    """The field with every list index left out."""
    file: str


def identify(
    rule: str, subject: RenderedObject | Manifest | None, path: FieldPath, cause: str, file: str = ""
) -> Identity:
    """The identity of a hit or of a place that was not judged."""
    resource = stable_resource(subject.id) if subject is not None else None
    field = stable_field(subject.value, path) if subject is not None else format_path(path)
    shape = format_path(tuple("*" if isinstance(step, int) else step for step in path))
    if subject is not None:
        file = subject.origin.path if isinstance(subject, RenderedObject) else subject.path
    return Identity(
        rule, f"{resource.group}/{resource}" if resource else "", field, _HASH_SUFFIX.sub("", cause), shape, file
    )


def stable_resource(resource: ResourceId) -> ResourceId:
    """The id without the hash that kustomize's generators append."""
    if resource.kind not in _GENERATED:
        return resource
    return replace(resource, name=_HASH_SUFFIX.sub("", resource.name))


def stable_field(value: object, path: FieldPath) -> str:
    """`spec.containers[name=app].image`: list indexes replaced by what names the item, where something does."""
    text = ""
    for step in path:
        following = lookup(value, (step,))
        if isinstance(step, int):
            text += f"[{_item_name(following, step)}]"
        else:
            text += f".{step}" if text else step
        value = None if following is MISSING else following
    return text


def _item_name(item: object, index: int) -> str:
    if isinstance(item, Mapping):
        for key in _MERGE_KEYS:
            found = item.get(key)
            if isinstance(found, str | int) and not isinstance(found, bool):
                return f"{key}={found}"
    elif isinstance(item, str) and item:
        return f"={item}"
    return str(index)


def fingerprint(*parts: str) -> str:
    """A digest of the parts, the same in every process."""
    return hashlib.blake2b(json.dumps(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

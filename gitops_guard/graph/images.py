"""Container image references, read as the reference grammar of the distribution project reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

DEFAULT_REGISTRY: Final = "docker.io"
_LONGEST: Final = 4096

# github.com/distribution/reference, regexp.go. No alternative can match the same text in two ways, so that matching
# takes linear time; the length is bounded as well.
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?\Z")
_COMPONENT: Final = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*\Z")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_DIGEST: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}\Z")


@dataclass(frozen=True, slots=True)
class ImageReference:
    """`registry/repository:tag@digest`, with Docker Hub's defaults filled in; an absent tag or digest is empty."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def effective_tag(self) -> str:
        """The tag that a runtime would pull: `latest` where neither tag nor digest is given."""
        return self.tag or ("" if self.digest else "latest")


def parse_image(text: str) -> ImageReference | None:
    """Reads an image reference; None where the text is none. `nginx` is `docker.io/library/nginx`."""
    if not text or len(text) > _LONGEST:
        return None
    name, at, digest = text.partition("@")
    if at and not _DIGEST.match(digest):
        return None
    head, _, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    if colon and not _TAG.match(tag):
        return None
    registry, repository = _split_domain(f"{head}/{last}" if head else last)
    if not _DOMAIN.match(registry) or not all(_COMPONENT.match(part) for part in repository.split("/")):
        return None
    return ImageReference(registry, repository, tag, digest)


def _split_domain(name: str) -> tuple[str, str]:
    """As `splitDockerDomain` of github.com/distribution/reference (normalize.go)."""
    first, slash, rest = name.partition("/")
    if not slash or not (first == "localhost" or set(first) & set(".:") or first != first.lower()):
        first, rest = DEFAULT_REGISTRY, name
    if first == "index.docker.io":
        first = DEFAULT_REGISTRY
    if first == DEFAULT_REGISTRY and "/" not in rest:
        rest = f"library/{rest}"
    return first, rest

"""Which source is this repository.

Asked in this order:

1. `sources:` of the configuration, by URL or by kind, namespace and name; it says which folder is the source's root.
2. The bootstrap convention: the source that an entry point's own Kustomization takes its files from. Its definition
   lies in this repository, so that the repository is what it fetches, whatever the URL is called (a mirror, a fork, an
   alias of a host).
3. The URL: one that means the same repository as a git remote or as a source of 2. Here the branch counts as well: a
   source that takes another branch than those of 2 (a tenant's branch of the same repository), a tag or a commit holds
   other files than the tree that is judged.

Everything else is another repository and is not judged. An OCIRepository or Bucket has no history here, so that only 1
and 2 apply to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gitops_guard.fleet.paths import source_path
from gitops_guard.fleet.urls import normalize_url
from gitops_guard.graph import GitRef, bucket, git_repository, oci_repository
from gitops_guard.model.config import SourceConfig
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown

_USUAL_BRANCHES: Final = frozenset({"main", "master", "HEAD"})


@dataclass(frozen=True, slots=True)
class SourceMatch:
    """`root` is the folder of this repository that is the source's root; None where it is another source."""

    root: str | None
    reason: str

    @property
    def ours(self) -> bool:
        """Whether the source's files are in the tree that is judged."""
        return self.root is not None


@dataclass(frozen=True, slots=True)
class BootstrapSource:
    """The source of an entry point: its id, and what is known of it where its object is declared."""

    id: ResourceId
    url: str = ""
    branch: str = ""


class SourceIdentity:
    """Decides for one environment; `bootstrap` holds the sources of its entry points."""

    def __init__(
        self,
        remotes: Iterable[str] = (),
        sources: Iterable[SourceConfig] = (),
        bootstrap: Iterable[BootstrapSource] = (),
    ) -> None:
        self._sources = tuple(sources)
        self._bootstrap = frozenset(item.id for item in bootstrap)
        own = [*remotes, *(item.url for item in bootstrap)]
        self._urls = frozenset(filter(None, map(normalize_url, own)))
        self._branches = frozenset(item.branch for item in bootstrap if item.branch)

    def identify(self, source: ResourceId, value: Mapping[str, object] | None) -> SourceMatch:
        """Whether `source` is this repository. `value` is its object; None where none is declared."""
        url, ref = _location(value)
        if isinstance(url, Unknown):
            return SourceMatch(None, f"its url is not known: {url.reason}")
        text = url if isinstance(url, str) else ""
        configured = self._configured(text, source)
        if configured is not None:
            return configured
        if source in self._bootstrap:
            return SourceMatch("", "the source of the cluster's own Kustomization")
        if value is None:
            return SourceMatch(None, "it is not declared in this repository")
        if source.kind != "GitRepository":
            return SourceMatch(None, f"the content of the {source.kind} {text} is not in this repository")
        if normalize_url(text) not in self._urls or not text:
            return SourceMatch(None, f"{text or 'a source without url'} is another repository")
        return self._of_revision(ref)

    def identify_url(self, url: object, revision: object = None) -> SourceMatch:
        """The same for an Argo CD Application's `repoURL` and `targetRevision`, which have no object of their own."""
        if not isinstance(url, str) or not url:
            return SourceMatch(None, "its URL is not known")
        configured = self._configured(url, None)
        if configured is not None:
            return configured
        if normalize_url(url) not in self._urls:
            return SourceMatch(None, f"{url} is another repository")
        # A name that is no usual branch may be a tag or commit: other files than these.
        return self._of_branch(revision if isinstance(revision, str) else "")

    def _configured(self, url: str, source: ResourceId | None) -> SourceMatch | None:
        for item in self._sources:
            if _matches(item, url, source):
                return SourceMatch(source_path(item.path), "configured under sources")
        return None

    def _of_revision(self, ref: GitRef | None) -> SourceMatch:
        if ref is None:
            return self._of_branch("")
        for part, name in ((ref.commit, "commit"), (ref.name, "ref"), (ref.semver, "semver"), (ref.tag, "tag")):
            if part:
                return SourceMatch(None, f"it holds this repository at the {name} {part}")
        if isinstance(ref.branch, Unknown):
            return SourceMatch(None, f"its branch is not known: {ref.branch.reason}")
        return self._of_branch(ref.branch if isinstance(ref.branch, str) else "")

    def _of_branch(self, branch: str) -> SourceMatch:
        if branch and branch not in (self._branches or _USUAL_BRANCHES) | {"HEAD"}:
            return SourceMatch(None, f"it holds this repository at {branch}, not the tree that is judged")
        return SourceMatch("", "its URL is this repository's")


def _location(value: Mapping[str, object] | None) -> tuple[object, GitRef | None]:
    """URL and git reference of a source object."""
    if value is None:
        return None, None
    if (git := git_repository(value)) is not None:
        return git.url, git.ref
    if (oci := oci_repository(value)) is not None:
        return oci.url, None
    if (store := bucket(value)) is not None:
        return store.endpoint, None
    return None, None


def _matches(item: SourceConfig, url: str, source: ResourceId | None) -> bool:
    """By URL where the configuration names one; else by what it says of kind, namespace and name."""
    if item.url:
        return bool(url) and normalize_url(item.url) == normalize_url(url)
    if source is None or not (item.kind or item.namespace or item.name):
        return False
    return all(
        not wanted or wanted == found
        for wanted, found in ((item.kind, source.kind), (item.namespace, source.namespace), (item.name, source.name))
    )

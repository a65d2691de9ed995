"""Charts from git or a bucket: there the source's revision is the chart's version, and `version` is ignored."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._own import own_sources
from gitops_guard.checks._revisions import Revision, classify_revision
from gitops_guard.checks._unresolved import unresolved
from gitops_guard.checks._versions import is_exact_version, lower_bound
from gitops_guard.graph.fields import ObjectRef
from gitops_guard.graph.helm import HELM_GROUP, helm_release
from gitops_guard.graph.sources import SOURCE_GROUP, GitRef, git_repository, helm_chart
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, NotJudged, Related
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context

# source-controller, GitRepositoryRef: the first of these that is set decides.
_PRECEDENCE = ("commit", "name", "semver", "tag", "branch")


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment. One finding a source, however many charts come from it; this repository itself is exempt."""
    users: dict[ResourceId, tuple[RenderedObject, ObjectRef]] = {}
    for item, source in _chart_sources(facts):
        users.setdefault(source.target, (item, source))
    own = facts.derived(own_sources)
    for target, (item, source) in users.items():
        if target in own:
            continue
        if target.kind == "Bucket":
            yield _bucket(item, source)
        elif target.kind == "GitRepository":
            for repository in facts.by_id.get(target, ())[:1]:
                yield from _judge(repository, Related("its chart is used here", item, source.path), context)


def _chart_sources(facts: EnvironmentFacts) -> Iterator[tuple[RenderedObject, ObjectRef]]:
    for item in facts.of_kind(HELM_GROUP, "HelmRelease"):
        release = helm_release(item.value)
        if release and release.chart and release.chart.source and release.chart.source.complete:
            yield item, release.chart.source
    for item in facts.of_kind(SOURCE_GROUP, "HelmChart"):
        chart = helm_chart(item.value)
        if chart and chart.source and chart.source.complete:
            yield item, chart.source


def _judge(item: RenderedObject, related: Related, context: Context) -> Iterator[Hit | NotJudged]:
    repository = git_repository(item.value)
    ref = (repository.ref if repository else None) or GitRef(("spec", "ref"))
    chosen = next((key for key in _PRECEDENCE if getattr(ref, key)), "")
    value = getattr(ref, chosen) if chosen else None
    path: FieldPath = (*ref.path, chosen) if chosen else ("spec", "url")
    if reason := unresolved(value, context):
        yield NotJudged(reason, item, path, cause="unresolved")
        return
    text = value if isinstance(value, str) else ""
    if _is_pinned(chosen, text):
        return
    stated = f'{chosen} "{text}"' if chosen else "no revision (Flux takes the branch `master`)"
    example = f'tag: "{lower_bound(text) or "v1.2.3"}"' if chosen == "semver" else 'tag: "v1.2.3"'
    yield Hit(
        f"charts come from {stated}, and Flux ignores a chart's `version` here: "
        "every push to it upgrades the release, with no change in this repository",
        item,
        path,
        fix=f"name a tag or a commit under spec.ref, e.g. {example}",
        cause=f"{chosen}: {text}",
        related=(related,),
    )


def _is_pinned(chosen: str, text: str) -> bool:
    if chosen == "semver":
        return is_exact_version(text)
    if chosen == "name":
        return classify_revision(text) is Revision.PINNED
    return chosen in ("commit", "tag")


def _bucket(item: RenderedObject, source: ObjectRef) -> Hit:
    return Hit(
        f'the chart comes from Bucket "{source.target.name}", which has no revisions, and Flux ignores `version` here: '
        "every upload upgrades the release, with no change in git",
        item,
        source.path,
        fix="publish the chart in a Helm or OCI repository, and write its exact version",
        cause=str(source.target),
    )

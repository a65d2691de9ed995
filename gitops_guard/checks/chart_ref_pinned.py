"""OCIRepositories that hold charts, and HelmCharts, whose version floats."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._own import own_sources, source_of
from gitops_guard.checks._unresolved import unresolved
from gitops_guard.checks._versions import floating, is_exact_version, lower_bound, version_fix
from gitops_guard.graph.helm import HELM_GROUP, helm_release
from gitops_guard.graph.kustomization import KUSTOMIZE_GROUP
from gitops_guard.graph.sources import SOURCE_GROUP, HelmChart, OCIRepository, helm_chart, oci_repository
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: it needs to know who uses a source. An artifact of plain manifests is no chart."""
    own = facts.derived(own_sources)
    manifests_only = _used_by_kustomizations(facts) - _used_by_releases(facts)
    for item in facts.of_kind(SOURCE_GROUP, "OCIRepository"):
        repository = oci_repository(item.value)
        if repository and item.id not in own and item.id not in manifests_only:
            yield from _judge_repository(item, repository, context)
    for item in facts.of_kind(SOURCE_GROUP, "HelmChart"):
        chart = helm_chart(item.value)
        if chart and chart.source and chart.source.target.kind == "HelmRepository":
            yield from _judge_chart(item, chart, context)


def _used_by_releases(facts: EnvironmentFacts) -> frozenset[ResourceId]:
    releases = (helm_release(item.value) for item in facts.of_kind(HELM_GROUP, "HelmRelease"))
    return frozenset(release.chart_ref.target for release in releases if release and release.chart_ref)


def _used_by_kustomizations(facts: EnvironmentFacts) -> frozenset[ResourceId]:
    sources = (source_of(item) for item in facts.of_kind(KUSTOMIZE_GROUP, "Kustomization"))
    return frozenset(source.target for source in sources if source)


def _judge_repository(item: RenderedObject, repository: OCIRepository, context: Context) -> Iterator[Hit | NotJudged]:
    """Of digest, semver and tag, Flux takes the first that is set; with none of them it takes `latest`."""
    ref = repository.ref
    chosen = next((key for key in ("digest", "semver", "tag") if ref and getattr(ref, key)), "")
    value = getattr(ref, chosen) if chosen else None
    path: FieldPath = ("spec", "ref", chosen) if chosen else ("spec", "ref") if ref else ("spec", "url")
    if reason := unresolved(value, context):
        yield NotJudged(reason, item, path, cause="unresolved")
        return
    text = value if isinstance(value, str) else ""
    if chosen == "digest" or (chosen == "semver" and is_exact_version(text)):
        return
    # Helm pushes a chart under its version: a tag without a number is one that somebody moves.
    if chosen == "tag" and any(character.isdigit() for character in text):
        return
    if chosen == "semver":
        why = f'semver "{text}" is a range: Flux moves to every newer version that is pushed'
    elif chosen:
        why = f'the tag "{text}" moves: Flux follows whatever is pushed under it'
    else:
        why = "no version is given: Flux takes the tag `latest`, whatever is pushed under it"
    yield Hit(
        f"{why}, with no change in git",
        item,
        path,
        fix=f'name one version under spec.ref, e.g. tag: "{lower_bound(text) or "1.2.3"}", or a digest',
        cause=f"{chosen}: {text}",
    )


def _judge_chart(item: RenderedObject, chart: HelmChart, context: Context) -> Iterator[Hit | NotJudged]:
    if reason := unresolved(chart.version, context):
        yield NotJudged(reason, item, chart.version_path, cause="unresolved")
        return
    floats = floating(chart.version)
    if floats is not None:
        end = "Flux cannot resolve it" if floats.broken else "Flux takes every newer chart, with no change in git"
        path: FieldPath = chart.version_path if chart.version is not None else ("spec", "chart")
        yield Hit(f"{floats.why}: {end}", item, path, fix=version_fix(floats), cause=str(chart.version or ""))

"""Argo CD Applications that follow a branch, `HEAD` or a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gitops_guard.checks._revisions import Revision, classify_revision, describe_revision
from gitops_guard.checks._unresolved import unresolved
from gitops_guard.checks._versions import floating, version_fix
from gitops_guard.graph.argo import ARGO_GROUP, ApplicationSource, argo_application, is_application_set
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment. Sources that are this repository are exempt: what they follow is what the gate judges."""
    for item in facts.of_kind(ARGO_GROUP, "Application", "ApplicationSet"):
        for source in _sources(item.value):
            if not isinstance(source.repo_url, str) or source.repo_url not in facts.own_urls:
                yield from _judge(item, source, context)


def _sources(value: Mapping[str, object]) -> Iterator[ApplicationSource]:
    """The sources of an Application, and those that an ApplicationSet gives to each Application that it makes."""
    prefix: FieldPath = ()
    if is_application_set(value):
        prefix = ("spec", "template")
        value = {**value, "kind": "Application", "spec": mapping_at(value, "spec", "template", "spec")}
    application = argo_application(value)
    for source in application.sources if application else ():
        yield replace(source, field=(*prefix, *source.field))


def _judge(item: RenderedObject, source: ApplicationSource, context: Context) -> Iterator[Hit | NotJudged]:
    revision = source.target_revision
    place = source.revision_path if revision is not None else (*source.field, "repoURL")
    if reason := unresolved(revision, context):
        yield NotJudged(reason, item, place, cause="unresolved")
        return
    text = revision if isinstance(revision, str) else ""
    if "{{" in text:
        yield NotJudged("only the ApplicationSet's controller fills in its templates", item, place, cause=text)
        return
    if source.chart:
        floats = floating(revision)
        if floats is not None:
            end = "Argo CD cannot resolve it" if floats.broken else "Argo CD syncs every newer chart that is published"
            yield Hit(f"{floats.why}: {end}", item, place, fix=version_fix(floats, "targetRevision"), cause=text)
        return
    match classify_revision("" if text == "HEAD" else text):
        case Revision.MOVING:
            yield Hit(
                f"{describe_revision(text)} moves: every push to that repository reaches this environment, "
                "with no change in this one",
                item,
                place,
                fix='name a tag or a commit, e.g. targetRevision: "v1.2.3"',
                cause=text,
            )
        case Revision.UNCLEAR:
            yield NotJudged(
                f'"{text}" may be a branch or a tag; `refs/tags/{text}` would say which', item, place, cause=text
            )
        case Revision.PINNED:
            pass

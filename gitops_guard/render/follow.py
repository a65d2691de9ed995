"""What an object of an environment brings forth: further builds, and objects that we do not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Protocol

from gitops_guard.fleet.entry import entry_kustomization
from gitops_guard.graph import (
    FluxKustomization,
    InstanceSync,
    argo_application,
    flux_instance,
    flux_kustomization,
    helm_release,
    is_application_set,
    is_resource_set,
)
from gitops_guard.model.environment import EntryPoint, EntryPointKind
from gitops_guard.model.facts import Gap
from gitops_guard.model.fieldpath import FieldPath, mapping_at, text_at
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown
from gitops_guard.render.jobs import Job, Plain, Subject, folder_of, label_of
from gitops_guard.render.scopes import CLUSTER_KINDS
from gitops_guard.render.sources import Elsewhere, SourceTrees
from gitops_guard.render.tokens import Tokens
from gitops_guard.render.vtree import VirtualTree

_PATH: Final[FieldPath] = ("spec", "path")


class Sink(Protocol):
    """Where jobs and gaps go (`worklist.EnvironmentWork`)."""

    def add(self, job: Job) -> None:
        """Queues a build."""
        ...

    def gap(self, gap: Gap) -> None:
        """Notes what may exist unseen."""
        ...

    def take_manifest(self, manifest: Manifest, job: Job) -> None:
        """Adds an object that somebody applied by hand."""
        ...


class Follower:
    """Turns entry points and objects into jobs and gaps."""

    def __init__(self, sources: SourceTrees, tokens: Tokens) -> None:
        self._sources = sources
        self._tokens = tokens

    def entry(self, entry: EntryPoint, sink: Sink) -> None:
        """Queues where an environment begins."""
        manifest = entry.manifest
        view = entry_kustomization(entry)
        if view is not None:
            # What a bootstrap or the Flux Operator makes has no text: nothing is merged into the root kustomization.
            written = flux_kustomization(manifest.value) if manifest else None
            value = manifest.value if manifest and written else {}
            tree = self._sources.own(view.source.target, None) if view.source else Elsewhere("")
            job = self._kustomization(view, value, manifest, ())
            folder = entry.path.strip("/")
            whole = self._sources.trees.whole
            sink.add(replace(job, tree=tree if isinstance(tree, VirtualTree) else whole, folder=folder, is_entry=True))
            for other in entry.beside:
                sink.take_manifest(other, job)
        elif entry.kind is EntryPointKind.ARGOCD and manifest is not None:
            self._application(manifest.value, manifest, (), sink)
        else:
            sink.add(Job(None, None, {}, entry.path.strip("/"), tree=self._sources.trees.whole, plain=Plain()))

    def follow(self, item: RenderedObject, job: Job, sink: Sink) -> None:
        """Queues what a rendered object brings forth."""
        value = item.value
        kustomization = flux_kustomization(value)
        if kustomization is not None:
            if isinstance(kustomization.path, Unknown):
                sink.gap(Gap("", f"the path of {item.id} is not known: {kustomization.path.reason}", item.id))
                return
            sink.add(self._kustomization(kustomization, value, item, job.chain))
            return
        release = helm_release(value)
        if release is not None:
            where = release.target_namespace or item.id.namespace
            for gap in hidden(where, f"the chart of {item.id} is not rendered", item.id):
                sink.gap(gap)
            return
        if is_application_set(value) or is_resource_set(value):
            sink.gap(Gap("", f"what {item.id} makes is known to its controller alone", item.id))
            return
        instance = flux_instance(value)
        if instance is not None and instance.sync is not None:
            self._instance(item, job, sink)
            return
        self._application(value, item, job.chain, sink)

    def job_of(self, item: RenderedObject, job: Job) -> Job | None:
        """The job of an entry point's own object, as it was rendered; it keeps the entry's tree."""
        view = flux_kustomization(item.value)
        if view is None or isinstance(view.path, Unknown):
            return None
        return replace(self._kustomization(view, item.value, item, job.chain[:-1]), tree=job.tree)

    def own_urls(self, items: Iterable[RenderedObject]) -> Iterator[str]:
        """URLs that mean this repository, as Argo CD Applications spell them."""
        for item in items:
            application = argo_application(item.value)
            for source in application.sources if application else ():
                if isinstance(source.repo_url, str) and self._sources.identity.identify_url(source.repo_url).ours:
                    yield source.repo_url

    def _kustomization(
        self, view: FluxKustomization, value: Mapping[str, object], subject: Subject | None, chain: tuple[str, ...]
    ) -> Job:
        spec = self._tokens.hidden(mapping_at(value, "spec"))
        assert isinstance(spec, dict)
        return Job(
            applier=view.id,
            subject=subject,
            spec={name: spec[name] for name in _MERGED if name in spec},
            folder=folder_of(view.path),
            folder_path=_PATH if view.path is not None else ("spec",),
            kustomization=view,
            chain=(*chain, label_of(view.id, subject)),
        )

    def _instance(self, item: RenderedObject, job: Job, sink: Sink) -> None:
        instance = flux_instance(item.value)
        sync = instance.sync if instance else None
        if sync is None:
            return
        tree = self._sources.own(sync.source, _sync_source(sync))
        if isinstance(tree, Elsewhere):
            sink.gap(Gap("", f"{item.id} takes its Kustomizations from another repository", item.id))
            return
        applier = sync.kustomization
        chain = (*job.chain, label_of(applier, item))
        folder = folder_of(sync.path)
        sink.add(Job(applier, item, {}, folder, ("spec", "sync", "path"), tree=tree, chain=chain))

    def _application(self, value: Mapping[str, object], subject: Subject, chain: tuple[str, ...], sink: Sink) -> None:
        application = argo_application(value)
        if application is None:
            return
        namespace = application.destination_namespace if isinstance(application.destination_namespace, str) else ""
        for part, source in enumerate(application.sources):
            tree = self._sources.own_url(source.repo_url, source.target_revision)
            if source.chart or source.helm or source.plugin or isinstance(tree, Elsewhere):
                if source.path or source.chart:
                    reason = f"a source of {application.id} is not rendered: {_what(source.chart, tree)}"
                    for gap in hidden(namespace, reason, application.id):
                        sink.gap(gap)
                continue
            if not isinstance(source.path, str):
                continue
            sink.add(
                Job(
                    applier=application.id,
                    subject=subject,
                    spec=_argo_spec(source.kustomize),
                    folder=folder_of(source.path),
                    folder_path=(*source.field, "path"),
                    tree=tree,
                    namespace=namespace,
                    chain=(*chain, label_of(application.id, subject)),
                    part=part,
                    plain=_plain(source.directory),
                )
            )


_MERGED: Final = (
    *("targetNamespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge", "patchesJson6902"),
    *("components", "ignoreMissingComponents", "images", "buildMetadata"),
)


def hidden(namespace: object, reason: str, cause: ResourceId | None) -> Iterator[Gap]:
    """What a chart or another repository may hold: anything in its namespace, and anything that is cluster-scoped."""
    where = namespace if isinstance(namespace, str) else ""
    yield Gap(where, reason, cause)
    if where:
        yield Gap("", reason, cause, CLUSTER_KINDS)


def _sync_source(sync: InstanceSync) -> dict[str, object]:
    """The source that the Flux Operator makes of `spec.sync`; `ref` is a full reference (`refs/heads/main`)."""
    ref = sync.ref.removeprefix("refs/heads/") if isinstance(sync.ref, str) else ""
    return {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": sync.source.kind,
        "metadata": {"namespace": sync.source.namespace, "name": sync.source.name},
        "spec": {"url": sync.url, **({"ref": {"branch": ref}} if ref else {})},
    }


def _what(chart: object, tree: VirtualTree | Elsewhere) -> str:
    if chart:
        return "it is a chart"
    return tree.reason if isinstance(tree, Elsewhere) else "it is rendered by a tool other than kustomize"


def _plain(directory: Mapping[str, object]) -> Plain:
    """`source.directory`; several globs stand in braces (`{a.yaml,b.yaml}`), of which only single ones are followed."""
    return Plain(directory.get("recurse") is True, text_at(directory, "include"), text_at(directory, "exclude"))


def _argo_spec(kustomize: Mapping[str, object]) -> dict[str, object]:
    """`source.kustomize` in the fields that `generate` merges (argo-cd, util/kustomize)."""
    spec = {
        name: kustomize[name] for name in ("namePrefix", "nameSuffix", "patches", "components") if name in kustomize
    }
    if isinstance(kustomize.get("namespace"), str):
        spec["targetNamespace"] = kustomize["namespace"]
    if kustomize.get("ignoreMissingComponents") is True:
        spec["ignoreMissingComponents"] = True
    images = kustomize.get("images")
    if isinstance(images, list):
        spec["images"] = [_argo_image(image) for image in images if isinstance(image, str)]
    return spec


def _argo_image(text: str) -> dict[str, object]:
    """`[old=]name[:tag][@digest]`, as `kustomize edit set image` reads it."""
    old, equals, new = text.partition("=")
    name, at, digest = (new if equals else old).partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, tag = name, ""
    image: dict[str, object] = {"name": old if equals else head}
    if equals:
        image["newName"] = head
    if tag:
        image["newTag"] = tag
    if at:
        image["digest"] = digest
    return image

"""Documents of a build become objects of an environment: substituted, labelled, with an identity and an origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitops_guard.model.facts import BuildFailure, Substitution
from gitops_guard.model.fieldpath import FieldPath, mapping_at, text_at
from gitops_guard.model.manifest import Manifest
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.resource import split_api_version
from gitops_guard.render.envsubst import SubstitutionError, parse
from gitops_guard.render.identity import identity_of, is_cluster_scoped
from gitops_guard.render.jobs import Job
from gitops_guard.render.output import Origin as BuildOrigin
from gitops_guard.render.substitute import Place, is_disabled, places, substituted
from gitops_guard.render.tokens import Tokens
from gitops_guard.render.variables import Variables
from gitops_guard.render.workshop import Document, Workshop


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """One document after substitution, and the places where variables stood."""

    value: dict[str, object]
    digest: str
    document: Document
    places: tuple[Place, ...] = ()


class PostBuildError(Exception):
    """Flux fails on a document. `path` is the place in it, where one can be named."""

    def __init__(self, message: str, document: Document, path: FieldPath = ()) -> None:
        super().__init__(message)
        self.document = document
        self.path = path


def written(documents: Sequence[Document], variables: Variables, tokens: Tokens, workshop: Workshop) -> list[Written]:
    """Substitutes all documents of a build. Raises `PostBuildError`; Flux then applies none of them."""
    texts: dict[int, str] = {}
    for index, document in enumerate(documents):
        if variables.active and "$" in document.text and not is_disabled(document.value):
            try:
                text = substituted(document.text, variables, tokens)
            except SubstitutionError as error:
                message = f"post build failed for {_name(document)}: variable substitution failed: {error}"
                raise PostBuildError(message, document, _guilty(document.value)) from None
            if text != document.text:
                texts[index] = text
    parsed = dict(zip(texts, workshop.parse(list(texts.values())), strict=True))
    found: list[Written] = []
    for index, document in enumerate(documents):
        result = parsed.get(index, (document.value, document.digest))
        if isinstance(result, str):
            raise PostBuildError(f"post build failed for {_name(document)}: {result}", document)
        value, digest = result
        noted = tuple(places(document.value, variables)) if index in texts else ()
        if Tokens.in_text(texts.get(index, document.text)):
            value = tokens.restored(value)
            digest = digest_of(value)
        if not isinstance(value, dict) or not (text_at(value, "kind") and text_at(value, "apiVersion")):
            raise PostBuildError(f"{_name(document)} is no Kubernetes object", document)
        found.append(Written(value, digest, document, noted))
    return found


def _name(document: Document) -> str:
    return f"{text_at(document.value, 'kind')}/{text_at(document.value, 'metadata', 'name')}"


def _guilty(value: object) -> FieldPath:
    """The first scalar that cannot be parsed by itself."""
    stack: list[tuple[FieldPath, object]] = [((), value)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, str) and "${" in node:
            try:
                parse(node)
            except SubstitutionError:
                return path
        elif isinstance(node, Mapping):
            stack.extend(((*path, key), child) for key, child in reversed(list(node.items())))
        elif isinstance(node, list):
            stack.extend(((*path, index), child) for index, child in reversed(list(enumerate(node))))
    return ()


def with_metadata(item: Written, labels: Mapping[str, object], annotations: Mapping[str, object]) -> Written:
    """`commonMetadata`: set on every object after substitution; it wins over what the object says."""
    if not labels and not annotations:
        return item
    metadata = dict(mapping_at(item.value, "metadata"))
    for name, added in (("labels", labels), ("annotations", annotations)):
        if added:
            metadata[name] = {**mapping_at(metadata, name), **added}
    value = {**item.value, "metadata": metadata}
    return Written(value, digest_of(value), item.document, item.places)


def in_namespace(item: Written, namespace: str, scopes: Mapping[tuple[str, str], bool]) -> Written:
    """Argo CD and kubectl put objects that name no namespace into their own; cluster-scoped kinds have none."""
    group, _ = split_api_version(text_at(item.value, "apiVersion"))
    if not namespace or text_at(item.value, "metadata", "namespace"):
        return item
    if is_cluster_scoped((group, text_at(item.value, "kind")), scopes):
        return item
    value = {**item.value, "metadata": {**mapping_at(item.value, "metadata"), "namespace": namespace}}
    return Written(value, digest_of(value), item.document, item.places)


def rendered(
    item: Written, job: Job, environment: str, origin: Origin, build: str, scopes: Mapping[tuple[str, str], bool]
) -> RenderedObject:
    """The object as a fact."""
    return RenderedObject(
        id=identity_of(item.value, scopes),
        value=item.value,
        environment=environment,
        origin=origin,
        digest=item.digest,
        applier=job.applier,
        build=build,
    )


def as_it_stands(
    manifest: Manifest, job: Job, environment: str, scopes: Mapping[tuple[str, str], bool]
) -> RenderedObject:
    """A document of a folder that is applied without kustomize."""
    digest = manifest.digest or digest_of(manifest.value)
    item = Written(manifest.value, digest, Document(manifest.value, "", BuildOrigin()))
    placed = in_namespace(item, job.namespace, scopes)
    return RenderedObject(
        id=identity_of(placed.value, scopes),
        value=placed.value,
        environment=environment,
        origin=Origin(manifest.path, manifest.document, job.chain),
        digest=placed.digest,
        applier=job.applier,
        manifest=manifest,
    )


def substitutions(item: Written, subject: RenderedObject) -> Iterator[Substitution]:
    """The places of a document as facts about the object that it became."""
    for place in item.places:
        yield Substitution(subject, place.path, place.template, place.uses, place.undefined)


def failure_of(error: PostBuildError, job: Job, subject: RenderedObject) -> BuildFailure:
    """What a person sees of a substitution that failed."""
    return BuildFailure("build-failed", str(error), job.applier, subject, error.path)

"""Secrets that anybody can read who can read the repository. Values are never shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gitops_guard.checks._secrets import is_plaintext, plaintext_keys
from gitops_guard.graph import items_at
from gitops_guard.model.fieldpath import FieldPath, list_at, text_at
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.model.resource import kind_of
from gitops_guard.model.rule import Context

_FIX: Final = (
    "seal it (kubeseal), encrypt it (sops --encrypt), or take it from a vault (ExternalSecret); then change it"
)


def check(file: SourceFile, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope file: a leak is one whether an environment uses the file or not."""
    for manifest in file.manifests:
        group, kind = kind_of(manifest.value)
        if kind == "Secret" and group == "":
            yield from _secret(manifest)
        elif group == "kustomize.config.k8s.io":
            yield from _generators(manifest, context)


def _secret(manifest: Manifest) -> Iterator[Hit]:
    found = plaintext_keys(manifest.value)
    if found:
        yield _hit(manifest, found, f"Secret {manifest.id.name or 'without a name'}")


def _generators(manifest: Manifest, context: Context) -> Iterator[Hit | NotJudged]:
    for path, generator in items_at(manifest.value, ("secretGenerator",)):
        name = text_at(generator, "name") or "secretGenerator"
        literals = (*path, "literals")
        found: list[FieldPath] = [
            (*literals, index)
            for index, literal in enumerate(list_at(manifest.value, *literals))
            if isinstance(literal, str) and is_plaintext(literal.partition("=")[2].strip("'\""))
        ]
        if found:
            yield _hit(manifest, found, f"the generated Secret {name}")
        for key in ("files", "envs"):
            for index, stated in enumerate(list_at(manifest.value, *path, key)):
                source = stated.rpartition("=")[2] if isinstance(stated, str) else ""
                if _stands(manifest.path, source, context):
                    reason = f"{source} is not read: it must be encrypted with SOPS"
                    yield NotJudged(reason, manifest, (*path, key, index), cause=source)


def _stands(kustomization: str, source: str, context: Context) -> bool:
    folder = kustomization.rpartition("/")[0]
    parts: list[str] = [part for part in folder.split("/") if part]
    for part in source.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) in context.fleet.paths


def _hit(manifest: Manifest, found: list[FieldPath], what: str) -> Hit:
    keys = ", ".join(str(path[-1]) for path in found[:4] if isinstance(path[-1], str))
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    shown = f" ({keys}{more})" if keys else ""
    return Hit(
        f"{what} stands in the open{shown}: everybody who can read this repository, now or later, has it",
        manifest,
        found[0],
        fix=_FIX,
        cause=" ".join(str(path[-1]) for path in found),
    )

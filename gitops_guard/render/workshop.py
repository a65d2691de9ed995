"""Builds by content: what was built or parsed before is taken from the cache, the rest is built in one batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gitops_guard.manifests import UnreadableTextError, parse_text
from gitops_guard.model.cache import Cache
from gitops_guard.model.manifest import Dialect
from gitops_guard.model.rendered import digest_of
from gitops_guard.model.tree import Tree
from gitops_guard.render.builder import Builder, BuildRequest, BuildResult
from gitops_guard.render.closure import Closure
from gitops_guard.render.output import Origin, documents
from gitops_guard.render.tokens import Tokens

_BUILDS: Final = "render-builds-1"
_DOCUMENTS: Final = "render-documents-1"
_BATCH: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One object as kustomize wrote it. `text` is kept where substitution may change it, otherwise empty."""

    value: object
    digest: str
    origin: Origin
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A finished build: its objects in kustomize's order, or why there are none."""

    documents: tuple[Document, ...] = ()
    error: str = ""


@dataclass
class Workshop:
    """Everything of one run that turns closures into objects. `tree` is where files are read from."""

    tree: Tree
    builder: Builder
    cache: Cache
    finished: dict[str, Built] = field(default_factory=dict)
    _parsed: dict[str, tuple[object, str]] = field(default_factory=dict)

    def key_of(self, closure: Closure) -> str:
        """A digest of all that the build depends on: the engine, the folder, each file's content."""
        entries = self.tree.entries()
        parts = [self.builder.identity, closure.root]
        for path, source in sorted(closure.files.items()):
            if path not in closure.rewritten:
                parts += [path, entries[source].oid]
        for path, data in sorted(closure.rewritten.items()):
            parts += [path, hashlib.blake2b(data, digest_size=16).hexdigest()]
        return _digest("\0".join(parts))

    def build(self, wanted: Mapping[str, Closure]) -> None:
        """Makes sure that `finished` holds a result for each key."""
        missing = {key: closure for key, closure in wanted.items() if key not in self.finished}
        stored = self.cache.get(_BUILDS, missing)
        outlines: dict[str, list[Any]] = {}
        for key, data in stored.items():
            outline = _read(data)
            if isinstance(outline, str) and outline:
                self.finished[key] = Built(error=outline)
            elif isinstance(outline, list) and all(_is_entry(entry) for entry in outline):
                outlines[key] = outline
        self._prefetch(entry[0] for outline in outlines.values() for entry in outline)
        for key, outline in outlines.items():
            if all(entry[0] in self._parsed for entry in outline):
                self.finished[key] = Built(tuple(self._from_outline(entry) for entry in outline))
        fresh = [key for key in missing if key not in self.finished]
        made: dict[str, bytes] = {}
        for key, result in zip(fresh, self._built([missing[key] for key in fresh]), strict=True):
            if result.error:
                self.finished[key] = Built(error=result.error)
                if result.final:
                    made[key] = json.dumps(result.error).encode()
                continue
            built, new_outline = self._take(result.output)
            self.finished[key] = built
            if not built.error:
                made[key] = json.dumps(new_outline).encode()
        self.cache.put(_BUILDS, made)

    def _built(self, closures: Sequence[Closure]) -> Iterator[BuildResult]:
        """Builds in batches, so that not all files of all builds are in memory at once."""
        for start in range(0, len(closures), _BATCH):
            yield from self.builder.build([self._request(closure) for closure in closures[start : start + _BATCH]])

    def _request(self, closure: Closure) -> BuildRequest:
        needed = [path for path in closure.files if path not in closure.rewritten]
        files = dict(closure.rewritten)
        found = self.tree.read_many([closure.files[path] for path in needed])
        for path, (_, data) in zip(needed, found, strict=True):
            files[path] = data
        return BuildRequest(closure.root, files)

    def _take(self, output: bytes) -> tuple[Built, list[list[str]]]:
        try:
            parts = list(documents(output.decode("utf-8")))
        except UnicodeDecodeError:
            return Built(error="the build's output is not UTF-8"), []
        parsed = self.parse([text for text, _ in parts])
        taken: list[Document] = []
        outline: list[list[str]] = []
        for (text, origin), found in zip(parts, parsed, strict=True):
            if isinstance(found, str):
                return Built(error=f"the build's output cannot be read: {found}"), []
            kept = text if "$" in text or Tokens.in_text(text) else ""
            taken.append(Document(found[0], found[1], origin, kept))
            outline.append([_digest(text), origin.path, origin.configured_in, origin.configured_by, kept])
        return Built(tuple(taken)), outline

    def _from_outline(self, entry: Sequence[str]) -> Document:
        key, path, configured_in, configured_by, text = entry
        value, digest = self._parsed[key]
        return Document(value, digest, Origin(path, configured_in, configured_by), text)

    def parse(self, texts: Sequence[str]) -> list[tuple[object, str] | str]:
        """Value and digest of each text (a YAML document, read as sigs.k8s.io/yaml does), or what is wrong with it."""
        keys = [_digest(text) for text in texts]
        self._prefetch(keys)
        made: dict[str, bytes] = {}
        results: list[tuple[object, str] | str] = []
        for key, text in zip(keys, texts, strict=True):
            if key not in self._parsed:
                try:
                    found = parse_text(text, Dialect.KUBERNETES)
                except UnreadableTextError as error:
                    results.append(str(error))
                    continue
                value = found[0] if found else None
                self._parsed[key] = (value, digest_of(value))
                made[key] = json.dumps(self._parsed[key], ensure_ascii=False).encode("utf-8", "surrogatepass")
            results.append(self._parsed[key])
        self.cache.put(_DOCUMENTS, made)
        return results

    def _prefetch(self, keys: Iterable[str]) -> None:
        missing = {key for key in keys if key not in self._parsed}
        for key, data in self.cache.get(_DOCUMENTS, missing).items():
            found = _read(data)
            if isinstance(found, list) and len(found) == 2 and isinstance(found[1], str):
                self._parsed[key] = (found[0], found[1])


def _read(data: bytes) -> object:
    """What was stored; None where a store was cut off or tampered with: it is then made anew."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == 5 and all(isinstance(part, str) for part in entry)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

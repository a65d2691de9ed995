"""Scores provenance: a source value is changed, and the locator is asked where the rendered value that moved is from.

`python -m tests.render.perturbation ../shared/corpora/home-ops 200` prints the score and every miss.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gitops_guard.git import DirectoryTree
from gitops_guard.manifests import Positions, is_yaml_path, load, read_files
from gitops_guard.model.cache import NoCache
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import FieldPath, format_path, lookup
from gitops_guard.model.location import Span
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.tree import EntryKind, MemoryTree
from tests.render.support import render, shared_cache

_MAX_ASKED = 3
"""Rendered places that are asked for one change."""


@dataclass(frozen=True)
class Score:
    """`asked` places, of which `hits` led to the very line that was changed; the others are described."""

    asked: int
    hits: int
    misses: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.hits / self.asked if self.asked else 0.0


def score(folder: Path, sample: int, seed: int) -> Score:
    """Changes up to `sample` scalars of the files that the environments read, one at a time."""
    on_disk = DirectoryTree(folder)
    paths = [path for path, entry in on_disk.entries().items() if entry.kind is EntryKind.FILE]
    bytes_of = dict(on_disk.read_many(paths))
    cache = shared_cache()
    tree = MemoryTree(bytes_of)
    files = read_files(tree, [path for path in paths if is_yaml_path(path)], NoCache())
    before = render(tree, files, cache)
    places = list(_scalars(bytes_of, before))
    random.Random(seed).shuffle(places)
    asked = hits = 0
    misses: list[str] = []
    for path, field, span in places[:sample]:
        changed = _changed(bytes_of[path], span)
        if changed is None:
            continue
        new_tree = MemoryTree({**bytes_of, path: changed})
        after = render(new_tree, {**files, path: load(path, changed)}, cache)
        written = _text(changed, span)
        # What a selector no longer meets moves too, but nobody would look for it at the selector.
        found_in = [place for place in _moved(before, after) if written in str(lookup(place[0].value, place[1]))]
        for item, moved in found_in[:_MAX_ASKED]:
            asked += 1
            found = after.locator.locate(item, moved)
            if (found.path, found.line) == (path, span.line):
                hits += 1
            else:
                here = f"{path}:{span.line} {format_path(field)}"
                mark = " (approximate)" if found.approximate else ""
                misses.append(f"{here}: {item.id} {format_path(moved)} was located at {found}{mark}")
    return Score(asked, hits, tuple(misses))


def _scalars(bytes_of: Mapping[str, bytes], facts: FleetFacts) -> Iterator[tuple[str, FieldPath, Span]]:
    """Every scalar on one line, in the documents of files that some environment reads."""
    for path in sorted({path for environment in facts.environments for path in environment.files}):
        source = facts.files.get(path)
        # Bundles of CRDs would drown everything else.
        if source is None or len(bytes_of[path]) > 50_000:
            continue
        positions = Positions.of(bytes_of[path])
        for manifest in source.manifests:
            for field, value in _leaves(manifest.value):
                if not isinstance(value, (str, int)) or isinstance(value, bool):
                    continue
                span = positions.span(manifest.document, (*manifest.within, *field))
                if span is not None and span.line == span.end_line:
                    yield path, field, span


def _leaves(value: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, object]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, (*path, index))
    else:
        yield path, value


def _changed(data: bytes, span: Span) -> bytes | None:
    """The file with one more character in the scalar; a digit keeps numbers numbers."""
    lines = data.decode().split("\n")
    line = lines[span.line - 1]
    text = line[span.column - 1 : span.end_column - 1]
    if not text or text[0] in "|>&*":
        return None
    at = span.end_column - (2 if text[-1] in "'\"" else 1)
    lines[span.line - 1] = line[:at] + "7" + line[at:]
    return "\n".join(lines).encode()


def _text(data: bytes, span: Span) -> str:
    """The changed scalar without quotes."""
    line = data.decode().split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column].strip("'\"")


def _moved(before: FleetFacts, after: FleetFacts) -> Iterator[tuple[RenderedObject, FieldPath]]:
    """Places of the rendered objects whose value is another one now."""
    for old, new in zip(before.environments, after.environments, strict=True):
        known = {item.id: item for item in old.objects}
        for item in new.objects:
            other = known.get(item.id)
            if other is None or other.digest == item.digest:
                continue
            for path, value in _leaves(item.value):
                was = lookup(other.value, path)
                if was != value and isinstance(value, (str, int)):
                    yield item, path


def main(folder: str, sample: str = "100", seed: str = "1") -> None:
    """Prints the score of one folder."""
    result = score(Path(folder), int(sample), int(seed))
    share = f"{result.hits} of {result.asked} on the exact line ({result.share:.1%})"
    sys.stdout.write("\n".join((*result.misses, f"{folder}: {share}", "")))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What an ArtifactGenerator puts into its ExternalArtifacts (github.com/fluxcd/source-watcher, internal/builder).

An artifact is a mapping from virtual paths to the paths where the bytes are; nothing is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gitops_guard.fleet.globs import doublestar, path_glob
from gitops_guard.fleet.ignore import DEFAULT_MATCHER
from gitops_guard.fleet.paths import Folders, ancestors, is_within, join
from gitops_guard.graph import ArtifactGenerator, CopyOperation, OutputArtifact
from gitops_guard.model.fieldpath import FieldPath

SourceFiles = Mapping[str, str]
"""Paths in a source -> where the bytes are."""

_CAPTURE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_GLOB: Final = frozenset("*?[]")
_MAX_ARTIFACTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class GeneratedArtifact:
    """One ExternalArtifact. With a `problem` its content is not what Flux would have; `field` then leads to the cause.

    `merged` holds the files that are merged as Helm merges values, lowest priority first; they are not in `files`.
    `unknown` is set instead of `problem` where the content cannot be known here (another repository, an archive).
    """

    name: str
    files: Mapping[str, str]
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""
    unknown: str = ""
    field: FieldPath = ()


class _CopyError(Exception):
    """An operation that Flux would fail on, or whose result is not known here."""

    def __init__(self, message: str, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class _Source:
    files: SourceFiles
    folders: Folders


_Sources = Mapping[str, _Source | None]


def generate(generator: ArtifactGenerator, sources: Mapping[str, SourceFiles | None]) -> list[GeneratedArtifact]:
    """Every artifact of the generator.

    `sources` holds the files of each source by its alias; None where its content is not in this repository. Flux fails
    an artifact as a whole when one operation fails; so does this.
    """
    known = {alias: None if files is None else _Source(files, Folders(files)) for alias, files in sources.items()}
    return [
        _generated(output, known)
        for output in _outputs(generator, known)
        if isinstance(output.name, str) and output.name
    ]


def _outputs(generator: ArtifactGenerator, sources: _Sources) -> Iterator[OutputArtifact]:
    """The outputs, once for each folder that `pathPattern` matches (artifactgenerator_pathpattern.go)."""
    if generator.path_pattern is None:
        yield from generator.artifacts
        return
    alias, pattern = _aliased(generator.path_pattern)
    source = sources.get(alias)
    if source is None:
        return
    folders = sorted(source.folders.all - {""})
    literals = _CAPTURE.split(pattern)
    names = literals[1::2]
    if len(set(names)) != len(names):
        return
    import re2  # several captures in one segment would backtrack

    # Odd parts are the names of captures, each of which is one segment or a part of one.
    expression = re2.compile(
        "".join(re.escape(part) if index % 2 == 0 else "([^/]+)" for index, part in enumerate(literals))
    )
    made = 0
    for folder in folders:
        found = expression.fullmatch(folder)
        if found is None:
            continue
        captures = dict(zip(names, found.groups(), strict=True))
        for output in generator.artifacts:
            made += 1
            if made > _MAX_ARTIFACTS:
                return
            yield _filled(output, captures)


def _filled(output: OutputArtifact, captures: Mapping[str, str]) -> OutputArtifact:
    """Names take captures in lower case, paths as they are."""
    lower = {name: value.lower() for name, value in captures.items()}
    operations = (
        replace(operation, from_=_fill(operation.from_, captures), to=_fill(operation.to, captures))
        for operation in output.copy
    )
    return replace(output, name=_fill(output.name, lower), copy=tuple(operations))


def _fill(template: object, captures: Mapping[str, str]) -> object:
    if not isinstance(template, str):
        return template
    return _CAPTURE.sub(lambda found: captures.get(found[1], found[0]), template)


def _generated(output: OutputArtifact, sources: _Sources) -> GeneratedArtifact:
    name = str(output.name)
    staged: dict[str, tuple[str, ...]] = {}
    for operation in output.copy:
        try:
            for target, origin in _copied(operation, sources, staged):
                merges = operation.strategy == "Merge" and target in staged
                staged[target] = (*staged[target], origin) if merges else (origin,)
        except _CopyError as error:
            failed = GeneratedArtifact(name, {}, field=operation.path)
            return replace(failed, unknown=str(error)) if error.unknown else replace(failed, problem=str(error))
    # The artifact is packed with Flux's default exclusions.
    kept = {target: origins for target, origins in staged.items() if not DEFAULT_MATCHER.ignores(target)}
    return GeneratedArtifact(
        name,
        {target: origins[0] for target, origins in kept.items() if len(origins) == 1},
        {target: origins for target, origins in kept.items() if len(origins) > 1},
    )


def _aliased(text: object) -> tuple[str, str]:
    """`@alias/rest` -> `alias`, `rest`; empty strings where it is no such text."""
    if not isinstance(text, str) or not text.startswith("@") or "/" not in text:
        return "", ""
    alias, _, rest = text[1:].partition("/")
    return alias, rest


def _copied(operation: CopyOperation, sources: _Sources, staged: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The files of one operation: where they go, and where their bytes are. Raises `_CopyError`."""
    alias, pattern = _aliased(operation.from_)
    artifact, target = _aliased(operation.to)
    if not alias:
        raise _CopyError("`from` must be written as @alias/pattern")
    if artifact != "artifact":
        raise _CopyError("`to` must be written as @artifact/path")
    if alias not in sources:
        raise _CopyError(f"there is no source with the alias {alias}")
    source = sources[alias]
    if source is None:
        raise _CopyError(f"the content of the source {alias} is not in this repository", unknown=True)
    if operation.strategy == "Extract":
        raise _CopyError("it unpacks archives, which are not read here", unknown=True)
    excludes = [text for text in operation.exclude if isinstance(text, str)]
    if _GLOB.isdisjoint(pattern):
        pairs = _copy_one(pattern, target, source.folders, staged, excludes)
    else:
        pairs = _copy_glob(pattern, target, source.folders, excludes)
    for at, path in pairs:
        yield at, source.files[path]


def _copy_one(
    pattern: str, target: str, folders: Folders, staged: Mapping[str, object], excludes: list[str]
) -> Iterator[tuple[str, str]]:
    """Like `cp -r`: a folder keeps its name below the target; a file goes into a target that is a folder."""
    source = _inside("", pattern)
    if source in folders.all:
        name = source.rpartition("/")[2]
        for path in folders.below(source):
            if not _excluded(path, source, source, excludes):
                yield _inside(_inside("", target), f"{name}/{path[len(source) :].lstrip('/')}"), path
        return
    if source not in folders:
        raise _CopyError(f"{source} does not exist")
    if _excluded(source, "", "", excludes):
        return
    folder = _inside("", target)
    is_folder = target.endswith("/") or not folder or any(path.startswith(f"{folder}/") for path in staged)
    yield (_inside(folder, source.rpartition("/")[2]) if is_folder else folder), source


def _copy_glob(pattern: str, target: str, folders: Folders, excludes: list[str]) -> Iterator[tuple[str, str]]:
    """Go's `fs.Glob`, segment by segment (`**` is no more than `*`); folders that match are copied whole."""
    matches = _glob(pattern, folders)
    if not matches:
        raise _CopyError(f"no files match {pattern}")
    base = "/".join(_until_glob(pattern))
    kept = [match for match in matches if not _excluded(match, "", base, excludes)]
    if not kept:
        raise _CopyError(f"all files that match {pattern} are excluded")
    prefix = pattern.removesuffix("/**") + "/" if pattern.endswith("/**") else ""
    for match in kept:
        relative = match[len(prefix) :] if prefix and match.startswith(prefix) else match
        at = _inside(_inside("", target), relative)
        if match in folders:
            yield at, match
            continue
        for path in folders.below(match):
            if not _excluded(path, match, base, excludes):
                yield f"{at}{path[len(match) :]}" if at else path[len(match) + 1 :], path


def _glob(pattern: str, folders: Folders) -> list[str]:
    """Files and folders that match, as `fs.Glob` gives them."""
    found = {""}
    for segment in pattern.split("/"):
        matches = path_glob(segment)
        found = {
            f"{folder}/{name}" if folder else name
            for folder in found
            if folder in folders.all
            for name in folders.names(folder)
            if matches(name)
        }
    return sorted(found)


def _until_glob(pattern: str) -> Iterator[str]:
    for segment in pattern.split("/"):
        if not _GLOB.isdisjoint(segment):
            return
        yield segment


def _excluded(path: str, below: str, base: str, excludes: list[str]) -> bool:
    """Whether `path`, or a folder between it and `below`, matches an exclude pattern."""
    if not excludes:
        return False
    between = (folder for folder in ancestors(path) if folder not in ("", below) and is_within(folder, below))
    return any(_matches_exclude(candidate, base, excludes) for candidate in (path, *between))


def _matches_exclude(path: str, base: str, excludes: list[str]) -> bool:
    """Patterns speak of the path in the source, and of the path below `base` (`shouldExcludePath`)."""
    spellings = [path]
    if base and path.startswith(f"{base}/"):
        spellings.append(path[len(base) + 1 :])
    name = path.rpartition("/")[2]
    return any(
        doublestar(pattern)(text) or ("/" not in pattern and doublestar(pattern)(name))
        for pattern in excludes
        for text in spellings
    )


def _inside(folder: str, path: str) -> str:
    found = join(folder, path.lstrip("/"))
    if found is None:
        raise _CopyError(f"{path} leads out of the artifact")
    return found

"""Trouble with a build as facts that land on a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.model.facts import BuildFailure
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Manifest, SourceFile
from gitops_guard.render.closure import Closure, ClosureProblem
from gitops_guard.render.generate import Generated
from gitops_guard.render.jobs import Job
from gitops_guard.render.records import TreeReader

_LINE: Final = re.compile(r"\bline (\d{1,7})\b")


def refused(
    problems: Iterator[ClosureProblem] | tuple[ClosureProblem, ...],
    generated: Generated,
    job: Job,
    reader: TreeReader,
) -> Iterator[BuildFailure]:
    """What the closure refuses, at the entry of the kustomization, or of the spec that was merged into it."""
    for problem in problems:
        merged = next((path for path in _prefixes(problem.path) if path in generated.merged), None)
        if merged is not None:
            path = generated.merged[merged] + problem.path[len(merged) :]
            yield BuildFailure(problem.code, problem.message, job.applier, job.subject, path, fix=problem.fix)
        elif not problem.file:
            subject, path = (job.subject, problem.path) if job.subject else (None, ())
            yield BuildFailure(problem.code, problem.message, job.applier, subject, path, fix=problem.fix)
        else:
            manifest = reader.manifest_of(problem.file)
            yield BuildFailure(
                problem.code,
                problem.message,
                job.applier,
                manifest,
                problem.path,
                "" if manifest else problem.file,
                None if manifest else Span.point(1),
                problem.fix,
            )


def _prefixes(path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    for length in range(len(path), 0, -1):
        yield path[:length]


def broken(message: str, closure: Closure, job: Job, files: Mapping[str, SourceFile]) -> BuildFailure:
    """What the engine said, at the file that it names, else at the root kustomization."""
    named = [virtual for virtual in closure.files if virtual in message]
    best = max(named, key=len, default=None)
    path = closure.files[best] if best is not None else closure.layers[0].file
    line = _LINE.search(message)
    if not path:
        return BuildFailure("build-failed", message, job.applier, job.subject, job.folder_path)
    number = int(line.group(1)) if line and best is not None else 0
    if not number:
        manifest = _first(files.get(path))
        if manifest is not None:
            return BuildFailure("build-failed", message, job.applier, manifest)
    return BuildFailure("build-failed", message, job.applier, file=path, span=Span.point(max(number, 1)))


def _first(source: SourceFile | None) -> Manifest | None:
    return source.manifests[0] if source and source.manifests else None

"""Opens a policy file: its one document with positions, or the reasons why it cannot be read."""

from __future__ import annotations

from dataclasses import replace

from gitops_guard.manifests import Positions, load, parse_text
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Dialect, Problem
from gitops_guard.policy.reading import Reader


def open_document(path: str, data: bytes, code: str) -> tuple[Reader | None, list[Problem]]:
    """A reader for the first document of the text; its problems (and the reader's) carry `code`.

    Policy files are read in kustomize's dialect, where `off`, `on` and `yes` are text.
    """
    problems = [replace(problem, code=code) for problem in load(path, data, Dialect.KUSTOMIZE).problems]
    if problems:
        return None, problems
    try:
        documents = parse_text(data, Dialect.KUSTOMIZE)
    except ValueError as error:
        return None, [Problem(code, str(error), path, Span.point(1))]
    positions: list[Positions] = []

    def find(at: FieldPath, key: bool) -> Span | None:
        if not positions:
            # Positions are worked out only when something needs one: nearly all files are fine.
            positions.append(Positions.of(data))
        return positions[0].span(0, at, "key" if key else "value")

    reader = Reader(path, documents[0] if documents else None, find, code)
    if len(documents) > 1:
        return None, [Problem(code, "one file holds one document", path, Span.point(1))]
    return reader, []

"""`.gitops-guard.yaml` to a `Config`, with every fault at its line."""

from __future__ import annotations

from dataclasses import replace

from gitops_guard.config.reader import WrongConfigError, read
from gitops_guard.manifests import Positions, load, parse_text
from gitops_guard.model.config import Config
from gitops_guard.model.fieldpath import FieldPath, format_path
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Dialect, Problem


def load_config(path: str, data: bytes) -> tuple[Config, list[Problem]]:
    """The configuration, and everything that is wrong with it; where anything is, the configuration is the default one.

    Never raises on content. The file is read in kustomize's YAML, in which `off` (a level of a rule) is a text.
    """
    file = load(path, data, Dialect.KUSTOMIZE)
    if file.problems:
        return Config(path), [replace(problem, fatal=True) for problem in file.problems]
    documents = [value for value in parse_text(data, Dialect.KUSTOMIZE) if value is not None]
    if len(documents) > 1:
        second = Span.point(file.manifests[1].line if len(file.manifests) > 1 else 1)
        return Config(path), [_problem(path, "the file holds more than one document", second)]
    if not documents:
        return Config(path), []
    number = file.manifests[0].document if file.manifests else 0
    positions = Positions.of(data)

    def span(field: FieldPath, *, key: bool) -> Span:
        """Its place, or that of the nearest thing around it."""
        found = positions.span(number, field, "key" if key else "value")
        return found or (span(field[:-1], key=key) if field else Span.point(1))

    try:
        return read(documents[0], path, lambda field: Location(path, span(field, key=True))), []
    except WrongConfigError as error:
        wrong = error
    from gitops_guard.config.explain import Fault, explain

    faults = explain(documents[0]) or [Fault(wrong.path, "value", wrong.message)]
    problems = []
    for fault in faults:
        where = format_path(fault.path[:-1] if fault.at == "key" else fault.path)
        message = f"{where}: {fault.message}" if where else fault.message
        problems.append(_problem(path, message, span(fault.path, key=fault.at == "key"), fault.fix))
    return Config(path), sorted(problems, key=lambda problem: problem.span)


def _problem(path: str, message: str, span: Span, fix: str | None = None) -> Problem:
    return Problem("config", message, path, span, fix)

"""Waivers: decisions to live with a finding for a while. Read here from the waivers file and from comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Final

from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.config import Config
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import EntryKind, Tree
from gitops_guard.policy.documents import open_document
from gitops_guard.policy.inline_waivers import inline_waivers
from gitops_guard.policy.reading import Reader

_CODE: Final = "waiver-invalid"
_TARGET_KEYS: Final = ("environment", "kind", "namespace", "name", "path", "field")
# `2026-12-31` without quotes is a date to YAML, and kustomize's dialect writes dates as times.
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00Z)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a waiver of the waivers file covers; an empty field covers all. `path` and `name` may hold `*` and `?`."""

    environment: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    field: str = ""

    @property
    def is_narrow(self) -> bool:
        """It names an object, a namespace or files; a kind or a whole environment is no target but a rule set off."""
        return any(text.strip("*?/") for text in (self.name, self.namespace, self.path))

    def covers(self, environment: str, kind: str, namespace: str, name: str, path: str, field: str) -> bool:
        """Whether all that the target states agrees with a finding's place."""
        return (
            self.environment in ("", environment)
            and self.kind in ("", kind)
            and self.namespace in ("", namespace)
            and (not self.name or fnmatchcase(name, self.name))
            and (not self.path or fnmatchcase(path, self.path))
            and (not self.field or _field_covers(self.field, field))
        )


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver. `lines` (first and last, of `path`) is set for comments, `target` for the waivers file.

    `standing` says the same thing at every commit at which the waiver is the same; lines are no part of it.
    `trouble` is why it covers nothing; `scope` is what of the repository an inline waiver stands at.
    """

    rules: tuple[str, ...]
    reason: str
    path: str
    span: Span
    owner: str = ""
    expires: date | None = None
    target: Target | None = None
    lines: tuple[int, int] = (0, 0)
    scope: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def standing(self) -> tuple[object, ...]:
        """What must be equal at the base for the waiver to stand there; where it stands may differ."""
        return (self.rules, self.reason, self.owner, self.expires, self.target, self.scope)

    @property
    def where(self) -> str:
        """Path and line."""
        return f"{self.path}:{self.span.line}"


def load_waivers(
    tree: Tree, files: Mapping[str, SourceFile], config: Config, cache: Cache | None = None
) -> tuple[Waiver, ...]:
    """All waivers of one state: those of the waivers file, and those in the comments of `files`. Never raises."""
    entry = tree.entries().get(config.waivers)
    stated = _from_file(config.waivers, tree.read(config.waivers)) if entry and entry.kind is EntryKind.FILE else []
    inline = [
        Waiver(item.rules, item.reason, path, item.span, lines=item.lines, scope=item.scope, trouble=item.trouble)
        for path, item in inline_waivers(tree, files, cache or NoCache())
    ]
    return (*stated, *inline)


def _from_file(path: str, data: bytes) -> list[Waiver]:
    reader, problems = open_document(path, data, _CODE)
    if reader is None:
        return [Waiver((), "", path, problem.span, trouble=problem.message) for problem in problems]
    waivers = [_read_waiver(reader, (index,)) for index, _ in enumerate(reader.items(()))]
    # A problem belongs to the waiver in which it stands; where there is none, the whole file is at fault.
    if reader.problems and not waivers:
        waivers = [Waiver((), "", path, problem.span, trouble=problem.message) for problem in reader.problems]
    return waivers


def _read_waiver(reader: Reader, at: FieldPath) -> Waiver:
    before = len(reader.problems)
    reader.keys(at, ("rule", "target", "owner", "reason", "expires"))
    target_at = (*at, "target")
    reader.keys(target_at, _TARGET_KEYS)
    target = Target(**{key: reader.text((*target_at, key)) for key in _TARGET_KEYS})
    rule = reader.text((*at, "rule"), required=True)
    owner = reader.text((*at, "owner"), required=True)
    reason = reader.text((*at, "reason"), required=True)
    expires = _read_date(reader, (*at, "expires"))
    if not target.is_narrow:
        reader.complain(target_at, "the `target` is too broad: it needs a `name`, a `namespace` or a `path`")
    trouble = "; ".join(problem.message for problem in reader.problems[before:])
    span = reader.span((*at, "rule")) if rule else reader.span(at)
    return Waiver(
        (rule,) if rule else (), reason.strip(), reader.path, span, owner.strip(), expires, target, trouble=trouble
    )


def _read_date(reader: Reader, at: FieldPath) -> date | None:
    text = reader.text(at, required=True)
    match = _DATE.match(text)
    if text and match is None:
        reader.complain(at, f'`expires` must be a date such as 2026-12-31, not "{text}"')
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        reader.complain(at, f'`expires`: "{text}" is no day of the calendar')
        return None


def _field_covers(stated: str, field: str) -> bool:
    """`spec.containers[*]` covers `spec.containers[2].image`; whole steps only."""
    pattern = re.escape(stated).replace(r"\[\*\]", r"\[\d+\]")
    return re.match(pattern + r"(?:$|[.\[])", field) is not None

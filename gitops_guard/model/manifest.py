"""Documents as they stand in files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Span
from gitops_guard.model.resource import ResourceId


class Dialect(StrEnum):
    """Which parser's reading of plain scalars applies (docs/architecture.md, "Two dialects")."""

    KUSTOMIZE = "kustomize"
    """What goes through kustomize: `on`, `yes`, `y` stay strings."""
    KUBERNETES = "kubernetes"
    """sigs.k8s.io/yaml: `on` and `y` are booleans, `0o777` is 511."""


IMAGE_MARK: Final = "$imagepolicy"
WAIVER_MARK: Final = "gitops-guard:"
MARKS: Final = (IMAGE_MARK, WAIVER_MARK)
"""Texts of comments that are meant for tools. Few files hold one, and only those are searched for comments."""


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """One YAML document of a file, or one item of a `List`.

    `value` is plain data: dict, list, str, int, float, bool, None; keys are strings. It must not be changed.
    `document` counts the documents of the file from 0; `within` leads to the item inside a `List`
    (`("items", 3)`), empty otherwise. `line` is where the document's content starts.
    """

    path: str
    document: int
    value: dict[str, object]
    line: int
    dialect: Dialect = Dialect.KUSTOMIZE
    within: FieldPath = ()
    digest: str = ""
    """`digest_of(value)`, where whoever read the document knows it."""

    @property
    def id(self) -> ResourceId:
        """The identity that it states, before anything rewrites it."""
        return ResourceId.of(self.value)


@dataclass(frozen=True, slots=True)
class Problem:
    """Trouble with a file's text. `code` is the id of the rule that reports it (`yaml-syntax`, `duplicate-key`...)."""

    code: str
    message: str
    path: str
    span: Span
    fix: str | None = None
    fatal: bool = True
    """The file (or document) yields no value. Otherwise its value is usable and judged as well."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """A file of the tree as it was read: its manifests, and its problems as results."""

    path: str
    oid: str
    manifests: tuple[Manifest, ...]
    problems: tuple[Problem, ...] = ()
    marks: frozenset[str] | None = None
    """Those of `MARKS` that stand somewhere in the text; None where nobody looked."""

    def may_hold(self, mark: str) -> bool:
        """Whether the text may hold one of `MARKS`."""
        return self.marks is None or mark in self.marks

"""Typed reading of the files that people write for policy: rules, waivers, tests. Complaints know their line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches

from gitops_guard.model.fieldpath import MISSING, FieldPath, format_path, lookup
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Problem

Find = Callable[[FieldPath, bool], Span | None]
"""Where a path stands in the text; with `True` its key instead of its value."""


class Reader:
    """One document's value, read field by field. What is wrong is collected in `problems`; reading goes on."""

    def __init__(self, path: str, value: object, find: Find, code: str) -> None:
        self.path = path
        self.value = value
        self.problems: list[Problem] = []
        self._find = find
        self._code = code

    def span(self, at: FieldPath, key: bool = False) -> Span:
        """Where `at` stands; for a field that is missing, the nearest place above it."""
        while True:
            found = self._find(at, key)
            if found is not None:
                return found
            if not at:
                return Span.point(1)
            at, key = at[:-1], True

    def complain(self, at: FieldPath, message: str, fix: str | None = None, *, key: bool = False) -> None:
        """Notes a problem at a field."""
        self.problems.append(Problem(self._code, message, self.path, self.span(at, key), fix))

    def complain_at(self, span: Span, message: str, fix: str | None = None) -> None:
        """Notes a problem at a place that no path leads to."""
        self.problems.append(Problem(self._code, message, self.path, span, fix))

    def keys(self, at: FieldPath, known: Collection[str]) -> None:
        """Complains about every key of the mapping at `at` that is not known."""
        for key in self.mapping(at):
            if key not in known:
                self.complain((*at, key), unknown("key", key, known), key=True)

    def mapping(self, at: FieldPath) -> Mapping[str, object]:
        """The mapping at `at`; an empty one where there is none."""
        found = self._get(at)
        if isinstance(found, Mapping):
            return found
        if found is not None:
            self.complain(at, f"`{format_path(at) or 'the document'}` must be a mapping")
        return {}

    def items(self, at: FieldPath) -> Sequence[object]:
        """The list at `at`; an empty one where there is none."""
        found = self._get(at)
        if isinstance(found, list):
            return found
        if found is not None:
            self.complain(at, f"`{format_path(at) or 'the document'}` must be a list")
        return ()

    def text(self, at: FieldPath, *, required: bool = False) -> str:
        """The string at `at`, empty where there is none."""
        found = self._get(at)
        if isinstance(found, str) and (found.strip() or not required):
            return found
        if found is not None:
            self.complain(at, f"`{format_path(at)}` must be text" + (" that is not empty" if required else ""))
        elif required:
            self.complain(at, f"`{format_path(at)}` is missing")
        return ""

    def texts(self, at: FieldPath) -> tuple[str, ...]:
        """The strings of the list at `at`."""
        return tuple(self.text((*at, index), required=True) for index, _ in enumerate(self.items(at)))

    def choice(self, at: FieldPath, known: Collection[str], *, default: str = "") -> str:
        """One of `known`; `default` where nothing is said, or what is said is wrong (which is noted)."""
        found = self._get(at)
        if found is None and default:
            return default
        if found in known and isinstance(found, str):
            return found
        if found is None:
            self.complain(at, f"`{format_path(at)}` is missing: one of {', '.join(known)}")
        else:
            self.complain(at, unknown(format_path(at), str(found), known))
        return default or next(iter(known))

    def _get(self, at: FieldPath) -> object:
        found = lookup(self.value, at)
        return None if found is MISSING else found


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """`unknown key "sevrity": did you mean "severity"?`"""
    candidates = sorted(known)
    near = get_close_matches(name, candidates, n=1)
    if near:
        return f'unknown {what} "{name}": did you mean "{near[0]}"?'
    listed = ", ".join(candidates) if len(candidates) <= 20 else ""
    return f'unknown {what} "{name}"' + (f"; known are: {listed}" if listed else "")

"""The answer to "which input made this expression false?"."""

from __future__ import annotations

from typing import NamedTuple

from gitops_guard.model.fieldpath import FieldPath


class Blame(NamedTuple):
    """A place in an input. With `missing` set, it is the mapping at `path` that lacks this key."""

    variable: str
    path: FieldPath
    missing: str = ""

    def below(self, step: str | int) -> Blame:
        """The place one step further down."""
        return self._replace(path=(*self.path, step))

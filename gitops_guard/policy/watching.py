"""A context that notes whether a check looked at it."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from gitops_guard.model.rule import Context

_SURROUNDINGS: Final = frozenset({"fleet", "environment", "base"})


class WatchedContext(Context):
    """Notes that something beside the parameters was looked at.

    What a check says without looking is a function of the object, the rule and its parameters, and holds wherever
    that object stands: in another environment, at the base, in the next run.
    """

    __slots__ = ("looked",)
    looked: bool

    @classmethod
    def of(cls, context: Context) -> WatchedContext:
        """The same context, watched."""
        watched = cls(**{field.name: getattr(context, field.name) for field in fields(context)})
        watched.reset()
        return watched

    def reset(self) -> None:
        """Nobody has looked yet."""
        object.__setattr__(self, "looked", False)  # the class is frozen for checks, which get nothing else to write to

    def __getattribute__(self, name: str) -> object:
        if name in _SURROUNDINGS:
            object.__setattr__(self, "looked", True)
        return object.__getattribute__(self, name)

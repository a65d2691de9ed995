"""An entry point that discovery found, before it is given to an environment."""

from __future__ import annotations

from dataclasses import dataclass

from gitops_guard.model.environment import EntryPoint


@dataclass(frozen=True, slots=True)
class Candidate:
    """`folder` tells the environment: candidates of one folder enter the same one, and it is named after the folder."""

    folder: str
    entry: EntryPoint

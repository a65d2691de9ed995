"""The seam between what is to be built and what builds it. Engines are values of the `Builder` protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, eq=False)
class BuildRequest:
    """One kustomize build. `files` is the whole file system of it: virtual paths to bytes; nothing else exists.

    `folder` is the folder to build. Load restrictions are off, remotes and plugins that are programs do not work.
    """

    folder: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class BuildResult:
    """What kustomize wrote: YAML documents with `---` between them; or what it said when it failed.

    `final` says that the engine itself refused the content, so that the same content is refused again; what a machine
    or a limit stopped may go well the next time.
    """

    output: bytes = b""
    error: str = ""
    final: bool = False


class Builder(Protocol):
    """Builds, in any order and as parallel as the machine allows; results are in the order of the requests.

    A build that fails, hangs or says too much is a result with an `error`; `build` raises only for bugs.
    """

    @property
    def identity(self) -> str:
        """Name and version, for cache keys: two engines with one identity give the same bytes."""
        ...

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        """One result a request."""
        ...

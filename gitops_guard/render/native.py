"""The engine `native`: the Go program of native/, in processes that live as long as the builder."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from gitops_guard.render.builder import BuildRequest, BuildResult
from gitops_guard.render.messages import readable
from gitops_guard.render.worker import Failure, Limits, Worker

VARIABLE: Final = "GITOPS_GUARD_NATIVE"
"""Names the program, where it is none of the usual ones."""

_NAME: Final = "gitops-guard-native"
_ENDING: Final = ".exe" if sys.platform == "win32" else ""
_PACKAGE: Final = Path(__file__).parents[1]
SOURCES: Final = _PACKAGE.parent / "native"
"""The program's sources, in a checkout."""


def find_native() -> Path | None:
    """The program that `GITOPS_GUARD_NATIVE` names, else the wheel's own, else what `make native` built of a checkout.

    Raises `FileNotFoundError` where the variable names something that is not there.
    """
    if named := os.environ.get(VARIABLE):
        if not Path(named).is_file():
            raise FileNotFoundError(f"{VARIABLE} is {named}, which is not there")
        return Path(named)
    candidates = [_PACKAGE / f"{_NAME}{_ENDING}"]
    if SOURCES.is_dir():
        candidates.append(built_from(SOURCES))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def built_from(sources: Path) -> Path:
    """Where the program built from these sources is kept: in this Python environment, under a name that tells them."""
    digest = hashlib.sha256()
    for path in [*sorted(sources.glob("*.go")), sources / "go.mod", sources / "go.sum"]:
        if not path.name.endswith("_test.go"):
            data = path.read_bytes()
            digest.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return Path(sysconfig.get_path("data")) / "share" / "gitops-guard" / f"{_NAME}-{digest.hexdigest()[:16]}{_ENDING}"


class NativeBuilder:
    """Builds with as many processes as builds may run at a time, each started when it is first needed.

    They end with `close`, with the builder, or with this process, whatever comes first.
    """

    def __init__(self, program: Path, limits: Limits | None = None, jobs: int = 0) -> None:
        self.program = program
        self._jobs = jobs or os.cpu_count() or 1
        self.workers = [Worker(program, limits or Limits()) for _ in range(self._jobs)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.workers:
            self._idle.put(worker)
        self.close = weakref.finalize(self, _close, self.workers)

    @cached_property
    def identity(self) -> str:
        """A digest of the program: what is built depends on nothing else."""
        with self.program.open("rb") as file:
            return f"native {hashlib.file_digest(file, 'sha256').hexdigest()[:32]}"

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        """See `Builder`."""
        if len(requests) < 2:
            return [self._build(request) for request in requests]
        with ThreadPoolExecutor(min(len(requests), self._jobs)) as pool:
            return list(pool.map(self._build, requests))

    def _build(self, request: BuildRequest) -> BuildResult:
        try:
            parts = list(_parts(request))
        except UnicodeEncodeError:
            return BuildResult(error="a path of the build is no text that a file could be named")
        worker = self._idle.get()
        try:
            status, output = worker.ask("kustomize", parts)
        except Failure as failure:
            return BuildResult(error=str(failure))
        finally:
            self._idle.put(worker)
        if status != "ok":
            return BuildResult(error=readable(output.decode("utf-8", "replace")), final=True)
        return BuildResult(output)


def _parts(request: BuildRequest) -> Iterator[bytes]:
    yield _encode(request.folder)
    for path, data in request.files.items():
        yield _encode(path)
        yield data


def _encode(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _close(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.stop()

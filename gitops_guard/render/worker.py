"""One long-lived process of the native program. native/README.md describes what is said over its pipes."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from gitops_guard.render.process import limit_memory


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may use: seconds, bytes of output, bytes of memory."""

    seconds: float = 60.0
    max_output: int = 256 << 20
    memory: int = 2 << 30


class Failure(Exception):  # noqa: N818 - a result of the request, not an error of the program
    """A request that was not answered, and why."""


class _Died(Exception):  # noqa: N818
    """The process ended without an answer."""


_RESERVED: Final = 1536 << 20
"""Address space that Go's runtime reserves and does not use: about 1.2 GiB."""
_MAX_HEADER: Final = 1 << 20
_MAX_SAID: Final = 16 * 1024


class Worker:
    """A process that is started when it is needed, and again when it died or was killed. For one thread at a time."""

    def __init__(self, program: Path, limits: Limits) -> None:
        self._program = program
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._asked = 0

    @property
    def pid(self) -> int | None:
        """The running process; None where none is."""
        return self._process.pid if self._process is not None else None

    def ask(self, action: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
        """Status (`ok` or `error`) and what was answered. Raises `Failure` where there is no answer.

        A process that dies may have been worn out by what it did before, so a new one gets a second chance.
        """
        was_used = self._process is not None
        try:
            return self._ask(action, parts)
        except _Died as died:
            if not was_used:
                raise Failure(str(died)) from died
        try:
            return self._ask(action, parts)
        except _Died as died:
            raise Failure(str(died)) from died

    def stop(self) -> None:
        """Ends the process, if there is one."""
        process, self._process = self._process, None
        errors, self._errors = self._errors, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):  # what was not written yet cannot be written any more
                        stream.close()
            process.wait()
        if errors is not None:
            errors.close()

    def _ask(self, action: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
        process = self._process or self._start()
        self._asked += 1
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            _send(process, {"id": self._asked, "action": action, "sizes": [len(part) for part in parts]}, parts)
            return self._receive(process)
        except (_Died, OSError) as error:
            if late.is_set():
                raise Failure(f"the build was stopped: it took more than {self._limits.seconds:g} seconds") from error
            message = f"the process of the build ended: {self._last_words()}"
            self.stop()
            raise _Died(message) from error
        except BaseException:
            self.stop()  # whatever it says now would be taken for the answer to the next request
            raise
        finally:
            timer.cancel()
            if late.is_set():
                self.stop()

    def _start(self) -> subprocess.Popen[bytes]:
        self.stop()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            process = subprocess.Popen(
                [str(self._program)],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            errors.close()
            raise Failure(f"cannot run {self._program}: {error.strerror or error}") from error
        limit_memory(process.pid, self._limits.memory + _RESERVED)
        self._process, self._errors = process, errors
        return process

    def _environment(self) -> dict[str, str]:
        """Nothing of ours; how Go's runtime uses memory: little garbage is collected until half of it is used."""
        kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        return {
            **kept,
            "GOMAXPROCS": "2",
            "GOGC": "400",
            "GOMEMLIMIT": str(self._limits.memory // 2),
            "GOTRACEBACK": "none",
        }

    def _receive(self, process: subprocess.Popen[bytes]) -> tuple[str, bytes]:
        (length,) = struct.unpack(">I", _read(process, 4))
        if length > _MAX_HEADER:
            raise Failure("the native program does not speak our protocol")
        try:
            header = json.loads(_read(process, length))
            status, sizes, answered = str(header["status"]), list(map(int, header["sizes"])), header["id"]
        except (ValueError, TypeError, LookupError) as error:
            raise Failure("the native program does not speak our protocol") from error
        if answered != self._asked or len(sizes) != 1 or sizes[0] < 0:
            raise Failure("the native program does not speak our protocol")
        if sizes[0] > self._limits.max_output:
            raise Failure(f"the build was stopped: it wrote more than {self._limits.max_output >> 20} MiB")
        return status, _read(process, sizes[0])

    def _last_words(self) -> str:
        assert self._errors is not None
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _MAX_SAID))
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        # Go's runtime says why in lines that start so; what stands around it changes with every release.
        reasons = [line for line in lines if line.startswith(("fatal error: ", "runtime: ", "panic: "))]
        said = reasons or [line for line in lines if line.strip()][-1:]
        return "; ".join(dict.fromkeys(said)) or "it said nothing"


def _send(process: subprocess.Popen[bytes], header: dict[str, object], parts: Sequence[bytes]) -> None:
    assert process.stdin is not None
    text = json.dumps(header).encode()
    process.stdin.write(struct.pack(">I", len(text)) + text)
    process.stdin.writelines(parts)
    process.stdin.flush()


def _read(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    data = process.stdout.read(size)
    if len(data) < size:
        raise _Died
    return data

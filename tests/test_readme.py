"""Every command that the documentation shows runs, and says what is shown.

A block of ```console holds commands (`$ gitops-guard ...`), each followed by all that it prints. A block after the
comment `<!-- not run: reason -->` is left out. Commands run at the top of a scratch copy of the project.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitops_guard import cli
from tests.support.gate import CONSOLE_SCRIPT

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/README.md")])
NOT_RUN = re.compile(r"<!--\s*not run:(.*?)-->", re.DOTALL)
# What differs between machines and releases.
CHANGING = [
    (re.compile(r"gitops-guard \d+\.\d+\.\d+\S*"), "gitops-guard VERSION"),
    (re.compile(r"\b\d+\.\d+ s\b"), "TIME"),
]


@dataclass(frozen=True)
class Block:
    """A block of commands; `why_not` is the reason not to run it, None where it runs."""

    page: str
    line: int
    text: str
    why_not: str | None

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command with what it is said to print."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            while command.endswith("\\"):
                more, _, shown = shown.partition("\n")
                command = command[:-1] + more.removeprefix("> ")
            yield command, shown


def tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text())


def blocks() -> list[Block]:
    found = []
    for page in PAGES:
        why_not = None
        for token in tokens(page):
            if token.type == "fence" and token.info == "console":
                line = token.map[0] + 1 if token.map else 0
                found.append(Block(str(page.relative_to(ROOT)), line, token.content, why_not))
            if token.nesting >= 0:
                match = NOT_RUN.search(token.content) if token.type == "html_block" else None
                why_not = match[1].strip() if match else None
    return found


BLOCKS = blocks()
RUN = [block for block in BLOCKS if block.why_not is None]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without its repository."""
    place = tmp_path_factory.mktemp("project")
    for name in ("examples", "docs", "rules", "README.md"):
        source = ROOT / name
        shutil.copytree(source, place / name) if source.is_dir() else shutil.copy(source, place / name)
    return place


def normalised(text: str) -> str:
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.parametrize("block", RUN, ids=[f"{block.page}:{block.line}" for block in RUN])
def test_what_is_shown_is_what_is_printed(block: Block, scratch: Path) -> None:
    path = os.pathsep.join([str(CONSOLE_SCRIPT.parent), os.environ["PATH"]])
    commands = list(block.commands())
    assert commands
    for command, shown in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=scratch,
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        assert normalised(done.stdout) == normalised(shown), command


def test_the_readme_shows_commands_that_run() -> None:
    assert {block.page for block in RUN} >= {"README.md", "examples/talkhub/README.md"}


def test_what_is_not_run_says_why() -> None:
    assert all(block.why_not for block in BLOCKS if block.why_not is not None)
    for page in PAGES:
        marks = NOT_RUN.findall(page.read_text())
        left_out = [
            block for block in BLOCKS if block.page == str(page.relative_to(ROOT)) and block.why_not is not None
        ]
        assert len(marks) == len(left_out), f"{page}: a reason stands before no block"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_stand_in_blocks_that_are_run(page: Path) -> None:
    for token in tokens(page):
        if token.type in ("fence", "code_block") and token.info != "console":
            assert not re.search(r"^\$ ", token.content, re.MULTILINE), token.content


def commands_in_text() -> list[tuple[str, str]]:
    """Commands of ours in running text, in tables, and in the YAML of CI systems."""
    found = set()
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        for token in tokens(page):
            for child in token.children or ():
                if child.type == "code_inline" and child.content.startswith("gitops-guard "):
                    found.add((name, child.content))
            if token.type == "fence" and token.info == "yaml":
                found.update((name, command) for command in re.findall(r"run: (gitops-guard .*)", token.content))
    return sorted(found)


@pytest.mark.parametrize(("page", "command"), commands_in_text())
def test_commands_in_text_are_understood(page: str, command: str) -> None:
    words = shlex.split(command)[1:]
    if len(words) == 1:  # the verb is spoken of
        assert words[0] in (*cli.build_parser().verbs, "--help", "--version")
    else:
        cli.parse(words)


def test_hooks_in_the_readme_exist() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (snippet,) = (
        token.content for token in tokens(ROOT / "README.md") if token.type == "fence" and "repos:" in token.content
    )
    named = set(re.findall(r"- id: (\S+)", snippet))
    assert named
    assert named <= hooks


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for token in tokens(page):
        for child in token.children or ():
            target = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if target and not target.startswith(("http://", "https://", "#", "mailto:")):
                assert (page.parent / target.partition("#")[0]).exists(), f"{page}: {target}"

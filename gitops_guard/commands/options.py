"""What the command line hands to a verb: one frozen dataclass each, made by `cli.py`, taken by `commands/<verb>.py`.

Every field has the default that the command line has, so that tests and other callers state only what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

STDIN: Final = "-"
"""The path that stands for standard input."""


class FailOn(StrEnum):
    """The mildest severity that blocks. There is no `never`: a gate that cannot fail is a silent pass."""

    ERROR = "error"
    WARNING = "warning"


class Color(StrEnum):
    """When to colour what is printed for people."""

    AUTO = "auto"
    """On a terminal, unless `NO_COLOR` says no; `FORCE_COLOR` and `CLICOLOR_FORCE` say yes."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """`--report FORMAT=PATH`: one report into a file; its folder is made where it is missing."""

    format: str
    path: str


@dataclass(frozen=True, slots=True)
class RepositoryOptions:
    """Which repository, in which state, with which configuration."""

    root: str = ""
    """Empty: the repository of the current folder (or the folder itself where there is none)."""
    ref: str = ""
    """Read this commit. At most one of `ref` and `index` is set; neither means the working tree."""
    index: bool = False
    config: str = ""
    """Empty: `.gitops-guard.yaml` at the root."""
    cache: bool = True
    jobs: int = 0
    """Worker processes; 0: as many as there are cores."""


@dataclass(frozen=True, slots=True)
class ValidateOptions(RepositoryOptions):
    """`gitops-guard validate`. `paths` narrow what is reported; (`-`,) reads one file from standard input."""

    paths: tuple[str, ...] = ()
    stdin_filename: str = ""
    """Where the text of standard input would stand in the repository. Set only with `-`."""
    base: str = ""
    """Judge the change since this ref; empty: found by itself. Never set together with `all`."""
    all: bool = False
    """Judge everything, base or not."""
    render: bool = True
    environments: tuple[str, ...] = ()
    """Only these; empty: all of them."""
    profile: str = ""
    """Empty: the configuration's."""
    select: tuple[str, ...] = ()
    """Only these rules (or packs); empty: the profile's."""
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.ERROR
    format: str = "text"
    reports: tuple[ReportTarget, ...] = ()
    verbosity: int = 0
    """-1 with `--quiet`, 1 and more with `--verbose`."""
    color: Color = Color.AUTO
    show_existing: bool = False
    """Show the findings that the base has as well; they never block."""

    @property
    def reads_stdin(self) -> bool:
        """One file from standard input is judged, and nothing else."""
        return self.paths == (STDIN,)


@dataclass(frozen=True, slots=True)
class TryOptions:
    """`gitops-guard try`. `target` is a folder or the URL of a git repository; empty: the current folder."""

    target: str = ""
    top: int = 10
    """How many findings to show."""
    cache: bool = True
    jobs: int = 0
    verbosity: int = 0
    color: Color = Color.AUTO


@dataclass(frozen=True, slots=True)
class InitOptions(RepositoryOptions):
    """`gitops-guard init`: write the configuration that was discovered."""

    stdout: bool = False
    """Print it instead of writing the file."""
    force: bool = False
    """Overwrite a file that stands there."""


@dataclass(frozen=True, slots=True)
class EnvironmentsOptions(RepositoryOptions):
    """`gitops-guard environments`: what would run where, and from which files."""

    environments: tuple[str, ...] = ()
    render: bool = True
    format: Literal["text", "json"] = "text"
    color: Color = Color.AUTO


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """`gitops-guard explain RULE`. `packs` are further folders of rule files."""

    rule: str
    packs: tuple[str, ...] = ()
    color: Color = Color.AUTO


@dataclass(frozen=True, slots=True)
class RulesOptions:
    """`gitops-guard rules`."""

    format: Literal["text", "json", "markdown"] = "text"
    packs: tuple[str, ...] = ()
    color: Color = Color.AUTO


@dataclass(frozen=True, slots=True)
class TestRulesOptions:
    """`gitops-guard test-rules`: run the test files beside the rules. `paths` empty: the built-in packs."""

    __test__ = False

    paths: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Only these rules; empty: all."""
    verbosity: int = 0
    color: Color = Color.AUTO


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """`gitops-guard completion SHELL`."""

    shell: Literal["bash", "zsh", "fish"]


@dataclass(frozen=True, slots=True)
class CacheOptions:
    """`gitops-guard cache dir|clear`."""

    action: Literal["dir", "clear"]

"""The one handler of errors: every way in which a run ends without an answer, as an exit code and a line that helps.

Exit codes: 2 for bad usage and for crashes (nothing was judged; 1 would say that something was judged and blocked),
130 for an interrupt, 141 where the reader of our output went away (as a program that dies of SIGPIPE).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

NOTHING_JUDGED: Final = 2
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

_LONGEST_REMARK = 300


class UsageError(Exception):
    """What was asked for cannot be done. `fix` says what to write instead."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "validate"?`, or the empty string where nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'Did you mean "{near[0]}"?' if near else ""


def guarded(action: Callable[[], int], arguments: Sequence[str]) -> int:
    """What `action` returns; whatever it raises becomes an exit code. `arguments` are for the log of a crash."""
    try:
        return _finish(action)
    except UsageError as error:
        _complain(" ".join(part for part in (error.message, error.fix) if part))
        return NOTHING_JUDGED
    except KeyboardInterrupt:
        _complain("interrupted: nothing was decided")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 the last resort: a bug must never look like a verdict
        from gitops_guard.git.errors import GitError

        if isinstance(error, GitError):  # trouble with the repository; trees are read late, wherever they are needed
            _complain(str(error))
        else:
            _report_crash(error, arguments)
        return NOTHING_JUDGED


def _finish(action: Callable[[], int]) -> int:
    """Runs to the last byte of output, so that a closed pipe is noticed here and not when Python ends."""
    try:
        code = action()
    except SystemExit as done:  # argparse, after --help and --version
        code = done.code if isinstance(done.code, int) else 0
    sys.stdout.flush()
    return code


def _complain(text: str) -> None:
    from gitops_guard.report.escape import log_line

    print(f"gitops-guard: {log_line(text)}", file=sys.stderr)  # noqa: T201 the way out for messages about the run


def _drop_output() -> None:
    """Python flushes standard output once more when it ends; that must not complain a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_crash(error: Exception, arguments: Sequence[str]) -> None:
    remark = (str(error).splitlines() or [""])[0][:_LONGEST_REMARK]
    _complain(f"internal error, nothing was judged: {type(error).__name__}: {remark}")
    text = _log(error, arguments)
    try:
        path = _write_log(text)
    except OSError:
        sys.stderr.write(text)
        return
    _complain(f"a log to paste into a bug report is in {path} (read it first: it may quote your files)")


def _log(error: Exception, arguments: Sequence[str]) -> str:
    """Markdown, ready to be pasted."""
    import platform
    import shlex
    from pathlib import Path
    from traceback import format_exception

    from gitops_guard import __version__
    from gitops_guard.report.escape import markdown_fence

    trace = "".join(format_exception(error)).replace(str(Path.home()), "~").splitlines()
    facts = [
        f"gitops-guard {__version__}",
        f"{platform.python_implementation()} {platform.python_version()} on {platform.platform()}",
        f"gitops-guard {shlex.join(arguments)}",
    ]
    parts = ["### Version and command", markdown_fence(facts), "### What happened", markdown_fence(trace)]
    return "\n\n".join(parts) + "\n"


def _write_log(text: str) -> Path:
    """A fresh file that only its owner can read, in the folder for temporary files."""
    from pathlib import Path
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="gitops-guard-crash-", suffix=".md", delete=False
    ) as file:
        file.write(text)
    return Path(file.name)

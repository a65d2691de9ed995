"""What may take its time and goes through GitPython: cloning now; walking history and writing commits come here too.

Its import takes 0.15 s and its objects ten times as long as plumbing, so that nothing which `validate` needs is here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gitops_guard.git.command import SAFE_SETTINGS, closed_environment
from gitops_guard.git.errors import GitError, GitUnavailableError

_PROTOCOLS: Final = "https:http:ssh:git:file"
"""Without `ext`, which runs a command that the URL names."""
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s]+@")


def clone(url: str, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
    """Clones the newest commit of the default branch of `url` into `folder`, without submodules.

    The user's own credentials are used, and nobody is asked for any. Raises `GitError`.
    """
    try:
        import git
    except ImportError as error:  # GitPython looks for the program when it is imported
        raise GitUnavailableError("git is not installed") from error

    if "GIT_WORK_TREE" in os.environ:
        raise GitError("GIT_WORK_TREE is set, which would lead the clone astray; unset it")
    settings = [setting for setting in SAFE_SETTINGS if not setting.startswith(("core.sshCommand", "core.askPass"))]
    environment = closed_environment(environ) | {
        "GIT_ALLOW_PROTOCOL": _PROTOCOLS,
        # GitPython adds to the variables of this process and takes none away: a hook's index must not be written.
        "GIT_INDEX_FILE": str(folder.absolute() / ".git" / "index"),
    }
    runner = git.Git(folder.parent)
    runner.set_persistent_git_options(c=settings)
    try:
        git.Git.check_unsafe_protocols(url)
        runner.clone("--quiet", "--depth=1", "--single-branch", "--no-tags", "--", url, str(folder), env=environment)
    except git.exc.UnsafeProtocolError as error:
        raise GitError(f"{_mask(url)} names a command to run instead of a repository") from error
    except git.exc.GitCommandError as error:
        reason = re.search(r"(?:fatal|error): (.*)", str(error.stderr))
        raise GitError(f"{_mask(url)} cannot be cloned: {_mask(reason[1] if reason else 'git failed')}") from error


def _mask(text: str) -> str:
    """Without the password that a URL may hold."""
    return _CREDENTIALS.sub("***@", text)

"""`gitops-guard cache dir|clear`."""

from __future__ import annotations

import sys

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import CacheOptions
from gitops_guard.report.terminal import emit


def run(options: CacheOptions) -> int:
    """Prints the folder of the cache, or empties it. Returns 0. Raises `UsageError` where it cannot."""
    from gitops_guard.cache import cache_folder, clear_cache

    try:
        folder = cache_folder()
        if options.action == "dir":
            emit(sys.stdout, f"{folder}\n")
        else:
            clear_cache(folder)
    except RuntimeError as error:
        raise UsageError("there is no home folder to keep results in.", "Set GITOPS_GUARD_CACHE.") from error
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be removed: {error.strerror}.") from error
    return 0

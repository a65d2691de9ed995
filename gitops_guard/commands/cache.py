"""`gitops-guard cache dir|clear`."""

from __future__ import annotations

import shutil
import sys

from gitops_guard.commands.options import CacheOptions


def run(options: CacheOptions) -> int:
    """Prints the folder of the cache, or removes it. Returns 0."""
    from gitops_guard.cache import cache_folder

    folder = cache_folder()
    if options.action == "dir":
        sys.stdout.write(f"{folder}\n")
    elif folder.exists():
        shutil.rmtree(folder)
    return 0

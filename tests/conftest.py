"""What all tests share: a surrounding that holds nothing of the user's, of the machine's or of the CI system's."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: how fast a shared machine is proves nothing. In CI every run tries the same examples.
settings.register_profile("gitops-guard", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("gitops-guard")

_FOREIGN = (
    *("GIT_", "GITHUB_", "GITLAB_", "CI", "PRE_COMMIT", "GITOPS_GUARD_", "XDG_", "BITBUCKET_", "BUILDKITE_", "DRONE_"),
    *("SYSTEM_PULLREQUEST", "CHANGE_TARGET", "PULL_BASE_", "PULL_REFS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR"),
)


@pytest.fixture(scope="session", autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, no configuration of git, a fixed author, no trace of a CI system. Gives the folder of it all."""
    place = tmp_path_factory.mktemp("surroundings")
    (place / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(_FOREIGN):
                patch.delenv(name)
        for name, value in {
            "HOME": str(place / "home"),
            "XDG_CONFIG_HOME": str(place / "home" / ".config"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A. Developer",
            "GIT_AUTHOR_EMAIL": "developer@example.com",
            "GIT_COMMITTER_NAME": "A. Developer",
            "GIT_COMMITTER_EMAIL": "developer@example.com",
            "TZ": "UTC",
        }.items():
            patch.setenv(name, value)
        yield place


_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_cache(hermetic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own for every test, made only when something is stored."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(hermetic / f"cache-{next(_numbers)}"))

"""Which files of a repository are part of a Flux source.

Flux does not use git's own reading of ignore patterns but the one of github.com/fluxcd/pkg/sourceignore: every file is
judged by itself, and the last pattern that matches decides. So a file below an excluded folder can be included again,
which git does not allow; that is why no library for git's semantics is used here.

Once a repository has any pattern of its own (in a `.sourceignore`, or `spec.ignore`), Flux leaves out its defaults for
file extensions and CI files (`SourceIgnoreFilter` of github.com/fluxcd/pkg/artifact/storage); those for git's own files
always hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from gitops_guard.fleet.globs import Matcher, is_literal, path_glob

IGNORE_FILE: Final = ".sourceignore"
_VCS: Final = (".git/", ".gitignore", ".gitmodules", ".gitattributes")
_DEFAULTS: Final = (
    *("*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip"),
    *(".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml"),
    *("codeship-services.yml", "codeship-steps.yml"),
    *("**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml"),
)
_ANY_DEPTH: Final = "**"


@dataclass(frozen=True, slots=True)
class IgnorePattern:
    """One line of an ignore file. `domain` is the folder of that file as path segments: the pattern holds below it."""

    segments: tuple[str, ...]
    domain: tuple[str, ...] = ()
    includes: bool = False
    folders_only: bool = False

    @property
    def anywhere(self) -> bool:
        """It has no slash inside, and so speaks of a name at any depth."""
        return len(self.segments) == 1

    def matches(self, path: Sequence[str]) -> bool:
        """Whether it matches a file at `path` (its segments), or a folder above it."""
        if len(path) <= len(self.domain) or tuple(path[: len(self.domain)]) != self.domain:
            return False
        inside = path[len(self.domain) :]
        return self._name_matches(inside) if self.anywhere else self._glob_matches(inside)

    def _name_matches(self, path: Sequence[str]) -> bool:
        glob = path_glob(self.segments[0])
        first = next((index for index, name in enumerate(path) if glob(name)), None)
        return first is not None and not (self.folders_only and first == len(path) - 1)

    def _glob_matches(self, path: Sequence[str]) -> bool:
        """`**` takes as few segments as it can and is never tried again; what is left over is below the match."""
        at = 0
        matched = traverse = False
        for index, segment in enumerate(self.segments):
            if segment == "":
                traverse = False
            elif segment == _ANY_DEPTH:
                if index == len(self.segments) - 1:
                    break
                traverse = True
            elif _ANY_DEPTH in segment or at >= len(path):
                return False
            elif traverse:
                traverse = False
                glob = path_glob(segment)
                while at < len(path):
                    at += 1
                    if glob(path[at - 1]):
                        matched = True
                        break
                else:
                    matched = False
            elif path_glob(segment)(path[at]):
                matched = True
                at += 1
            else:
                return False
        return matched and not (self.folders_only and at >= len(path))


def parse_patterns(text: str, domain: str = "") -> list[IgnorePattern]:
    """The patterns of an ignore file that stands in the folder `domain`, or of a `spec.ignore`."""
    inside = tuple(step for step in domain.split("/") if step)
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    return [_pattern(line, inside) for line in lines if line.strip() and not line.startswith("#")]


def _pattern(line: str, domain: tuple[str, ...] = ()) -> IgnorePattern:
    includes = line.startswith("!")
    text = line.removeprefix("!")
    if not text.endswith("\\ "):
        text = text.rstrip(" ")
    folders_only = text.endswith("/")
    segments = tuple(text.removesuffix("/").split("/"))
    if len(segments) == 2 and segments[0] == _ANY_DEPTH and segments[1] and _ANY_DEPTH not in segments[1]:
        segments = segments[1:]  # `**/name` is `name`
    return IgnorePattern(segments, domain, includes, folders_only)


_VCS_PATTERNS: Final = tuple(_pattern(line) for line in _VCS)
_DEFAULT_PATTERNS: Final = tuple(_pattern(line) for line in _DEFAULTS)


@dataclass(frozen=True)
class IgnoreMatcher:
    """Patterns in order of rising priority."""

    patterns: tuple[IgnorePattern, ...]
    _by_name: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    def ignores(self, path: str) -> bool:
        """Whether the file at `path` is left out."""
        steps = path.split("/")
        decisive = max(self._named(steps), default=-1)
        for index in reversed(self._others):
            if index < decisive:
                break
            if self.patterns[index].matches(steps):
                decisive = index
                break
        return decisive >= 0 and not self.patterns[decisive].includes

    @cached_property
    def _others(self) -> tuple[int, ...]:
        """The patterns that speak of more than a bare name anywhere."""
        return tuple(index for index, item in enumerate(self.patterns) if item.domain or not item.anywhere)

    @cached_property
    def _names(self) -> tuple[Mapping[str, list[int]], list[tuple[int, Matcher]]]:
        """The patterns that are a bare name, by that name, and those that are a glob of bare names."""
        literals: defaultdict[str, list[int]] = defaultdict(list)
        globs: list[tuple[int, Matcher]] = []
        for index, item in enumerate(self.patterns):
            if item.anywhere and not item.domain:
                name = item.segments[0]
                if is_literal(name):
                    literals[name].append(index)
                else:
                    globs.append((index, path_glob(name)))
        return dict(literals), globs

    def _named(self, steps: Sequence[str]) -> Iterable[int]:
        """Matching patterns that speak of a bare name. Names repeat, so that each is matched once."""
        last = len(steps) - 1
        for at, name in enumerate(steps):
            found = self._by_name.get(name)
            if found is None:
                literals, globs = self._names
                found = (*literals.get(name, ()), *(index for index, glob in globs if glob(name)))
                self._by_name[name] = found
            yield from (index for index in found if at < last or not self.patterns[index].folders_only)


def source_matcher(ignore_files: Mapping[str, str], spec_ignore: str = "") -> IgnoreMatcher:
    """What Flux leaves out of a source.

    `ignore_files` holds the texts of all `.sourceignore` files by path; `spec_ignore` is the source's `spec.ignore`.
    """
    own: list[IgnorePattern] = []
    for path in sorted(ignore_files, key=lambda path: path.split("/")[:-1]):
        own.extend(parse_patterns(ignore_files[path], path.rpartition("/")[0]))
    own.extend(parse_patterns(spec_ignore))
    return IgnoreMatcher((*_VCS_PATTERNS, *(own or _DEFAULT_PATTERNS)))


def ignore_matcher(patterns: Iterable[str]) -> IgnoreMatcher:
    """A matcher of these patterns alone (the configuration's `ignore`)."""
    return IgnoreMatcher(tuple(pattern for line in patterns for pattern in parse_patterns(line)))


DEFAULT_MATCHER: Final = source_matcher({})

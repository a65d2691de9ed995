"""`gitops-guard init`: writes the configuration that was discovered, and says what it could not decide."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import InitOptions
from gitops_guard.commands.source import Source, open_source
from gitops_guard.fleet import discover, ignored
from gitops_guard.git import problems as unreadable
from gitops_guard.manifests import is_yaml_path, read_files
from gitops_guard.model.cache import NoCache
from gitops_guard.model.config import CONFIG_PATH, Config
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Environment, Fleet, Tier, Undecided
from gitops_guard.model.manifest import SourceFile
from gitops_guard.model.tree import EntryKind
from gitops_guard.report.escape import log_line
from gitops_guard.report.terminal import emit

# What YAML reads as the same string without quotes, whatever the parser: no number, no keyword, no indicator.
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\Z")
_KEYWORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def run(options: InitOptions) -> int:
    """Writes `.gitops-guard.yaml` at the root, or prints it. Raises `UsageError` where one stands there already."""
    with open_source(options, everything=True) as source:
        target = source.root / CONFIG_PATH
        if not options.stdout and not options.force and (target.exists() or target.is_symlink()):
            raise UsageError(
                f"{CONFIG_PATH} stands there already.", "--force overwrites it, --stdout prints what would be written."
            )
        _, fleet = read_fleet(source, Config())
        if not fleet.environments:
            raise UsageError(
                "nothing was found that runs: neither Flux, nor Argo CD, nor kustomize, nor plain manifests.",
                "Name the repository with --root.",
            )
        text = config_text(fleet)
        if options.stdout:
            emit(sys.stdout, text)
        else:
            _write(target, text, options.force)
            emit(sys.stdout, "".join(f"{line}\n" for line in _summary(fleet)))
        emit(sys.stderr, "".join(f"{line}\n" for line in _doubts(fleet)))
    return 0


def read_fleet(source: Source, config: Config) -> tuple[dict[str, SourceFile], Fleet]:
    """The manifests of a source and the environments that they tell; nothing is rendered."""
    closed = unreadable(source.tree)
    skip = ignored(source.tree, config)
    paths = (path for path, entry in source.tree.entries().items() if entry.kind is EntryKind.FILE)
    wanted = [path for path in paths if is_yaml_path(path) and path not in closed and not skip(path)]
    files = read_files(source.tree, wanted, NoCache())
    return files, discover(source.tree, files, config, source.remotes)


def config_text(fleet: Fleet) -> str:
    """The configuration file: what was discovered, each choice with its reason."""
    lines = [
        "# The configuration of gitops-guard: which environments this repository runs, and where they enter it.",
        "# Written by `gitops-guard init` from what it discovered; correct it where it is wrong.",
        "environments:",
    ]
    for environment in fleet.environments:
        lines.extend(_environment_lines(environment))
    if fleet.undecided:
        lines += ["", "# What could not be decided:"]
        lines += [f"# - {log_line(_doubt(item))}" for item in fleet.undecided]
    return "\n".join([*lines, *_FURTHER]) + "\n"


_FURTHER: Final = (
    "",
    "# Sources that are this repository although their URL does not say so (a mirror, an OCI artifact made of it):",
    "# sources:",
    "#   - url: oci://registry.example.com/fleet",
    "#     path: deploy        # the folder of this repository that is the source's root",
    "",
    "# rules:",
    "#   profile: strict       # everything, not only what breaks things",
)


def _environment_lines(environment: Environment) -> Iterator[str]:
    yield f"  {yaml_text(environment.name)}:"
    if environment.tier is Tier.UNKNOWN:
        yield "    # Its name does not tell a tier, so that it is judged as production. Say which it is:"
        yield "    # tier: production    # or staging, development"
    else:
        yield f"    tier: {environment.tier.value}    # from {log_line(environment.tier_reason)}"
    yield "    entry:"
    for text, reason in _entries(environment.entry_points):
        yield f"      - {yaml_text(text)}    # {log_line(reason)}"


def _entries(points: Iterable[EntryPoint]) -> Iterator[tuple[str, str]]:
    """The folders that lead back to these entry points, each once."""
    found: dict[str, str] = {}
    for point in points:
        found.setdefault(_folder(point), point.reason)
    yield from found.items()


def _folder(point: EntryPoint) -> str:
    """The folder that is applied; where a Kustomization elsewhere says so, the folder in which that one stands."""
    if point.manifest is not None and point.kind is EntryPointKind.FLUX and point.beside:
        return point.manifest.path.rpartition("/")[0] or "."
    return point.path or "."


def yaml_text(text: str) -> str:
    """`text` as a YAML scalar that every dialect reads as this string."""
    if _PLAIN.match(text) and text.lower() not in _KEYWORDS:
        return text
    return f'"{"".join(map(_quoted, text))}"'


def _quoted(character: str) -> str:
    """A character in YAML's double quotes. Half a surrogate pair (a path that is not UTF-8) has no place in YAML."""
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:
        return "\ufffd"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _write(target: Path, text: str, force: bool) -> None:
    """Never writes through a symbolic link: it might lead out of the repository."""
    try:
        if force:
            target.unlink(missing_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{CONFIG_PATH} cannot be written: {error.strerror}.") from error


def _summary(fleet: Fleet) -> Iterator[str]:
    yield f"{CONFIG_PATH}: {len(fleet.environments)} environment{'s' if len(fleet.environments) > 1 else ''}"
    width = max(len(log_line(environment.name)) for environment in fleet.environments)
    for environment in fleet.environments:
        paths = ", ".join(log_line(text) for text, _ in _entries(environment.entry_points))
        yield f"  {log_line(environment.name):{width}}  {environment.tier.value:11}  {paths}"


def _doubts(fleet: Fleet) -> Iterator[str]:
    """What a person must decide."""
    for environment in fleet.environments:
        if environment.tier is Tier.UNKNOWN:
            name = log_line(environment.name)
            yield f"not decided: the tier of {name}; it is judged as production (write environments.{name}.tier)"
    for item in fleet.undecided:
        yield f"not decided: {log_line(_doubt(item))}"


def _doubt(item: Undecided) -> str:
    place = f" [{item.location.path}:{item.location.line}]" if item.location else ""
    return f"{item.what}{place} ({item.advice})"

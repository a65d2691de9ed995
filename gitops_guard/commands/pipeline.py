"""The rooms in a row: tree, manifests, fleet, render, facts, judgement. Shared by the verbs that judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from gitops_guard.commands.errors import UsageError, did_you_mean
from gitops_guard.commands.source import Source
from gitops_guard.config import load_config
from gitops_guard.git import problems as unreadable
from gitops_guard.manifests import FileReader, is_yaml_path, libyaml_missing
from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.config import CONFIG_PATH, Config
from gitops_guard.model.environment import Fleet
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.manifest import Problem, SourceFile
from gitops_guard.model.tree import EntryKind, Tree
from gitops_guard.report.escape import log_line

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """One state of the repository (head or base), as far as policy needs it."""

    tree: Tree
    fleet: Fleet
    facts: FleetFacts


def open_cache(enabled: bool) -> Cache:
    """The store of results, or one that stores nothing."""
    if not enabled:
        return NoCache()
    from gitops_guard.cache import open_cache as open_store

    return open_store()


def read_config(source: Source, path: str = "") -> tuple[Config, tuple[str, ...]]:
    """The configuration that gates, with notes for the report. Raises `UsageError` for a wrong one.

    It comes from the base where there is one: a change must not bring its own judge. `path` (a file on disk that the
    user names) overrides it.
    """
    if path:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 the name is shown to the user as it was given
                return _parse_config(path, file.read()), ()
        except OSError as error:
            raise UsageError(f"the configuration {path} cannot be read: {error.strerror}.") from error
    at_head = _config_at(source.tree)
    if source.base_tree is None:
        return (_parse_config(CONFIG_PATH, at_head) if at_head is not None else Config()), ()
    at_base = _config_at(source.base_tree)
    config = _parse_config(CONFIG_PATH, at_base) if at_base is not None else Config()
    if at_head == at_base:
        return config, ()
    if at_head is not None:
        _parse_config(CONFIG_PATH, at_head)  # what would judge everything from now on must at least be readable
    return config, (f"{CONFIG_PATH} differs from the base; the base's counts until the change is merged",)


def read_state(
    tree: Tree,
    config: Config,
    remotes: Sequence[str],
    cache: Cache,
    *,
    reader: FileReader | None = None,
    render: bool = True,
    only: Sequence[str] = (),
    environments: Sequence[str] = (),
    jobs: int = 0,
    progress: Progress = lambda _: None,
    strict: bool = True,
) -> State:
    """Everything left of policy, for one state. `only` (files, with `render=False`) limits what is read.

    A `reader` that another state was read with shares what is the same in both. `strict` refuses an environment that
    does not exist (`UsageError`); at a base it may not exist yet.
    """
    from gitops_guard.fleet import discover, ignored

    reader = reader or FileReader(cache)
    progress(f"reading {tree.label}")
    files = _read(tree, _paths(tree, only, ignored(tree, config)), reader)
    if not render:
        from gitops_guard.render import documents_facts

        return State(tree, Fleet(()), documents_facts(tree, files, config))
    fleet = discover(tree, files, config, remotes)
    if environments:
        fleet = _narrow(fleet, environments, strict=strict)
    from gitops_guard.render import open_builder, render_fleet

    progress(f"rendering {', '.join(environment.name for environment in fleet.environments)}")
    facts = render_fleet(tree, files, fleet, config, open_builder(jobs), cache, remotes=remotes, reader=reader)
    return State(tree, fleet, facts)


def progress_on(stream: TextIO, *, quiet: bool) -> Progress:
    """Says on a terminal what is being done, on one line that the next one overwrites; elsewhere nothing."""
    if quiet or not stream.isatty():
        return lambda _: None

    def say(what: str) -> None:
        stream.write(f"\r\x1b[K{log_line(what)[:100]} ..." if what else "\r\x1b[K")
        stream.flush()

    return say


def notes_on_machine() -> tuple[str, ...]:
    """What about this installation makes runs slower or weaker than they could be."""
    if libyaml_missing():
        return ("PyYAML was installed without libyaml: reading YAML is about 16 times slower",)
    return ()


def _config_at(tree: Tree) -> bytes | None:
    entry = tree.entries().get(CONFIG_PATH)
    return tree.read(CONFIG_PATH) if entry is not None and entry.kind is EntryKind.FILE else None


def _parse_config(path: str, data: bytes) -> Config:
    config, problems = load_config(path, data)
    if problems:
        raise UsageError("\n".join(_line(problem) for problem in problems))
    return config


def _line(problem: Problem) -> str:
    fix = f" ({problem.fix})" if problem.fix else ""
    return f"{problem.path}:{problem.span.line}:{problem.span.column}: {problem.message}{fix}"


def _paths(tree: Tree, only: Sequence[str], is_ignored: Callable[[str], bool]) -> list[str]:
    """The YAML files to read: all that are not ignored, or those that are, or lie below, the paths in `only`."""
    readable = (EntryKind.FILE, EntryKind.UNREADABLE)
    entries = tree.entries()
    if only and all(path in entries for path in only):
        candidates: Iterable[str] = only  # the case of pre-commit: no walk over the whole tree
    else:
        candidates = (path for path in entries if not only or is_below(path, only))
    return [
        path for path in candidates if entries[path].kind in readable and is_yaml_path(path) and not is_ignored(path)
    ]


def is_below(path: str, wanted: Sequence[str]) -> bool:
    """Whether a path is one of `wanted`, or lies below one of them."""
    return any(path == item or path.startswith(f"{item}/") for item in wanted)


def _read(tree: Tree, paths: Sequence[str], reader: FileReader) -> dict[str, SourceFile]:
    """The files, and those that cannot be read as files that hold nothing but that problem."""
    closed = unreadable(tree)
    files = reader.read(tree, [path for path in paths if path not in closed])
    for path in paths:
        if path in closed:
            files[path] = SourceFile(path, tree.entries()[path].oid, (), (closed[path],), frozenset())
    return files


def _narrow(fleet: Fleet, names: Sequence[str], *, strict: bool) -> Fleet:
    known = [environment.name for environment in fleet.environments]
    for name in names if strict else ():
        if name not in known:
            hint = did_you_mean(name, known) or f"There are: {', '.join(known) or 'none'}."
            raise UsageError(f'there is no environment "{name}".', hint)
    return replace(fleet, environments=tuple(item for item in fleet.environments if item.name in names))

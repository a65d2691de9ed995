"""`gitops-guard validate`: judge the repository, and say exactly where and how to mend it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import ValidateOptions
from gitops_guard.commands.pipeline import (
    State,
    is_below,
    notes_on_machine,
    open_cache,
    progress_on,
    read_config,
    read_state,
)
from gitops_guard.commands.source import Source, open_source, stdin_source
from gitops_guard.manifests import FileReader
from gitops_guard.model.cache import Cache
from gitops_guard.model.config import Config
from gitops_guard.model.finding import Severity
from gitops_guard.model.verdict import Judgement
from gitops_guard.policy.judge import judge
from gitops_guard.policy.packs import RuleSet, load_rules
from gitops_guard.policy.waivers import load_waivers
from gitops_guard.report import write, write_file
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.terminal import wants_color


def run(options: ValidateOptions) -> int:
    """Judges, writes every report that is asked for, and returns the exit code of the outcome.

    Raises `UsageError` where nothing can be judged because of what was asked for.
    """
    with _open(options) as source:
        result = validate(options, source)
    _report(options, result)
    return result.judgement.outcome.exit_code


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A judgement with the rules behind it."""

    judgement: Judgement
    rules: RuleSet


def validate(options: ValidateOptions, source: Source) -> Result:
    """The whole run on an opened source, without output."""
    cache = open_cache(options.cache)
    config, notes = read_config(source, options.config)
    rules = load_rules(config, source.base_tree or source.tree, cache)
    rules = rules.narrowed(select=options.select, ignore=options.ignore, profile=options.profile)
    if wrong := [problem.message for problem in rules.problems if not problem.path]:
        raise UsageError(f"{'; '.join(wrong)}.", "All rules: gitops-guard rules.")  # --select or --ignore
    narrow = _narrowing(options, source)
    head, base = _states(options, source, config, cache, narrow)
    if options.reads_stdin and not any(file.manifests or file.problems for file in head.facts.files.values()):
        raise UsageError("standard input holds no manifest.", "Did the command before the pipe fail?")
    judgement = judge(
        head.facts,
        base.facts if base else None,
        rules,
        waivers=load_waivers(head.tree, head.facts.files, config, cache),
        base_waivers=load_waivers(base.tree, base.facts.files, config, cache) if base else (),
        tree=head.tree,
        base_tree=base.tree if base else None,
        fail_on=Severity(options.fail_on.value),
        complete=not (narrow or options.environments or options.select or options.ignore),
        cache=cache,
        reported=(lambda path: is_below(path, narrow)) if narrow else None,
    )
    why = f"{source.base.ref} ({source.base.commit[:12]}), {source.base.why}" if source.base else ""
    judgement = replace(
        judgement,
        undecided=head.fleet.undecided,
        notes=(*notes, *notes_on_machine()),
        base=why if base else "",
    )
    return Result(judgement, rules)


def _open(options: ValidateOptions) -> Source:
    if options.reads_stdin:
        return stdin_source(options.stdin_filename)
    return open_source(options, options.paths, base=options.base, everything=options.all)


def _states(
    options: ValidateOptions, source: Source, config: Config, cache: Cache, narrow: tuple[str, ...]
) -> tuple[State, State | None]:
    render = options.render and not options.reads_stdin
    progress = progress_on(sys.stderr, quiet=options.verbosity < 0)
    reader = FileReader(cache)
    head = read_state(
        source.tree,
        config,
        source.remotes,
        cache,
        reader=reader,
        render=render,
        only=() if render else narrow,
        environments=options.environments,
        jobs=options.jobs,
        progress=progress,
    )
    if source.base_tree is None:
        return head, None
    base = read_state(
        source.base_tree,
        config,
        source.remotes,
        cache,
        reader=reader,
        render=render,
        only=() if render else narrow,
        environments=options.environments,
        jobs=options.jobs,
        progress=progress,
        strict=False,
    )
    return head, base


def _narrowing(options: ValidateOptions, source: Source) -> tuple[str, ...]:
    """The files and folders that are reported, relative to the root; none: everything. Raises `UsageError`."""
    if options.reads_stdin:
        return ()
    wanted = [source.relative(path) for path in options.paths]
    if "" in wanted:
        return ()
    entries = source.tree.entries()
    for path in wanted:
        if path not in entries and not any(entry.startswith(f"{path}/") for entry in entries):
            raise UsageError(f"there is no {path} in {source.tree.label}.", "Is it ignored by git?")
    return tuple(wanted)


def _report(options: ValidateOptions, result: Result) -> None:
    shown = ReportOptions(
        rules={rule.name: rule for rule in result.rules.selected},
        color=wants_color(sys.stdout, options.color),
        verbose=options.verbosity > 0,
        quiet=options.verbosity < 0,
        show_existing=options.show_existing,
        fail_on=Severity(options.fail_on.value),
    )
    for target in options.reports:
        try:
            write_file(result.judgement, target.format, target.path, shown)
        except OSError as error:
            raise UsageError(f"the report {target.path} cannot be written: {error.strerror}.") from error
    write(result.judgement, options.format, sys.stdout, shown)

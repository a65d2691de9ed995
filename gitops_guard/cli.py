"""The command line: options and exit codes, no logic. Each verb becomes one frozen dataclass of `commands/options.py`.

Verbs are imported when they run: `--version`, `--help` and completion load nothing of the product.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from gitops_guard import __version__
from gitops_guard.commands import options as verbs
from gitops_guard.commands.errors import UsageError, did_you_mean, guarded
from gitops_guard.report import FORMATS

_GARBAGE: Final = 200_000
"""Objects that are made before cycles of unused ones are looked for."""

_EPILOG = """\
exit codes:
  0  passed
  1  blocked: a finding at or above --fail-on, or an approval is missing
  2  nothing could be judged: bad usage, bad configuration, no manifests, no rules, an environment
     that did not render, or an internal error
"""

_VALIDATE_EXAMPLES = """\
examples:
  gitops-guard validate                             the working tree, against the base that is found by itself
  gitops-guard validate --all                       everything, however old
  gitops-guard validate --index                     what is about to be committed
  gitops-guard validate --ref v1.4 --base v1.3      what changed between two releases
  gitops-guard validate -e production apps/crm      one environment, findings below one folder
  gitops-guard validate --no-render - < pod.yaml    one file from standard input
  gitops-guard validate --format github --report sarif=out/guard.sarif --report markdown=out/guard.md
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help of one width. Finding out the terminal's costs an import of `shutil` and more, for every single option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class Parser(argparse.ArgumentParser):
    """Errors are raised as one line with a fix; options are never abbreviated.

    What is not given is left out of the namespace, so that the dataclasses alone hold the defaults.
    """

    verbs: Mapping[str, Parser] = MappingProxyType({})
    """The parsers of the verbs, by name."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            formatter_class=_Help,
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,
            **settings,
        )

    def error(self, message: str) -> NoReturn:
        """What argparse calls where the arguments make no sense."""
        end = "" if message.endswith((".", "?")) else "."
        raise UsageError(f"{message}{end}", f"See {self.prog} --help.")

    def read(self, arguments: Sequence[str]) -> dict[str, Any]:
        """What is given, by the name of its field. Options may stand between paths. Raises `UsageError`."""
        found, unknown = self.parse_known_intermixed_args(_without_separator(arguments))
        for word in unknown:
            option = word.partition("=")[0]
            hint = did_you_mean(option, self._option_string_actions) if word.startswith("-") else ""
            raise UsageError(f'{self.prog} does not take "{option}".', hint or f"See {self.prog} --help.")
        return {name: tuple(value) if isinstance(value, list) else value for name, value in vars(found).items()}


def _without_separator(arguments: Sequence[str]) -> list[str]:
    """What follows `--` are names, even where they look like options: `./` says so to every version of argparse.

    Intermixed parsing loses such names in Python 3.13 and earlier, `--` or not.
    """
    if "--" not in arguments:
        return list(arguments)
    at = list(arguments).index("--")
    names_only = (f"./{name}" if name.startswith("-") and name != verbs.STDIN else name for name in arguments[at + 1 :])
    return [*arguments[:at], *names_only]


def one_of(known: Iterable[str]) -> Callable[[str], str]:
    """An argument's type: one of these words, else an error that names the nearest."""
    words = tuple(known)

    def check(word: str) -> str:
        if word not in words:
            hint = did_you_mean(word, words) or f"Known: {', '.join(words)}."
            raise argparse.ArgumentTypeError(f'unknown value "{word}". {hint}')
        return word

    return check


def report_target(text: str) -> verbs.ReportTarget:
    """`sarif=out/guard.sarif`."""
    format_name, equals, path = text.partition("=")
    if not equals or not path:
        raise argparse.ArgumentTypeError(f'"{text}" is not FORMAT=PATH. Write for example sarif=out/guard.sarif.')
    return verbs.ReportTarget(one_of(FORMATS)(format_name), path)


def names(text: str) -> tuple[str, ...]:
    """`a,b` as two names."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise argparse.ArgumentTypeError("expected a name, or several with commas between them")
    return found


def count(text: str) -> int:
    """A whole number, 1 or more."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number, 1 or more')
    return int(text)


def build_parser(only: str = "") -> Parser:
    """The whole command line (completion and docs/cli.md are made from it too), or just one of its verbs: a parser
    takes about a millisecond, and a hook runs on every commit.
    """
    parser = Parser(
        prog="gitops-guard",
        description="Works out what every environment of a GitOps repository would run, and judges it.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"gitops-guard {__version__}")
    commands = parser.add_subparsers(
        title="verbs", metavar="VERB", dest="verb", parser_class=Parser, prog="gitops-guard"
    )
    for verb in [only] if only else _VERBS:
        _VERBS[verb].add(commands)
    parser.verbs = commands.choices
    return parser


def _add(commands: Any, verb: str, takes: str, summary: str, epilog: str = "") -> argparse.ArgumentParser:
    """`takes` names the arguments that are no options."""
    usage = f"%(prog)s [options] {takes}".rstrip()
    parser: argparse.ArgumentParser = commands.add_parser(
        verb, help=summary, description=f"{summary}.", epilog=epilog, usage=usage
    )
    return parser


def _validate(commands: Any) -> None:
    parser = _add(commands, "validate", "[PATH ...]", "Judge the repository", _VALIDATE_EXAMPLES + "\n" + _EPILOG)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="report only what stands in these files or folders; - reads one file"
    )
    parser.add_argument("--stdin-filename", metavar="PATH", help="with -: where the file would stand")
    _add_repository(parser)
    judged = parser.add_argument_group("what is judged")
    base = judged.add_mutually_exclusive_group()
    base.add_argument("--base", metavar="REF", help="only what got worse since REF blocks")
    base.add_argument("--all", action="store_true", help="judge everything, however old")
    judged.add_argument("--no-render", dest="render", action="store_false", help="judge files as they stand (fast)")
    _add_environments(judged)
    judged.add_argument("--profile", type=one_of(_PROFILES), choices=_PROFILES, help="which rules run")
    for name, told in (("select", "run only these rules or packs"), ("ignore", "do not run these rules or packs")):
        judged.add_argument(
            f"--{name}",
            metavar="RULE",
            type=names,
            action="extend",
            help=f"{told} (repeatable, or with commas)",
        )
    levels = tuple(verbs.FailOn)
    judged.add_argument(
        "--fail-on", type=one_of(levels), choices=levels, help="the mildest severity that blocks (default: error)"
    )
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "--format", type=one_of(FORMATS), choices=tuple(FORMATS), help="what is printed (default: text)"
    )
    reports.add_argument(
        "--report",
        metavar="FORMAT=PATH",
        dest="reports",
        type=report_target,
        action="append",
        help="write a report into a file as well (repeatable)",
    )
    reports.add_argument("--show-existing", action="store_true", help="show what was there at the base too")
    _add_output(reports)


_PROFILES: Final = ("recommended", "strict")


def _try(commands: Any) -> None:
    parser = _add(
        commands,
        "try",
        "[PATH|URL]",
        "Report on any repository, with no configuration at all",
        "examples:\n  gitops-guard try .\n  gitops-guard try https://github.com/fluxcd/flux2-kustomize-helm-example\n",
    )
    parser.add_argument("target", nargs="?", metavar="PATH|URL", help="a folder or a git repository's URL")
    parser.add_argument("--top", type=count, metavar="N", help="how many findings to show (default: 10)")
    _add_speed(parser)
    _add_output(parser)


def _init(commands: Any) -> None:
    parser = _add(commands, "init", "", "Write the configuration that was discovered, with comments")
    _add_repository(parser)
    parser.add_argument("--stdout", action="store_true", help="print it instead of writing .gitops-guard.yaml")
    parser.add_argument("--force", action="store_true", help="overwrite a file that stands there")


def _environments(commands: Any) -> None:
    parser = _add(commands, "environments", "", "Show what runs where, and from which files")
    _add_repository(parser)
    _add_environments(parser)
    parser.add_argument("--no-render", dest="render", action="store_false", help="do not build: no numbers of objects")
    _add_format(parser, "text", "json")
    _add_color(parser)


def _explain(commands: Any) -> None:
    parser = _add(
        commands,
        "explain",
        "RULE",
        "Explain a rule: what, why, and how to mend it",
        "example:\n  gitops-guard explain chart-version-pinned\n",
    )
    parser.add_argument("rule", metavar="RULE", help="a rule's name, as the report says it")
    _add_packs(parser)
    _add_color(parser)


def _rules(commands: Any) -> None:
    parser = _add(commands, "rules", "", "List the rules")
    _add_format(parser, "text", "json", "markdown")
    _add_packs(parser)
    _add_color(parser)


def _test_rules(commands: Any) -> None:
    parser = _add(
        commands,
        "test-rules",
        "[PATH ...]",
        "Run the tests that stand beside rules",
        "examples:\n  gitops-guard test-rules\n  gitops-guard test-rules policies/ --rule our-own-rule\n",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders of rules, or test files (default: built-in)")
    parser.add_argument("--rule", dest="rules", metavar="RULE", type=names, action="extend", help="only these")
    _add_output(parser)


def _completion(commands: Any) -> None:
    parser = _add(
        commands,
        "completion",
        "{bash,zsh,fish}",
        "Print a completion script for a shell",
        "examples:\n  gitops-guard completion bash > ~/.local/share/bash-completion/completions/gitops-guard\n"
        "  gitops-guard completion fish > ~/.config/fish/completions/gitops-guard.fish\n",
    )
    shells = ("bash", "zsh", "fish")
    parser.add_argument("shell", type=one_of(shells), choices=shells, help="the shell")


def _cache(commands: Any) -> None:
    parser = _add(commands, "cache", "{dir,clear}", "Show where results are kept, or forget them")
    actions = ("dir", "clear")
    parser.add_argument("action", type=one_of(actions), choices=actions, help="print the folder, or empty it")


def _add_repository(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is read")
    group.add_argument("--root", metavar="DIR", help="the repository (default: that of the current folder)")
    state = group.add_mutually_exclusive_group()
    state.add_argument("--ref", metavar="REF", help="a commit, instead of the working tree")
    state.add_argument("--index", "--staged", action="store_true", help="what is staged, instead of the working tree")
    group.add_argument("--config", metavar="PATH", help="default: .gitops-guard.yaml at the root")
    _add_speed(parser)


def _add_speed(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("speed")
    group.add_argument("--no-cache", dest="cache", action="store_false", help="neither read nor keep results")
    group.add_argument("--jobs", type=count, metavar="N", help="worker processes (default: one a core)")


def _add_environments(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "-e",
        "--environment",
        dest="environments",
        metavar="NAME",
        type=names,
        action="extend",
        help="only this environment (repeatable, or with commas)",
    )


def _add_packs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pack",
        dest="packs",
        metavar="DIR",
        action="append",
        help="a further folder of rules (repeatable)",
    )


def _add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    parser.add_argument("--format", type=one_of(formats), choices=formats, help="what is printed")


def _add_output(parser: argparse._ActionsContainer) -> None:
    detail = parser.add_mutually_exclusive_group()
    detail.add_argument("-q", "--quiet", dest="verbosity", action="store_const", const=-1, help="say less")
    detail.add_argument("-v", "--verbose", dest="verbosity", action="count", help="say more")
    _add_color(parser)


def _add_color(parser: argparse._ActionsContainer) -> None:
    words = tuple(verbs.Color)
    parser.add_argument(
        "--color", type=one_of(words), choices=words, help="auto: on a terminal, unless NO_COLOR is set"
    )


class _Verb(NamedTuple):
    """What it takes, the module of `commands` that does it, and what adds its parser."""

    options: type[Any]
    module: str
    add: Callable[[Any], None]


_VERBS: Final = {
    "validate": _Verb(verbs.ValidateOptions, "validate", _validate),
    "try": _Verb(verbs.TryOptions, "try_", _try),
    "init": _Verb(verbs.InitOptions, "init", _init),
    "environments": _Verb(verbs.EnvironmentsOptions, "environments", _environments),
    "explain": _Verb(verbs.ExplainOptions, "explain", _explain),
    "rules": _Verb(verbs.RulesOptions, "rules", _rules),
    "test-rules": _Verb(verbs.TestRulesOptions, "test_rules", _test_rules),
    "completion": _Verb(verbs.CompletionOptions, "completion", _completion),
    "cache": _Verb(verbs.CacheOptions, "cache", _cache),
}


def parse(arguments: Sequence[str]) -> tuple[str, Any]:
    """The verb and its options. Raises `UsageError`; `--help` and `--version` raise `SystemExit`."""
    if not arguments or arguments[0].startswith("-"):
        build_parser().parse_args(arguments[:1])
        raise UsageError("no verb.", "Start with: gitops-guard validate. All verbs: gitops-guard --help.")
    verb, *rest = arguments
    if verb not in _VERBS:
        raise UsageError(f'unknown verb "{verb}".', did_you_mean(verb, _VERBS) or f"Known: {', '.join(_VERBS)}.")
    options = _VERBS[verb].options(**_typed(build_parser(verb).verbs[verb].read(rest)))
    if isinstance(options, verbs.ValidateOptions):
        _check_validate(options)
    return verb, options


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """`values` with the enumerations as such."""
    types: dict[str, type[Any]] = {"color": verbs.Color, "fail_on": verbs.FailOn}
    return {name: types[name](value) if name in types else value for name, value in values.items()}


def _check_validate(options: verbs.ValidateOptions) -> None:
    if verbs.STDIN in options.paths and not options.reads_stdin:
        raise UsageError("- reads one file from standard input and allows no other PATH.", "Remove one of them.")
    if options.stdin_filename and not options.reads_stdin:
        raise UsageError("--stdin-filename needs the PATH -.", "Write: gitops-guard validate --stdin-filename x.yaml -")
    if options.reads_stdin and (options.ref or options.index or options.base):
        raise UsageError("- reads standard input, so --ref, --index and --base mean nothing.", "Remove them.")
    paths = [target.path for target in options.reports]
    if twice := {path for path in paths if paths.count(path) > 1}:
        raise UsageError(f"two reports would go to {min(twice)}.", "Give each --report a path of its own.")


def main(arguments: Sequence[str]) -> int:
    """Runs one verb; the result is the exit code."""

    def run() -> int:
        verb, options = parse(arguments)
        module = import_module(f"gitops_guard.commands.{_VERBS[verb].module}")
        # Completion describes this very parser, which commands cannot import: they stand below the command line.
        result: int = module.run(options, build_parser()) if verb == "completion" else module.run(options)
        return result

    return guarded(run, arguments)


def entry() -> NoReturn:
    """The console script."""
    # What is read is kept to the end of a run: to look for garbage in it, again and again, finds none.
    gc.set_threshold(_GARBAGE)
    sys.exit(main(sys.argv[1:]))

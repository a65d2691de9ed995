"""`gitops-guard completion SHELL`: a script for the shell, made by shtab from the command line itself."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Final

from gitops_guard.commands.options import CompletionOptions
from gitops_guard.commands.rules import load

_COMPLETERS: Final = {"PATH": "FILE", "PATH|URL": "FILE", "DIR": "DIRECTORY"}
"""What the shell offers, by the word that stands for an argument in the help."""


def run(options: CompletionOptions, parser: ArgumentParser) -> int:
    """Prints the script. `parser` is the whole command line, with the verbs as `parser.verbs`."""
    import shtab

    verbs: dict[str, ArgumentParser] = getattr(parser, "verbs", {})
    for verb in verbs.values():
        for action in verb._actions:
            if isinstance(action.metavar, str) and action.metavar in _COMPLETERS:
                action.complete = getattr(shtab, _COMPLETERS[action.metavar])  # type: ignore[attr-defined]
            elif action.metavar == "RULE":
                action.choices = sorted(load(()).by_name)
    sys.stdout.write(shtab.complete(parser, shell=options.shell))
    return 0

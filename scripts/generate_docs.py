"""Writes the pages that have their words elsewhere: rule files, the command line, the JSON Schemas.

scripts/generate_docs.py            writes docs/*.md, and the table of rules in README.md
scripts/generate_docs.py --check    changes nothing; exit code 1 where a page is stale
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from gitops_guard.cli import build_parser
from gitops_guard.commands.rules import load, severity_text, table
from gitops_guard.model.rule import Rule
from gitops_guard.report.escape import markdown_fence

ROOT = Path(__file__).resolve().parents[1]
_NOTICE = "<!-- Made by scripts/generate_docs.py from {source}: edit that, not this. -->"
_TABLE = re.compile(r"(<!-- rules:begin -->\n).*?(<!-- rules:end -->)", re.DOTALL)

_SCHEMAS = {
    "configuration.md": ("Configuration: .gitops-guard.yaml", "gitops_guard/config/schema.json"),
    "report-json.md": ("The JSON report", "gitops_guard/report/schema.json"),
}


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    check = parser.parse_args(arguments).check
    found = load(())
    if found.problems:
        print(*(f"{problem.path}:{problem.span.line}: {problem.message}" for problem in found.problems), sep="\n")
        return 1
    wanted = pages(ROOT, found.rules)
    stale = {path: text for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text, "utf-8")
    if stale and check:
        print("Run: make docs")
    return int(bool(stale) and check)


def pages(root: Path, rules: Sequence[Rule]) -> dict[Path, str]:
    """Every generated page, as it should be. README.md is one where it has the markers."""
    docs = root / "docs"
    found = {docs / "rules.md": rules_page(rules), docs / "cli.md": cli_page()}
    for name, (title, source) in _SCHEMAS.items():
        if (root / source).exists():
            schema = json.loads((root / source).read_text("utf-8"))
            found[docs / name] = schema_page(title, source, schema)
    readme = root / "README.md"
    text = readme.read_text("utf-8") if readme.exists() else ""
    if _TABLE.search(text):
        found[readme] = _TABLE.sub(lambda markers: f"{markers[1]}{table(rules)}{markers[2]}", text)
    return found


def rules_page(rules: Sequence[Rule]) -> str:
    """docs/rules.md: a list by pack, then each rule in the words of its file."""
    parts = [
        "# Rules",
        _NOTICE.format(source="rules/*/*.yaml"),
        f"{len(rules)} rules. `gitops-guard explain RULE` prints the same in a terminal.",
        "[writing-rules.md](writing-rules.md) says how to write your own.",
    ]
    for pack, group in groupby(rules, key=lambda rule: rule.pack):
        found = list(group)
        rows = "\n".join(f"| [`{rule.name}`](#{rule.name}) | {severity_text(rule)} | {rule.title} |" for rule in found)
        parts += [f"## {pack}", f"| Rule | Severity | What it demands |\n|---|---|---|\n{rows}"]
        parts += ["\n\n".join(_rule(rule)) for rule in found]
    return "\n\n".join(parts) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.name}"
    yield f"*{rule.title}.*"
    facts = (severity_text(rule), f"profile `{rule.profile.value}`", f"scope `{rule.scope.value}`")
    yield f"{', '.join(facts)}, [{rule.source}](../{rule.source})"
    if rule.params:
        yield (
            "Parameters: " + ", ".join(f"`{name}` (`{json.dumps(value)}`)" for name, value in rule.params.items()) + "."
        )
    yield rule.what.strip()
    yield f"**Why.** {rule.why.strip()}"
    for title, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example.strip():
            yield f"**{title}**"
            yield markdown_fence(example.strip("\n").splitlines(), "yaml")
    yield f"**Fix.** {rule.how.strip()}"
    if rule.links:
        yield "\n".join(f"- <{link}>" for link in rule.links)


def cli_page() -> str:
    """docs/cli.md. Made from the parser's actions, since argparse's own layout differs between versions of Python."""
    parser = build_parser()
    parts = ["# Command line", _NOTICE.format(source="gitops_guard/cli.py"), str(parser.description)]
    parts.append(markdown_fence(str(parser.epilog).rstrip().splitlines(), "text"))
    for verb, found in parser.verbs.items():
        usage = (found.usage or "").replace("%(prog)s", found.prog)
        parts += [f"## {verb}", str(found.description), markdown_fence([usage], "text")]
        actions = [action for action in found._actions if action.help and action.dest != "help"]
        rows = "\n".join(f"| {_names(action)} | {_cell(action.help or '')} |" for action in actions)
        parts.append(f"| Argument | Meaning |\n|---|---|\n{rows}")
        examples = (found.epilog or "").partition("exit codes:")[0].rstrip()
        if examples:
            parts.append(markdown_fence(examples.splitlines(), "text"))
    return "\n\n".join(parts) + "\n"


def _names(action: argparse.Action) -> str:
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""
    takes = action.metavar if isinstance(action.metavar, str) else choices or action.dest
    if not action.option_strings:
        return f"`{_cell(takes)}`"
    value = f" {_cell(takes)}" if action.nargs != 0 else ""
    return ", ".join(f"`{name}{value}`" for name in action.option_strings)


def schema_page(title: str, source: str, schema: Mapping[str, Any]) -> str:
    """A page from a JSON Schema: one table for each object in it. Small definitions are told where they are used."""
    definitions = schema.get("$defs", {})
    parts = [f"# {title}", _NOTICE.format(source=source), f"JSON Schema: [{source}](../{source})."]
    parts += _object("", schema, definitions)
    for name, definition in definitions.items():
        if "properties" in definition:
            parts += _object(name, definition, definitions)
    return "\n\n".join(parts) + "\n"


def _object(name: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    if name:
        yield f"## {name}"
    if "description" in schema:
        yield schema["description"]
    required = schema.get("required", ())
    rows = [_row(key, value, key in required, definitions) for key, value in schema["properties"].items()]
    yield "\n".join(["| Field | Type | Meaning |", "|---|---|---|", *rows])
    for key, value in schema["properties"].items():
        for inline in _inline_objects(value):
            yield from _object(f"{name}.{key}".lstrip("."), inline, definitions)


def _row(key: str, schema: Mapping[str, Any], required: bool, definitions: Mapping[str, Any]) -> str:
    told = schema.get("description") or definitions.get(_referred(schema), {}).get("description", "")
    default = f" Default: `{json.dumps(schema['default'])}`." if "default" in schema else ""
    must = " (required)" if required else ""
    return f"| `{key}`{must} | {_cell(_type(schema, definitions, null=required))} | {_cell(told + default)} |"


def _inline_objects(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "properties" in schema:
        yield schema
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping):
            yield from _inline_objects(schema[key])
    for key in ("anyOf", "oneOf"):
        for child in schema.get(key, ()):
            yield from _inline_objects(child)


def _referred(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any], null: bool = False) -> str:
    """A type in words. `null` is told of required fields only: elsewhere it is as good as an absent field."""
    if name := _referred(schema):
        found = definitions[name]
        return f"[{name}](#{name.lower()})" if "properties" in found else _type(found, definitions)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"] if value is not None)
    kinds = schema.get("type", "any")
    parts = [_plain_type(kind, schema, definitions) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    alternatives = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    if alternatives:
        parts = [_type(child, definitions, null) for child in alternatives]
    return " or ".join(dict.fromkeys(part for part in parts if null or part != "null"))


def _plain_type(kind: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if kind == "array":
        return f"list of {_type(schema.get('items', {}), definitions)}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"map of {_type(schema['additionalProperties'], definitions)}"
    return kind


def _cell(text: str) -> str:
    """Text for a table's cell: on one line, without its own bars."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

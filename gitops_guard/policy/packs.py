"""Finds rule files, reads them once per content, and keeps them as a set that a run selects from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from gitops_guard.checks.registry import CHECKS
from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Tier
from gitops_guard.model.fieldpath import FieldPath, format_path
from gitops_guard.model.finding import Level
from gitops_guard.model.location import Span
from gitops_guard.model.manifest import Problem
from gitops_guard.model.rule import Profile, Rule
from gitops_guard.model.tree import EntryKind, Tree
from gitops_guard.policy.documents import open_document
from gitops_guard.policy.reading import Reader, unknown
from gitops_guard.policy.rules import RULE_SUFFIX, TEST_SUFFIX, read_rule

_SPACE: Final = "rule-packs"
_FORMAT: Final = 1
"""Changes when what is cached, or what is checked before it is cached, changes."""
CODE: Final = "rule-file"


class RuleText(NamedTuple):
    """One rule file, not read yet."""

    pack: str
    path: str
    data: bytes


@dataclass(frozen=True)
class RuleSet:
    """The rules there are, the settings that a configuration makes for them, and the problems of their files.

    With problems nothing may be judged: a rule that could not be read would otherwise be a silent pass.
    """

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...] = ()
    profile: Profile = Profile.RECOMMENDED
    levels: Mapping[str, Level] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()
    """Only these rules or packs, whatever the profile says; empty: the profile decides."""
    ignored: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> Mapping[str, Rule]:
        """All rules by name, selected or not."""
        return {rule.name: rule for rule in self.rules}

    @cached_property
    def selected(self) -> tuple[Rule, ...]:
        """The rules of this run. A level that the configuration sets switches a rule of another profile on."""
        return tuple(rule for rule in self.rules if self._selects(rule))

    @cached_property
    def siblings(self) -> Mapping[str, frozenset[str]]:
        """For each check, the names of all rules that run it, selected or not."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            found.setdefault(rule.check, set()).add(rule.name)
        return {check: frozenset(names) for check, names in found.items()}

    def level(self, rule: Rule, tier: Tier | None) -> Level:
        """How bad a finding of the rule is in an environment of a tier; None: in no environment at all."""
        if rule.name in self.levels:
            return self.levels[rule.name]
        if tier is None:
            return Level(rule.default)
        stated = Tier.PRODUCTION if tier.judged_as_production else tier
        return rule.severity.get(stated, Level(rule.default))

    def params_of(self, rule: Rule) -> Mapping[str, object]:
        """The rule's parameters, as the user has set them."""
        own = self.params.get(rule.name)
        return {**rule.params, **own} if own else rule.params

    def narrowed(self, *, select: Iterable[str] = (), ignore: Iterable[str] = (), profile: str = "") -> RuleSet:
        """The set for `--select`, `--ignore` and `--profile`. Names that do not exist become problems."""
        picked, ignored = frozenset(select), frozenset(ignore)
        known = self.by_name.keys() | {rule.pack for rule in self.rules}
        problems = [_usage(unknown("rule or pack", name, known)) for name in sorted((picked | ignored) - known)]
        if profile and profile not in list(Profile):
            problems.append(_usage(unknown("profile", profile, list(Profile))))
            profile = ""
        return replace(
            self,
            problems=(*self.problems, *problems),
            picked=picked or self.picked,
            ignored=self.ignored | ignored,
            profile=Profile(profile) if profile else self.profile,
        )

    def _selects(self, rule: Rule) -> bool:
        names = {rule.name, rule.pack}
        if names & self.ignored or self.levels.get(rule.name) is Level.OFF:
            return False
        if self.picked:
            return bool(names & self.picked)
        return rule.profile is Profile.RECOMMENDED or self.profile is Profile.STRICT or rule.name in self.levels


def builtin_directory() -> Path:
    """Where the built-in packs stand: inside the installed package, or at `rules/` of a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "builtin_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def load_rules(
    config: Config, tree: Tree | None = None, cache: Cache | None = None, *, builtin: Path | None = None
) -> RuleSet:
    """The built-in packs and the packs of the configuration, with its settings.

    `tree` is where the packs of the configuration stand: the *base* where there is one, since the change that is
    judged must not bring its own judges. Never raises on content: see `RuleSet.problems`.
    """
    cache = cache or NoCache()
    rules, problems = _read_all(_builtin_texts(builtin or builtin_directory()), cache)
    texts = []
    for folder in config.rules.packs:
        found = _pack_texts(folder, tree)
        texts += found
        if not found:
            problems.append(_usage(f'the rule pack "{folder}" holds no rule files', config.path))
    own, own_problems = _read_all(texts, cache)
    problems += own_problems
    by_name = {rule.name: rule for rule in rules}
    for rule in own:
        if rule.name in by_name:
            there = by_name[rule.name]
            problems.append(
                _usage(f'a rule "{rule.name}" exists already: {there.source}; choose another name', rule.source)
            )
        by_name[rule.name] = rule
    return with_settings(tuple(by_name.values()), config, problems)


def with_settings(rules: tuple[Rule, ...], config: Config, problems: Iterable[Problem] = ()) -> RuleSet:
    """The rules with a configuration's settings; settings for rules that do not exist are problems."""
    found = list(problems)
    by_name = {rule.name: rule for rule in rules}
    settings = config.rules
    strangers = sorted({*settings.levels, *settings.params} - by_name.keys())
    found += [_usage(unknown("rule", name, by_name), config.path) for name in strangers]
    found += [
        _usage(f"rule {name}: {unknown('parameter', key, by_name[name].params)}", config.path)
        for name in sorted(settings.params.keys() & by_name.keys())
        for key in sorted(settings.params[name].keys() - by_name[name].params.keys())
    ]
    if settings.profile not in list(Profile):
        found.append(_usage(unknown("profile", settings.profile, list(Profile)), config.path))
    return RuleSet(
        rules=tuple(sorted(rules, key=lambda rule: (rule.pack, rule.name))),
        problems=tuple(found),
        profile=Profile(settings.profile) if settings.profile in list(Profile) else Profile.RECOMMENDED,
        levels=settings.levels,
        params=settings.params,
    )


def is_rule_path(path: str) -> bool:
    """Rule files end in `.yaml`; their tests in `.test.yaml`."""
    return path.endswith(RULE_SUFFIX) and not path.endswith(TEST_SUFFIX)


def read_rules(texts: Iterable[RuleText]) -> tuple[list[Rule], list[Problem]]:
    """Rules from their texts, each checked in full (its expressions compile, its check exists)."""
    from gitops_guard.policy.expressions import check_expressions  # what is remembered needs no CEL

    rules, problems = [], []
    for text in texts:
        reader, trouble = open_document(text.path, text.data, CODE)
        problems += trouble
        if reader is None:
            continue
        rule = read_rule(reader, text.pack, CHECKS)
        if not reader.problems:
            check_expressions(rule, reader, text.data)
        if reader.problems:
            problems += reader.problems
        else:
            rules.append(rule)
    return rules, problems


def _read_all(texts: list[RuleText], cache: Cache) -> tuple[list[Rule], list[Problem]]:
    """`read_rules`, remembered by content: the parsed values are kept, and only those of texts without problems."""
    if not texts:
        return [], []
    key = _digest(texts)
    stored = cache.get(_SPACE, [key]).get(key)
    if stored is not None:
        return [_from_stored(pack, path, value, spans) for pack, path, value, spans in json.loads(stored)], []
    rules, problems = read_rules(texts)
    if not problems:
        cache.put(_SPACE, {key: json.dumps([_to_stored(text) for text in texts]).encode()})
    return rules, problems


def _to_stored(text: RuleText) -> tuple[str, str, object, dict[str, tuple[int, int]]]:
    reader, _ = open_document(text.path, text.data, CODE)
    assert reader is not None, "only texts without problems are stored"
    expressions: list[FieldPath] = [
        (part, index, "expression")
        for part in ("variables", "validations")
        for index, _ in enumerate(reader.items((part,)))
    ]
    spans = {format_path(at): (span.line, span.column) for at in expressions if (span := reader.span(at))}
    return text.pack, text.path, reader.value, spans


def _from_stored(pack: str, path: str, value: object, spans: Mapping[str, tuple[int, int]]) -> Rule:
    def find(at: FieldPath, key: bool) -> Span | None:
        place = spans.get(format_path(at))
        return Span.point(*place) if place and not key else None

    return read_rule(Reader(path, value, find, CODE), pack, CHECKS)


def _digest(texts: Collection[RuleText]) -> str:
    # The names of the checks belong to it: a rule that names one that has gone must be read, and refused, again.
    parts = [str(_FORMAT).encode(), *(name.encode() for name in CHECKS)]
    for text in texts:
        parts += [text.pack.encode(), text.path.encode("utf-8", "surrogateescape"), text.data]
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def _builtin_texts(root: Path) -> list[RuleText]:
    return [
        RuleText(path.parent.name, f"rules/{path.parent.name}/{path.name}", path.read_bytes())
        for path in sorted(root.glob("*/*.yaml"))
        if is_rule_path(path.name)
    ]


def _pack_texts(folder: str, tree: Tree | None) -> list[RuleText]:
    if tree is None:
        return []
    prefix = folder.strip("/").removeprefix("./")
    pack = prefix.rpartition("/")[2] or "local"
    paths = sorted(
        path
        for path, entry in tree.entries().items()
        if entry.kind is EntryKind.FILE and is_rule_path(path) and (not prefix or path.startswith(prefix + "/"))
    )
    return [RuleText(pack, path, data) for path, data in tree.read_many(paths)]


def _usage(message: str, path: str = "") -> Problem:
    return Problem("usage", message, path, Span.point(1))

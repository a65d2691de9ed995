"""Rule tests: manifests annotated with what a rule must find in them, and by silence with what it must not.

A test stands beside its rule (`<rule>.test.yaml`). The format is described in docs/writing-rules.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from gitops_guard.manifests import Positions, is_yaml_path, load
from gitops_guard.model.config import Config
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Environment, Tier, UnknownPolicy
from gitops_guard.model.facts import At, EnvironmentFacts, FleetFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.location import Location, Span
from gitops_guard.model.manifest import Manifest, Problem, SourceFile
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.rule import Profile
from gitops_guard.model.tree import MemoryTree, Tree
from gitops_guard.model.verdict import Judgement
from gitops_guard.policy.documents import open_document
from gitops_guard.policy.judge import judge
from gitops_guard.policy.packs import RuleSet, with_settings
from gitops_guard.policy.reading import Reader
from gitops_guard.policy.rules import TEST_SUFFIX
from gitops_guard.policy.waivers import load_waivers

CODE: Final = "rule-test"
GATE_PACK: Final = "gate"
"""The pack whose rules run in every test: trouble with reading or building a case must never pass unseen."""


@dataclass(frozen=True, slots=True)
class TestEnvironment:
    """`environments[]` of a case. `paths` are folders that it is made of; empty: all files."""

    __test__ = False

    name: str = "production"
    tier: Tier = Tier.PRODUCTION
    cluster_version: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One case of a test file."""

    rule: str
    name: str
    files: Mapping[str, str]
    base: Mapping[str, str] | None = None
    environments: tuple[TestEnvironment, ...] = (TestEnvironment(),)
    config: Mapping[str, object] = field(default_factory=dict)
    render: bool = False


class Pipeline(Protocol):
    """What a test needs of the rooms that policy may not import; `commands/` puts it together."""

    def config(self, stated: Mapping[str, object]) -> Config:
        """The configuration of a `.gitops-guard.yaml` with this content. Raises `ValueError` where it is wrong."""
        ...

    def facts(self, tree: Tree, config: Config) -> FleetFacts:
        """The facts of a tree, discovered and rendered as in a repository."""
        ...


def read_cases(path: str, data: bytes) -> tuple[list[Case], list[Problem]]:
    """The cases of a test file; problems with their lines."""
    reader, problems = open_document(path, data, CODE)
    if reader is None:
        return [], problems
    rule = path.rpartition("/")[2].removesuffix(TEST_SUFFIX)
    reader.keys((), ("cases",))
    cases = [_read_case(reader, ("cases", index), rule) for index, _ in enumerate(reader.items(("cases",)))]
    if not cases:
        reader.complain((), "a test without `cases` proves nothing")
    return ([], reader.problems) if reader.problems else (cases, [])


def _read_case(reader: Reader, at: FieldPath, rule: str) -> Case:
    reader.keys(at, ("name", "environment", "environments", "render", "base", "files", "config"))
    stated = reader.mapping(at)
    if "environments" in stated:
        places: list[FieldPath] = [
            (*at, "environments", index) for index, _ in enumerate(reader.items((*at, "environments")))
        ]
    else:
        places = [(*at, "environment")]
    if not reader.mapping((*at, "files")):
        reader.complain((*at, "files"), "a case needs `files`")
    return Case(
        rule=rule,
        name=reader.text((*at, "name"), required=True),
        files=_read_files(reader, (*at, "files")),
        base=_read_files(reader, (*at, "base")) if "base" in stated else None,
        environments=tuple(_read_environment(reader, place) for place in places),
        config=reader.mapping((*at, "config")),
        render=stated.get("render") is True,
    )


def _read_files(reader: Reader, at: FieldPath) -> dict[str, str]:
    return {path: reader.text((*at, path)) for path in reader.mapping(at)}


def _read_environment(reader: Reader, at: FieldPath) -> TestEnvironment:
    reader.keys(at, ("name", "tier", "clusterVersion", "paths"))
    return TestEnvironment(
        name=reader.text((*at, "name")) or "production",
        tier=Tier(reader.choice((*at, "tier"), list(Tier), default=Tier.PRODUCTION)),
        cluster_version=reader.text((*at, "clusterVersion")),
        paths=reader.texts((*at, "paths")),
    )


def run_case(case: Case, rules: RuleSet, pipeline: Pipeline | None = None) -> list[str]:
    """What is wrong, one sentence each; empty: the case passes. `rules` holds all rules there are."""
    if (case.config or case.render) and pipeline is None:
        return ["a case with `config` or `render: true` needs the whole pipeline"]
    try:
        config = pipeline.config(case.config) if case.config and pipeline else Config()
        chosen = with_settings(rules.rules, config).narrowed(select=[case.rule, GATE_PACK], profile=Profile.STRICT)
        if chosen.problems:
            return [problem.message for problem in chosen.problems]
        return list(compare(case, judge_case(case, chosen, config, pipeline)))
    except ValueError as error:
        return [str(error)]


def judge_case(case: Case, rules: RuleSet, config: Config, pipeline: Pipeline | None = None) -> Judgement:
    """Judges the files of a case, and what changed in them since its base."""
    head = _tree(case.files)
    base = _tree(case.base) if case.base is not None else None

    def facts(tree: MemoryTree) -> FleetFacts:
        return pipeline.facts(tree, config) if case.render and pipeline else _documents(case, tree)

    now, before = facts(head), facts(base) if base else None
    return judge(
        now,
        before,
        rules,
        waivers=load_waivers(head, now.files, config),
        base_waivers=load_waivers(base, before.files, config) if base and before else (),
        tree=head,
        base_tree=base,
    )


def case_facts(case: Case) -> tuple[FleetFacts, FleetFacts | None]:
    """Head and base of a case, as documents stand in its files."""
    base = _documents(case, _tree(case.base)) if case.base is not None else None
    return _documents(case, _tree(case.files)), base


def compare(case: Case, judgement: Judgement) -> Iterator[str]:
    """What was found and not wanted, or wanted and not found."""
    wants = list(_wants(case.files))
    unmet = Counter(wants)
    for finding in judgement.findings:
        for want in list(unmet):
            if unmet[want] and want.matches(
                "want",
                finding.rule,
                finding.location.path,
                finding.location.line,
                finding.message,
                finding.severity.value,
            ):
                unmet[want] -= 1
                break
        else:
            yield f"not wanted: {finding.location}: {finding.severity.value} {finding.rule}: {finding.message}"
    for item in judgement.not_judged:
        if item.rule != case.rule:
            continue
        path, line = (item.location.path, item.location.line) if item.location else ("", 0)
        for want in list(unmet):
            if unmet[want] and want.matches("not-judged", item.rule, path, line, item.reason, ""):
                unmet[want] -= 1
                break
        else:
            yield f"not wanted as not judged: {path}:{line}: {item.rule}: {item.reason}"
    for want in unmet.elements():
        yield f"not found: {want.path}:{want.line}: {want.what} {want.rule}" + (f' "{want.text}"' if want.text else "")


@dataclass(frozen=True, slots=True)
class Want:
    """One annotation: `# want: rule[severity] "part of the message"` or `# not-judged: rule`."""

    what: str
    rule: str
    path: str
    line: int
    severity: str = ""
    text: str = ""

    def matches(self, what: str, rule: str, path: str, line: int, message: str, severity: str) -> bool:
        """Whether this annotation asks for that result."""
        same = (self.what, self.rule, self.path, self.line) == (what, rule, path, line)
        return same and self.text in message and self.severity in ("", severity)


_MARK: Final = re.compile(r"#\s*(want|not-judged):\s*(.*)")
_ITEM: Final = re.compile(r'([a-z0-9-]+)(?:\[(error|warning|info)\])?(?:\s+"((?:[^"\\]|\\.)*)")?\s*(?:,\s*|$|(?=#))')


def _wants(files: Mapping[str, str]) -> Iterator[Want]:
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            for part in re.split(r"(?=#\s*(?:want|not-judged):)", line)[1:]:
                mark = _MARK.match(part)
                assert mark is not None, "the split stands before a mark"
                what, rest = mark.groups()
                at = 0
                while at < len(rest) and (item := _ITEM.match(rest, at)):
                    rule, severity, message = item.groups()
                    said = re.sub(r"\\(.)", r"\1", message or "")
                    yield Want(what, rule, path, number, severity or "", said)
                    at = item.end()
                if rest[at:].strip(" #") or not rest.strip():
                    raise ValueError(f"{path}:{number}: not an annotation: {part.strip()!r}")


def _tree(files: Mapping[str, str]) -> MemoryTree:
    return MemoryTree({path: text.encode() for path, text in files.items()}, label="test case")


def _documents(case: Case, tree: MemoryTree) -> FleetFacts:
    """The documents of a tree as they stand, as complete environments without gaps."""
    files = {path: load(path, data) for path, data in tree.files.items() if is_yaml_path(path)}
    return FleetFacts(
        environments=tuple(_environment(item, files) for item in case.environments),
        files=files,
        locator=_TextLocator(tree.files),
        label=tree.label,
        paths=frozenset(tree.files),
    )


def _environment(stated: TestEnvironment, files: Mapping[str, SourceFile]) -> EnvironmentFacts:
    own = {path: file for path, file in files.items() if _is_below(path, stated.paths)}
    folders = stated.paths or ("",)
    environment = Environment(
        name=stated.name,
        tier=stated.tier,
        entry_points=tuple(
            EntryPoint(EntryPointKind.DIRECTORY, path.strip("/"), None, "test case") for path in folders
        ),
        cluster_version=stated.cluster_version,
        unknown=UnknownPolicy.COUNT,
        tier_reason="test case",
    )
    manifests = [manifest for file in own.values() for manifest in file.manifests if manifest.id.kind]
    return EnvironmentFacts(environment, tuple(_object(item, stated.name) for item in manifests), files=frozenset(own))


def _object(manifest: Manifest, environment: str) -> RenderedObject:
    return RenderedObject(
        id=manifest.id,
        value=manifest.value,
        environment=environment,
        origin=Origin(manifest.path, manifest.document),
        digest=digest_of(manifest.value),
        manifest=manifest,
    )


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return not folders or any(path == folder or path.startswith(folder.strip("/") + "/") for folder in folders)


@dataclass(frozen=True)
class _TextLocator:
    """Documents as they stand: every field is where the text has it."""

    files: Mapping[str, bytes]

    def locate(self, subject: RenderedObject | Manifest, path: FieldPath, at: At = "value") -> Location:
        manifest = subject.manifest if isinstance(subject, RenderedObject) else subject
        assert manifest is not None, "objects of a case are documents"
        positions = Positions.of(self.files[manifest.path])
        for length in range(len(path), -1, -1):
            span = positions.span(manifest.document, (*manifest.within, *path[:length]), at)
            if span is not None:
                return Location(manifest.path, span, approximate=length < len(path))
        return Location(manifest.path, Span.point(manifest.line), approximate=True)

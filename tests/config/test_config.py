"""The configuration is read in full or refused in full, each fault at its line; the schema and the reader agree."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gitops_guard.config import load_config
from gitops_guard.config.explain import explain, schema
from gitops_guard.config.reader import WrongConfigError, read
from gitops_guard.model.config import Config
from gitops_guard.model.environment import Tier, UnknownPolicy
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.model.finding import Level
from gitops_guard.model.location import Location, Span

PATH = ".gitops-guard.yaml"
FULL = """\
version: 1
environments:
  staging:
  production:
    tier: production
    entry: [clusters/production/, ./apps, .]
    cluster: {version: "v1.33.2"}
    unknown: block
    identity: {hosts: [shop.example.com], namespaces: [shop], registries: [r], accounts: [a], vaults: [v]}
    assume:
    - {kind: ConfigMap, namespace: flux-system, name: cluster-vars, data: {zone: prod}}
    - {kind: Secret, name: other, data: {}}
sources:
- {url: https://github.com/acme/fleet, path: .}
- {kind: GitRepository, namespace: flux-system, name: flux-system}
rules:
  profile: strict
  packs: [policies]
  levels: {chart-version-pinned: warning, resources-set: off}
  params: {image-tag-pinned: {digest: true}}
waivers: gate/waivers.yaml
ignore: ["docs/**"]
remotes: {allow: ["https://github.com/acme/"]}
"""


def read_text(text: str) -> Config:
    config, problems = load_config(PATH, text.encode())
    assert problems == []
    return config


def faults(text: str) -> list[tuple[int, int, str]]:
    """(line, column, message) of everything that is wrong."""
    config, problems = load_config(PATH, text.encode())
    assert problems
    assert (config.environments, config.ignore, config.rules.levels) == ((), (), {}), "nothing of it counts"
    assert {(problem.path, problem.fatal) for problem in problems} == {(PATH, True)}
    return [(problem.span.line, problem.span.column, problem.message) for problem in problems]


def fixes(text: str) -> list[str | None]:
    return [problem.fix for problem in load_config(PATH, text.encode())[1]]


def test_everything_is_read() -> None:
    config = read_text(FULL)
    staging, production = config.environments
    assert config.path == PATH
    assert (staging.name, staging.tier, staging.unknown, staging.entry) == ("staging", None, None, ())
    assert (production.name, production.tier, production.unknown) == (
        "production",
        Tier.PRODUCTION,
        UnknownPolicy.BLOCK,
    )
    assert production.entry == ("clusters/production", "apps", "")
    assert production.cluster_version == "1.33"
    assert production.location == Location(PATH, Span(4, 3, 4, 13))
    identity = production.identity
    assert (identity.hosts, identity.namespaces, identity.registries) == (("shop.example.com",), ("shop",), ("r",))
    assert (identity.accounts, identity.vaults) == (("a",), ("v",))
    first, second = production.assumptions
    assert (first.kind, first.namespace, first.name, first.data) == (
        *("ConfigMap", "flux-system", "cluster-vars"),
        {"zone": "prod"},
    )
    assert (second.kind, second.namespace, second.name, second.data) == ("Secret", "", "other", {})
    by_url, by_object = config.sources
    assert (by_url.url, by_url.kind, by_url.path) == ("https://github.com/acme/fleet", "", "")
    assert (by_object.kind, by_object.namespace, by_object.name) == ("GitRepository", "flux-system", "flux-system")
    assert (config.rules.profile, config.rules.packs) == ("strict", ("policies",))
    assert config.rules.levels == {"chart-version-pinned": Level.WARNING, "resources-set": Level.OFF}
    assert config.rules.params == {"image-tag-pinned": {"digest": True}}
    assert config.waivers == "gate/waivers.yaml"
    assert (config.ignore, config.allowed_remotes) == (("docs/**",), ("https://github.com/acme/",))


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "null\n", "{}", "version: 1\nrules:\nignore:\n"])
def test_what_is_not_said_has_its_default(text: str) -> None:
    config, default = read_text(text), Config()
    assert (config.environments, config.sources, config.ignore) == ((), (), ())
    assert (config.waivers, config.rules.profile) == (default.waivers, "recommended")


def test_every_fault_is_told_at_its_place() -> None:
    text = (
        "version: 2\n"
        "enviroments: {}\n"
        "environments:\n"
        "  production:\n"
        "    tier: prod\n"
        "    entry: clusters/production\n"
        "    cluster: {version: 1.33}\n"
        "    assume: [{kind: ConfigMap, data: {a: 1}}]\n"
        "sources:\n"
        "- {path: /abs}\n"
        "rules: {levels: {a: eror}}\n"
    )
    assert faults(text) == [
        (1, 10, "version: 2 is not 1"),
        (2, 1, 'unknown key "enviroments"'),
        (5, 11, 'environments.production.tier: "prod" is none of production, staging, development'),
        (6, 12, 'environments.production.entry: "clusters/production" is not a list'),
        (7, 24, 'environments.production.cluster.version: 1.33 is not a Kubernetes version such as "1.33"'),
        (8, 14, 'environments.production.assume[0]: "name" is missing'),
        (8, 42, "environments.production.assume[0].data.a: 1 is not a text"),
        (10, 3, 'sources[0]: this is not a source: by "url", or by "kind" and "name"'),
        (
            *(10, 10),
            'sources[0].path: "/abs" is not a path inside the repository (relative to its top, without "..")',
        ),
        (11, 21, 'rules.levels.a: "eror" is none of error, warning, info, off'),
    ]
    told = fixes(text)
    assert told[1] == 'Did you mean "environments"?'
    assert told[3] == 'Write ["clusters/production"].'
    assert told[4] == told[6] == "Write it in quotes."
    assert told[9] == 'Did you mean "error"?'


def test_off_needs_no_quotes_but_false_is_not_off() -> None:
    assert read_text("rules: {levels: {a: off}}").rules.levels == {"a": Level.OFF}
    assert faults("rules: {levels: {a: false}}") == [
        (1, 21, "rules.levels.a: false is none of error, warning, info, off")
    ]
    assert fixes("rules: {levels: {a: false}}") == ['Write "off".']


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [\n", 2),
        ("ignore: []\nignore: []\n", 2),
        ("waivers: a\n---\nwaivers: b\n", 3),
        ("- 1\n", 1),
        ("just text\n", 1),
        ("kind: List\nitems: []\n", 1),
        ("rules: &a\n  params: *a\n", 2),
    ],
)
def test_what_is_no_configuration_at_all(text: str, line: int) -> None:
    assert faults(text)[0][0] == line


@pytest.mark.parametrize("path", ["/etc", "..", "../x", "a/../../x", "a/..", "a\nb", ""])
@pytest.mark.parametrize("field", ["waivers: {}", "rules: {{packs: [{}]}}", "environments: {{e: {{entry: [{}]}}}}"])
def test_no_path_leaves_the_repository(path: str, field: str) -> None:
    assert "is not a path inside the repository" in faults(field.format(json.dumps(path)))[0][2]


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    config, problems = load_config(PATH, data)
    assert problems or config.path == PATH


SCHEMA: dict[str, Any] = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    bare = [
        name
        for part in (SCHEMA, *SCHEMA["$defs"].values())
        for name, value in part.get("properties", {}).items()
        if "description" not in value and "description" not in SCHEMA["$defs"][value["$ref"].rpartition("/")[2]]
    ]
    assert bare == []


# Configurations near the border between right and wrong: every position may hold something of the wrong kind.
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just([]), st.just({})
)
PATHS = st.sampled_from(["a", "a/b/", ".", "./a", "..", "a/../b", "/a", "", "..a", "a..", "a\n", "\n", "a/..\n", "é"])
TEXTS = st.sampled_from(["a", "", "1.33", "v1.2.3", "1", "1.33\n", "off", "recommended", "ConfigMap", "GitRepository"])


def often(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly right values, seldom others."""
    return st.integers(0, 19).flatmap(lambda number: JUNK if number == 0 else right)


def mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    known = st.fixed_dictionaries({}, optional={name: often(value) for name, value in fields.items()})
    stranger = st.integers(0, 19).flatmap(lambda number: st.just({"other": 1} if number == 0 else {}))
    return often(st.tuples(known, stranger).map(lambda parts: parts[0] | parts[1]))


def listing(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return often(st.lists(often(item), max_size=3))


def open_mapping(value: st.SearchStrategy[Any], keys: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Any]:
    return often(st.dictionaries(keys, often(value), max_size=3))


ENVIRONMENT = mapping(
    tier=st.sampled_from(["production", "staging", "development", "unknown", "prod"]),
    entry=listing(PATHS),
    cluster=mapping(version=st.sampled_from(["1.33", "v1.33.2", "1", "1.33\n", "1.3e", "latest"])),
    unknown=st.sampled_from(["block", "count", "ignore"]),
    identity=mapping(hosts=listing(TEXTS), namespaces=listing(TEXTS), vaults=listing(TEXTS)),
    assume=listing(
        mapping(
            kind=st.sampled_from(["ConfigMap", "Secret", "Pod"]), namespace=TEXTS, name=TEXTS, data=open_mapping(TEXTS)
        )
    ),
)
CONFIGS = mapping(
    version=st.sampled_from([1, 1.0, True, 2, "1"]),
    environments=open_mapping(ENVIRONMENT, st.sampled_from(["production", "", "a\n", "é", "\x7f"])),
    sources=listing(
        mapping(
            url=TEXTS, kind=st.sampled_from(["GitRepository", "Bucket", "Pod"]), namespace=TEXTS, name=TEXTS, path=PATHS
        )
    ),
    rules=mapping(
        profile=st.sampled_from(["recommended", "strict", "lax"]),
        packs=listing(PATHS),
        levels=open_mapping(st.sampled_from(["error", "warning", "info", "off", "of"])),
        params=open_mapping(st.just({"a": 1})),
    ),
    waivers=PATHS,
    ignore=listing(TEXTS),
    remotes=mapping(allow=listing(TEXTS)),
)


def somewhere(path: FieldPath) -> Location:
    return Location(PATH, Span.point(1))


def is_read(value: object) -> bool:
    try:
        read(value, PATH, somewhere)
    except WrongConfigError:
        return False
    return True


@given(CONFIGS)
def test_reader_and_schema_agree(value: object) -> None:
    told = explain(value)
    assert is_read(value) is VALIDATOR.is_valid(value) is (not told)


@pytest.mark.parametrize(
    "value",
    [
        {"environments": {"e": {"cluster": {"version": "1.33\n"}}}},
        {"environments": {"e\n": None}},
        {"waivers": "a\n"},
        {"waivers": "a/..\n"},
        {"version": True},
        {"version": 1.0},
        {"rules": {"levels": {"a": False}}},
        {"sources": [{"kind": "GitRepository"}]},
        {"environments": {"e": {"tier": "unknown"}}},
        {"rules": {"params": {"a": None}}},
    ],
)
def test_reader_and_schema_agree_at_the_border(value: dict[str, object]) -> None:
    right = [{"version": 1.0}]
    assert is_read(value) is VALIDATOR.is_valid(value) is (not explain(value))
    assert is_read(value) is (json.dumps(value) in map(json.dumps, right))


def test_the_examples_above_are_on_both_sides() -> None:
    """Otherwise the test before proves little."""
    seen = {True: 0, False: 0}

    @given(CONFIGS)
    def count(value: object) -> None:
        seen[is_read(value)] += 1

    count()
    assert min(seen.values()) >= 5


@given(CONFIGS.filter(is_read))
def test_what_is_right_is_read_from_its_text(value: object) -> None:
    assert load_config(PATH, json.dumps(value).encode())[1] == []


@given(CONFIGS.filter(lambda value: not is_read(value)))
def test_what_is_wrong_has_a_place_in_its_text(value: object) -> None:
    assert faults(json.dumps(value))


def test_reading_a_right_one_imports_nothing_heavy() -> None:
    code = (
        "import sys; from gitops_guard.config import load_config; load_config('x', b'rules: {profile: strict}');"
        "print([name for name in ('jsonschema', 'difflib') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"

"""The pull request is hostile: the real program on trees that were made to hurt it.

Every run is a process of its own, with a limit of time (a hang fails the test). It must end with 1 or 2, say where the
trouble stands, and neither crash, nor read outside of the tree, nor print what commands a terminal.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from gitops_guard.report import FORMATS
from tests.support.fleets import RANGE, fault, kustomization, release, small_fleet, with_config
from tests.support.gate import Run, Told, process
from tests.support.repos import Content, Link, make_repository, write_files

SECONDS = 240
"""A hang, not a slow machine, takes longer."""
SECRET = "the-secret-of-this-machine"
CHAT = "apps/production/chat.yaml"
APPS = "apps/production/kustomization.yaml"


def run(folder: Path, *arguments: str, stdin: bytes = b"", codes: tuple[int, ...] = (1, 2)) -> Run:
    done = process("validate", *arguments, cwd=folder, stdin=stdin, timeout=SECONDS)
    said = done.out + done.err
    assert "internal error" not in said, said[-3000:]
    assert "Traceback" not in said, said[-3000:]
    assert done.code in codes, said[-3000:]
    assert SECRET not in said
    assert "root:x:0" not in said
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", said)
    return done


def hostile(tmp_path: Path, files: Mapping[str, Content], *arguments: str) -> Told:
    """A fleet with a fault of its own and these files beside it, in git, judged in full."""
    repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE) | dict(files))
    done = run(repo.path, "--all", "--format", "json", *arguments)
    return Told(done.code, json.loads(done.out))


def said_of(told: Told, path: str) -> list[str]:
    """What is said of a file, as `line code`; troubles of reading without a rule of their own begin with their code."""
    return [
        f"{item['location']['line']} {item['rule']} {item['message'].partition(':')[0]}"
        for item in told.report["findings"]
        if item["location"]["path"] == path
    ]


def laughs(depth: int = 30) -> str:
    """Each line holds the one before ten times."""
    lines = ["a0: &a0 lol"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, depth)]
    return "\n".join(lines) + "\n"


TEXTS: dict[str, tuple[bytes, str]] = {
    "an alias bomb": (laughs().encode(), "yaml-alias-bomb"),
    "a bomb of merges": (
        (
            "a0: &a0 {k: v}\n"
            + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 20)}]\n" for n in range(1, 20))
        ).encode(),
        "",
    ),
    "a value that holds itself": (b"a: &a [*a]\n", "yaml-alias-cycle"),
    "a mapping that holds itself": (b"a: &a\n  b: *a\n", "yaml-alias-cycle"),
    "a key that holds itself": (b"&a [*a]: x\n", "yaml-alias-cycle"),
    "deep brackets": (b"a: " + b"[" * 100_000, "yaml-too-deep"),
    "deep mappings": (b"".join(b" " * n + b"a:\n" for n in range(3000)), "yaml-too-deep"),
    "deep sequences": (b"- " * 50_000 + b"x\n", "yaml-too-deep"),
    "NUL": (b"kind: A\x00\nmetadata: {}\n", "yaml-control-character"),
    "bad UTF-8": (b"kind: A\nmetadata: {name: \xff\xfe}\n", "yaml-encoding"),
    "UTF-16": ("kind: A\n".encode("utf-16"), ""),
    "control characters": (b'kind: "a\x1b[31mb"\n', "yaml-control-character"),
    "escapes": (b'kind: "a\\e[31mb\\x07"\nmetadata: {name: "::error::x"}\nkind: b\n', "duplicate-key"),
    "a tag of Python's": (b"a: !!python/object/apply:os.system [id]\nb: [\n", "yaml-syntax"),
    "a giant number": (b"a: " + b"9" * 200_000 + b"\nb: [\n", "yaml-syntax"),
    "a giant exponent": (b"a: 1e999999999\nb: 1.e+99999999999\nc: 0x" + b"f" * 50_000 + b"\nd: [\n", "yaml-syntax"),
    "a giant base 60 number": (b"a: " + b"1:" * 50_000 + b"1\nb: [\n", "yaml-syntax"),
    "a date that is none": (b"a: 9999-99-99\nb: 2001-02-30T99:99:99Z\nc: [\n", "yaml-syntax"),
    "a giant key": (b"? " + b"k" * 2_000_000 + b"\n: v\nb: [\n", "yaml-syntax"),
    "a giant line": (b"a: '" + b"x" * 8_000_000 + b"\n", "yaml-syntax"),
    "many keys": (b"".join(b"k%d: v\n" % n for n in range(50_000)) + b"k1: again\n", "duplicate-key"),
    "many anchors": (b"".join(b"- &a%d x\n" % n for n in range(50_000)) + b"- *nope\n", "yaml-syntax"),
    "quotes without end": (b'a: "' + b"\\" * 1_000_000, "yaml-syntax"),
    "directives": (b"%YAML 9.9\n%TAG ! tag:x,1:\n--- [\n", "yaml-syntax"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, name: str) -> None:
    data, rule = TEXTS[name]
    told = hostile(
        tmp_path, {APPS: kustomization("../base", "chat.yaml", "evil.yaml"), "apps/production/evil.yaml": data}
    )
    said = said_of(told, "apps/production/evil.yaml")
    if rule:
        assert any(rule in item.split() for item in said), said
    # One broken file never hides what else is wrong: staging is judged, and so is the file beside it.
    assert "staging" in [item["name"] for item in told.report["coverage"]["environments"] if item["judged"]]


@pytest.mark.parametrize("name", TEXTS)
def test_texts_on_standard_input(tmp_path: Path, name: str) -> None:
    data, rule = TEXTS[name]
    done = process("validate", "-", "--format", "json", cwd=tmp_path, stdin=data, timeout=SECONDS)
    assert "internal error" not in done.err, done.err
    if rule:
        assert done.code == 1
        assert any(rule in item.split() for item in said_of(Told(1, json.loads(done.out)), "stdin.yaml"))


@pytest.mark.parametrize(
    "name", ["an alias bomb", "a value that holds itself", "deep brackets", "NUL", "a giant number"]
)
@pytest.mark.parametrize(
    "path",
    [
        APPS,
        "clusters/production/apps.yaml",
        "clusters/production/flux-system/gotk-sync.yaml",
        ".gitops-guard-waivers.yaml",
        ".gitops-guard.yaml",
        ".sourceignore",
    ],
)
def test_texts_where_they_steer(tmp_path: Path, path: str, name: str) -> None:
    repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE) | {path: TEXTS[name][0]})
    done = run(repo.path, "--all", "--format", "concise")
    assert path in done.out + done.err or path == ".sourceignore"


def test_a_hundred_thousand_documents(tmp_path: Path) -> None:
    data = b"---\na: 1\n" * 100_000 + b"---\nb: [\n"
    told = hostile(tmp_path, {"apps/production/many.yaml": data})
    assert told.code == 1
    assert said_of(told, "apps/production/many.yaml")


def test_many_objects_are_judged(tmp_path: Path) -> None:
    data = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{n}, namespace: shop}}\n" for n in range(1000)
    )
    told = hostile(
        tmp_path, {APPS: kustomization("../base", "chat.yaml", "many.yaml"), "apps/production/many.yaml": data}
    )
    assert told.lines == [fault()]
    assert told.report["coverage"]["objects"] == 1012


def test_a_file_that_is_too_large_is_said_to_be(tmp_path: Path) -> None:
    data = b"a: '" + b"x" * (33 << 20) + b"'\n"
    told = hostile(
        tmp_path, {APPS: kustomization("../base", "chat.yaml", "huge.yaml"), "apps/production/huge.yaml": data}
    )
    assert any("apps/production/huge.yaml" in line for line in told.lines)
    assert told.code == 1


NAMES = [
    "-",
    "--all",
    "-rf",
    "a\nb",
    "a\n::error::owned",
    "::error file=x::owned",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\u202egnp",
    " ",
    "a b",
    "'; id; '",
    "$(id)",
    "`id`",
    "%s%n",
    "..%2f..%2f",
    "a\\b",
    "*",
    "?",
    ":(glob)x",
    "<script>alert(1)</script>",
    "|",
    "x" * 200,
    os.fsdecode(b"\xff\xfe"),
]


@pytest.mark.parametrize("form", FORMATS)
def test_names_of_files(tmp_path: Path, form: str) -> None:
    files = {f"apps/production/{name}.yaml": "a: [\n" for name in NAMES} | {
        f"apps/staging/{name}/kustomization.yaml": "resources: [missing.yaml]\n" for name in NAMES
    }
    repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
    repo.write(files)
    for options in (["--all"], ["--index"], ["--ref", "HEAD", "--all"]):
        repo.stage()
        repo.commit() if "--ref" in options else None
        done = run(repo.path, *options, "--format", form)
        assert done.code == 1
        if form == "github":
            commands = [line for line in done.out.splitlines() if line.startswith("::")]
            assert all(re.match(r"::(error|warning|notice) ", line) for line in commands)
            assert not any(line.startswith("::error::") for line in commands)


@pytest.mark.parametrize("form", FORMATS)
def test_words_of_objects(tmp_path: Path, form: str) -> None:
    evil = '"x\\e[2J\\n::error::owned\\n<img src=x>\\u202e```"'
    text = release('">=1\\e[31m\\n::error::owned\\n```\\n<b>"').replace("name: chat", f"name: {evil}", 1)
    told = run(make_repository(tmp_path / "fleet", small_fleet() | {CHAT: text}).path, "--all", "--format", form)
    assert told.code == 1
    assert not re.search(r"^::error::owned", told.out, re.MULTILINE)
    assert "\u202e" not in told.out


LINKS: dict[str, dict[str, Content]] = {
    "a file that is a link out": {CHAT: Link("/etc/passwd")},
    "a resource that is a link out": {
        APPS: kustomization("../base", "evil.yaml"),
        "apps/production/evil.yaml": Link("../../../secret.yaml"),
    },
    "a folder that is a link out": {
        APPS: kustomization("../base", "evil"),
        "apps/production/evil": Link("../../../secret"),
    },
    "a kustomization that is a link": {APPS: Link("../../../secret/kustomization.yaml")},
    "a base that is a link": {"apps/base": Link("../../secret")},
    "a link to itself": {CHAT: Link("chat.yaml")},
    "links in a circle": {CHAT: Link("other.yaml"), "apps/production/other.yaml": Link("chat.yaml")},
    "a link to the root": {"apps/production/all": Link("/"), APPS: kustomization("../base", "all")},
    "a generator that reads a link": {
        APPS: kustomization("../base") + "configMapGenerator:\n- name: x\n  files: [evil.txt]\n",
        "apps/production/evil.txt": Link("../../../secret.yaml"),
    },
    "a configuration that is a link": {".gitops-guard.yaml": Link("../secret.yaml")},
    "a waivers file that is a link": {".gitops-guard-waivers.yaml": Link("../secret.yaml")},
    "an entry point that is a link": {
        "clusters/production/apps.yaml": Link("../../../secret.yaml"),
        "clusters/staging/chat.yaml": release("'*'").replace("name: charts", "name: charts\n        namespace: shop"),
    },
}


@pytest.mark.parametrize("name", LINKS)
def test_links_lead_nowhere(tmp_path: Path, name: str) -> None:
    outside(tmp_path)
    told = hostile(tmp_path, LINKS[name], "--profile", "strict")
    assert SECRET not in json.dumps(told.report)
    assert told.code == 1
    if name in ("a configuration that is a link", "a waivers file that is a link"):
        assert told.lines == [fault()]


def outside(tmp_path: Path) -> None:
    """What lies beside the repository, and must never be read."""
    secret = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {SECRET}}}\ndata: {{password: {SECRET}}}\n"
    write_files(
        tmp_path,
        {
            "secret.yaml": secret,
            "secret/secret.yaml": secret,
            "secret/kustomization.yaml": kustomization("secret.yaml"),
            "secret/namespace.yaml": secret,
            "secret/repository.yaml": secret,
        },
    )


KUSTOMIZATIONS = {
    "a resource above": "resources: [../../../secret.yaml]\n",
    "a folder above": "resources: [../../../secret]\n",
    "a resource above through the middle": "resources: [../base/../../../secret.yaml]\n",
    "an absolute path": "resources: [/etc/passwd]\n",
    "a remote file by a local URL": "resources: ['file:///etc/passwd']\n",
    "a remote file": "resources: ['https://127.0.0.1:1/x.yaml']\n",
    "a remote repository": "resources: ['https://127.0.0.1:1/x//y?ref=main']\n",
    "a remote repository by ssh": "resources: ['git@127.0.0.1:x/y.git']\n",
    "a remote repository by a local URL": "resources: ['file:///tmp//x?ref=main']\n",
    "a transport that runs commands": "resources: ['ext::sh -c id']\n",
    "itself": "resources: ['.']\n",
    "its parent": "resources: ['..']\n",
    "a component above": "components: [../../../secret]\n",
    "a base above": "bases: [../../../secret]\n",
    "a patch above": "resources: [../base]\npatches: [{path: ../../../secret.yaml}]\n",
    "a strategic patch above": "resources: [../base]\npatchesStrategicMerge: [../../../secret.yaml]\n",
    "a generator of files above": "configMapGenerator: [{name: x, files: [../../../secret.yaml]}]\n",
    "a generator of absolute files": "secretGenerator: [{name: x, files: [p=/etc/passwd]}]\n",
    "a generator of variables above": "configMapGenerator: [{name: x, envs: [../../../secret.yaml]}]\n",
    "a replacement above": "resources: [../base]\nreplacements: [{path: ../../../secret.yaml}]\n",
    "a generator that runs a program": "generators: [exec.yaml]\n",
    "a transformer that runs a program": "resources: [../base]\ntransformers: [exec.yaml]\n",
    "a validator that runs a program": "resources: [../base]\nvalidators: [exec.yaml]\n",
    "a chart": "helmCharts: [{name: x, repo: 'https://127.0.0.1:1', version: 1.0.0}]\n",
    "a chart above": "helmGlobals: {chartHome: ../../../secret}\nhelmCharts: [{name: x}]\n",
    "values of a chart above": "helmCharts: [{name: x, valuesFile: ../../../secret.yaml}]\n",
    "a schema above": "resources: [../base]\nopenapi: {path: ../../../secret.yaml}\n",
    "configurations above": "resources: [../base]\nconfigurations: [../../../secret.yaml]\n",
    "resource definitions above": "resources: [../base]\ncrds: [../../../secret.yaml]\n",
    "junk": "resources: {a: [b]}\npatches: 7\nimages: [[]]\n",
}
EXEC = """\
apiVersion: x/v1
kind: X
metadata:
  name: x
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./run.sh}
"""


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_kustomizations_reach_nothing(tmp_path: Path, name: str) -> None:
    outside(tmp_path)
    marker = tmp_path / "ran"
    program = f"#!/bin/sh\ntouch {marker}\n"
    files: dict[str, Content] = {
        APPS: KUSTOMIZATIONS[name],
        "apps/production/exec.yaml": EXEC,
        "apps/production/run.sh": program,
    }
    fleet = make_repository(tmp_path / "fleet", small_fleet() | files)
    (fleet.path / "apps/production/run.sh").chmod(0o755)
    # What is not fetched is unknown, and unknown blocks a change only; everything else is refused.
    done = run(fleet.path, "--all", "--format", "json", codes=(0, 1) if name.startswith("a remote") else (1,))
    told = Told(done.code, json.loads(done.out))
    assert any(line.startswith("apps/production/") for line in told.lines), told.report
    assert not marker.exists()


@pytest.mark.parametrize(
    "path", ["../..", "/", "/etc", "../../../secret", "./apps/../../secret", "~", "${HOME}", "\\0"]
)
def test_paths_of_flux_lead_nowhere(tmp_path: Path, path: str) -> None:
    outside(tmp_path)
    files = small_fleet(production=RANGE)
    apps = str(files["clusters/production/apps.yaml"]).replace("./apps/production", json.dumps(path))
    told = hostile(tmp_path, {"clusters/production/apps.yaml": apps})
    assert SECRET not in json.dumps(told.report)
    assert any(line.startswith("clusters/production/apps.yaml:8:9 error ") for line in told.lines), told.lines


def test_kustomizations_of_flux_in_a_circle(tmp_path: Path) -> None:
    """Each applies the folder in which the other stands; both are applied once, as Flux does."""
    apps = str(small_fleet()["clusters/production/apps.yaml"])
    files = {
        "clusters/production/a.yaml": apps.replace("name: apps", "name: a").replace("./apps/production", "./loop"),
        "loop/b.yaml": apps.replace("name: apps", "name: b").replace("./apps/production", "./clusters/production"),
        "loop/c.yaml": apps.replace("name: apps", "name: c").replace("./apps/production", "./"),
    }
    assert fault() in [line.replace(",staging", "") for line in hostile(tmp_path, files).lines]


def test_kustomizations_that_bring_forth_themselves(tmp_path: Path) -> None:
    """A patch renames what a Kustomization applies, so that each round makes a new one: the worklist is bounded."""
    apps = str(small_fleet()["clusters/production/apps.yaml"])
    grow = apps.replace("name: apps", "name: grow").replace("./apps/production", "./grow") + (
        "  patches:\n  - target: {kind: Kustomization}\n    patch: |\n"
        "      - {op: replace, path: /metadata/name, value: grow-${N:=1}x}\n"
        "  namePrefix: x-\n"
    )
    told = hostile(tmp_path, {"clusters/production/grow.yaml": grow, "grow/grow.yaml": grow})
    assert told.code == 1
    assert fault() in told.lines


def test_patterns_that_explode(tmp_path: Path) -> None:
    sops = "creation_rules:\n- path_regex: (a+)+$\n  encrypted_regex: ^(((a|a)*)*)*$\n- path_regex: '['\n"
    name = "a" * 60 + "!"
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: x, namespace: shop}}\nstringData: {{{name}: {name}}}\n"
    files = {
        ".sops.yaml": sops,
        f"apps/production/{name}.yaml": secret,
        APPS: kustomization("../base", "chat.yaml", f"{name}.yaml"),
    }
    assert fault() in hostile(tmp_path, files).lines


def test_globs_that_explode(tmp_path: Path) -> None:
    stars = "*a" * 40 + "b"
    waiver = f'- rule: yaml-syntax\n  target: {{path: "{stars}"}}\n  owner: x\n  reason: x\n  expires: 2999-01-01\n'
    files = {
        ".gitops-guard-waivers.yaml": waiver,
        ".sourceignore": f"{stars}\n**/{'**/' * 40}x\n{'[' * 1000}\n",
        ".gitops-guard.yaml": f'ignore: ["{stars}", "{"**/" * 40}x"]\n',
        f"apps/production/{'a' * 150}.yaml": "a: [\n",
    }
    assert fault() in hostile(tmp_path, files).lines


def test_substitutions_that_explode(tmp_path: Path) -> None:
    apps = str(small_fleet()["clusters/production/apps.yaml"])
    variables = "".join(f"      V{n}: {'${V' + str(n - 1) + '}'}{'${V' + str(n - 1) + '}'}\n" for n in range(1, 60))
    bomb = f"{apps}  postBuild:\n    substitute:\n      V0: {'x' * 1000}\n{variables}"
    deep = "${A:=" * 5000 + "x" + "}" * 5000
    replace = "${V0//x/${V0//x/${V0}}}"
    told = hostile(
        tmp_path,
        {
            "clusters/production/apps.yaml": bomb,
            CHAT: release(RANGE) + f"  values:\n    a: ${{V59}}\n    b: {deep}\n    c: {replace}\n",
        },
    )
    assert told.code == 1
    assert any(CHAT in line or "apps.yaml" in line for line in told.lines)


def test_git_runs_nothing_of_the_repository(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    program.chmod(0o755)
    repo = make_repository(
        tmp_path / "fleet", small_fleet(production=RANGE) | {".gitattributes": "* filter=evil diff=evil\n"}
    )
    for name in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.sshCommand"):
        repo.git("config", name, str(program))
    repo.git("config", "core.hooksPath", str(tmp_path))
    repo.write({"apps/staging/chat.yaml": release(RANGE)})
    marker.unlink(missing_ok=True)
    for options in (["--all"], ["--index", "--all"], ["--ref", "HEAD", "--all"]):
        run(repo.path, *options)
    assert process("validate", cwd=repo.path, timeout=SECONDS).code == 0  # against HEAD: only staging got worse
    assert not marker.exists()


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"# {'x' * 1000}\n" for _ in range(10_000)) + "enviroments: {}\n",
        "ignore:\n" + "- apps/x\n" * 200_000 + "nonsense: 1\n",
        "environments:\n" + "".join(f"  e{n}: {{entry: [clusters/gone]}}\n" for n in range(3000)),
        laughs(),
    ],
    ids=["10 MB of comments", "200,000 patterns", "3,000 environments", "a bomb"],
)
def test_configurations(tmp_path: Path, text: str) -> None:
    repo = make_repository(tmp_path / "fleet", with_config(small_fleet(), text))
    run(repo.path, "--all", "--format", "concise")


def test_thousands_of_waivers(tmp_path: Path) -> None:
    one = "- {rule: yaml-syntax, target: {name: x}, owner: a, reason: b, expires: 2999-01-01}\n"
    told = hostile(tmp_path, {".gitops-guard-waivers.yaml": one * 5000})
    assert fault() in told.lines


def test_memory_is_bounded_on_the_worst_texts(tmp_path: Path) -> None:
    """All of them in one tree: the peak is that of a few files, not of all together."""
    files: dict[str, Content] = {f"apps/production/evil{n}.yaml": data for n, (data, _) in enumerate(TEXTS.values())}
    repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE) | files)
    script = (
        "import resource, sys; from gitops_guard.cli import main;"
        "code = main(['validate', '--all', '--format', 'json']);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=repo.path, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 1, done.stderr
    assert int(done.stderr.split()[-1]) < 2 << 20  # KiB
    assert fault() in Told(1, json.loads(done.stdout)).lines

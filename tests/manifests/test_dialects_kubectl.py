"""The two dialects against the real kubectl: whatever it reads from a file, we read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitops_guard.manifests import load, parse_text
from gitops_guard.manifests.compose import compose
from gitops_guard.manifests.scalars import json_number
from gitops_guard.model.manifest import Dialect

NASTY = [
    line
    for line in (Path(__file__).parent / "nasty_scalars.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
HEAD = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n"
LAYOUTS = {"block": "  v{}: {}\n", "flow": "  v{}: [{}]\n", "list": "  v{}:\n  - {}\n", "comment": "  v{}: {}  # x\n"}

KUBECTL = Path(sys.executable).parent / "kubectl"
_ENVIRONMENT = {**os.environ, "KUBECONFIG": os.devnull}


class RefusedError(Exception):
    """kubectl did not take the text."""


def kustomize(text: str, folder: Path) -> str:
    """What `kubectl kustomize` makes of one resource file."""
    (folder / "resource.yaml").write_text(text, encoding="utf-8")
    (folder / "kustomization.yaml").write_text("resources: [resource.yaml]\n", encoding="utf-8")
    return _run("kustomize", str(folder))


def read_directly(text: str, folder: Path) -> dict[str, object]:
    """What kubectl reads from a file: `label --local` gives the object back as JSON, and its label is taken off."""
    (folder / "direct.yaml").write_text(text, encoding="utf-8")
    printed = _run("label", "--local", "-o", "json", "-f", str(folder / "direct.yaml"), "oracle=here")
    found = json.loads(printed, parse_int=lambda digits: json_number(int(digits)))
    assert isinstance(found, dict)
    del found["metadata"]["labels"]["oracle"]
    if not found["metadata"]["labels"]:
        del found["metadata"]["labels"]
    return found


def _run(*arguments: str) -> str:
    done = subprocess.run([KUBECTL, *arguments], capture_output=True, text=True, env=_ENVIRONMENT, check=False)
    if done.returncode:
        raise RefusedError(done.stderr)
    return done.stdout


def ours(text: str, dialect: Dialect) -> object:
    """Our reading, or `RefusedError` where we give none or say that the tool refuses the file."""
    file = load("resource.yaml", text.encode(), dialect)
    refuses = {"yaml-key-type", "duplicate-key"} if dialect is Dialect.KUSTOMIZE else set()
    if any(problem.fatal or problem.code in refuses for problem in file.problems):
        raise RefusedError(str(file.problems))
    (manifest,) = file.manifests
    return manifest.value


def theirs(text: str, dialect: Dialect, folder: Path) -> object:
    if dialect is Dialect.KUBERNETES:
        return read_directly(text, folder)
    (document,) = parse_text(kustomize(text, folder), Dialect.KUBERNETES)
    return document


def same(left: object, right: object) -> bool:
    """Equal with types: 1, 1.0 and True are three values."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def compare_scalars(scalars: Sequence[str], layout: str, dialect: Dialect, folder: Path) -> None:
    kept = [raw for raw in scalars if usable(raw, layout)]
    text = HEAD + "spec:\n" + "".join(layout.format(number, raw) for number, raw in enumerate(kept))
    mine, real = ours(text, dialect), theirs(text, dialect, folder)
    assert isinstance(mine, dict)
    assert isinstance(real, dict)
    wrong = {
        raw: (mine["spec"][f"v{number}"], real["spec"][f"v{number}"])
        for number, raw in enumerate(kept)
        if not same(mine["spec"][f"v{number}"], real["spec"][f"v{number}"])
    }
    assert not wrong
    assert same(mine, real)


def usable(raw: str, layout: str) -> bool:
    """A plain scalar of exactly this text that JSON can hold: anything else is tested one by one."""
    text = "spec:\n" + layout.format(0, raw)
    documents, troubles = compose(text)
    if troubles or len(documents) != 1 or any(p.fatal for p in load("x.yaml", text.encode()).problems):
        return False
    plain = compose(f"- {raw}\n")[0]
    return bool(
        plain and plain[0].root and plain[0].root.children[0].text == raw and not plain[0].root.children[0].style
    )


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_table_of_nasty_scalars(layout: str, dialect: Dialect, tmp_path: Path) -> None:
    assert sum(usable(raw, layout) for raw in NASTY) > 300
    compare_scalars(NASTY, layout, dialect, tmp_path)


NUMBERISH = st.text("0123456789+-._eExXoObB", min_size=1, max_size=12)
TIMEISH = st.from_regex(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{1,10})?(Z|[-+][01][0-9]:[0-6][0-9])?)?",
    fullmatch=True,
).filter(str.isascii)
WORDISH = st.text("yesnoYESNOfFtruelaTRUELA~.i<=", min_size=1, max_size=5)
ANYTHING = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="#[]{},?"),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("dialect", list(Dialect))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    scalars=st.lists(st.one_of(NUMBERISH, TIMEISH, WORDISH, ANYTHING), min_size=60, max_size=120),
    layout=st.sampled_from(list(LAYOUTS.values())),
)
def test_generated_scalars(
    scalars: list[str], layout: str, dialect: Dialect, tmp_path_factory: pytest.TempPathFactory
) -> None:
    compare_scalars(scalars, layout, dialect, tmp_path_factory.mktemp("scalars"))


# Left out, since they are no reading that anything could rely on: keys that become equal (Go's random order decides),
# a quoted "<<" (kyaml drops it), folded scalars with indented lines (go-yaml v3 adds blank lines when it writes them).
DOCUMENTS = [
    "spec: {a: .inf}",
    "spec: {a: -.Inf}",
    "spec: {a: .nan}",
    "spec:\n  1: x",
    "spec:\n  true: x",
    "spec:\n  on: x\n  off: y",
    "spec:\n  'on': x",
    "spec:\n  1.5: x\n  1e6: y\n  1e21: z\n  0.1: u\n  123456789.5: v\n  0x10: w\n  1e-5: t",
    "spec:\n  2001-01-01: x",
    "spec:\n  null: x",
    "spec:\n  ~: x",
    "spec:\n  ? [a]\n  : b",
    "spec:\n  ? {a: b}\n  : b",
    "spec:\n  ? a\n  : b",
    "spec: {a: 1, a: 2}",
    "spec: {a: 1, 'a': 2}",
    "spec: {a: ! 12, b: ! on}",
    "spec: {a: ! '12'}",
    "spec:\n  a: !foo 12\n  b: !foo {x: 1}\n  c: !foo [1]\n  d: !!python/object:os.system x",
    "spec: {a: !!int '12', b: !!str 12, c: !!float 1, d: !!float '1.5', e: !!bool 'true', f: !!null ''}",
    "spec: {a: !!int zz}",
    "spec: {a: !!int 1.5}",
    "spec: {a: !!bool yes}",
    "spec: {a: !!bool 1}",
    "spec: {a: !!null x}",
    "spec: {a: !!timestamp 2001-01-01}",
    "spec: {a: !!timestamp x}",
    "spec: {a: !!timestamp '2001-01-01'}",
    "spec: {a: !!binary aGVsbG8=}",
    "spec: {a: !!binary '***'}",
    "spec: {a: !!set {x: null}}",
    "spec: {a: !!str [1]}",
    "spec:\n  a: !!binary |\n    aGVs\n    bG8=\n",
    "spec:\n  a: &x {q: 1, r: 2}\n  b: {q: 5, <<: *x}\n  c: {<<: *x, q: 7}",
    "spec:\n  d: {<<: [{z: 1, y: 1}, {z: 2, w: 2}]}\n  e: {z: 0, <<: [{z: 1, y: 1}, {z: 2, w: 2}]}",
    "spec:\n  a: &x {q: 1}\n  b: &y {<<: *x, r: 2}\n  c: {<<: *y}\n  d: {<<: [*x, *y]}",
    "spec:\n  a: {<<: 1}",
    "spec:\n  a: {<<: [1]}",
    "spec:\n  a: {<<: null}",
    "spec:\n  a: <<\n  b: [<<]",
    "spec:\n  a: &x [1, on]\n  b: *x\n  c: {d: *x}",
    "spec:\n  a: &x on\n  b: *x\n  *x : c",
    "spec: {a: , b: }",
    "spec: {a, b: c}",
    "spec: [a: b, c]",
    "spec: ['a':b]",
    "spec:\n  a:\n  b: ''\n  c: ~",
    "spec:\n  a: |\n    x\n     y\n\n    z\n\n  b: >-\n    x\n    y\n\n    z\n  c: |2-\n     x\n  d: |+\n    a\n\n",
    "spec:\n  a: one\n    two\n\n    three\n  b: 'one\n    two'\n  c: \"one\\\n    two \\u00e9 \\x41\"",
    "spec:\n  a: 1\n    2",
    "spec:\n  a: on\n    off",
    "spec:\n- a\n- - b\n  - c: d\n    e: f",
    'spec: {"a":1,"b":[true,null,1.0,"\\ttab"]}',
    "spec: \"\\ud83d\\ude00\"",
    "spec: {a: &a [*a]}",
    "spec: *nowhere",
    "spec: [",
    "spec:\n\ta: 1",
    "spec:\n  a:\t1\n  b:\t\tx",
    "spec: 'a: b: c'",
    "spec: a: b",
    "spec: a\n# comment\nother: b",
    "spec: http://x#y\nother: a #b",
    "spec: @x",
    "spec: `x`",
    "spec: %x",
    "spec: -x",
    "spec: ?x",
    "spec: '\U0001f600 \x85 \u2028'",
    "spec: \U0001f600",
]  # fmt: skip


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("text", DOCUMENTS)
def test_whole_documents(text: str, dialect: Dialect, tmp_path: Path) -> None:
    text = f"{HEAD}{text}\n"
    try:
        real = theirs(text, dialect, tmp_path)
    except RefusedError:
        with pytest.raises(RefusedError):
            ours(text, dialect)
    else:
        assert same(ours(text, dialect), real)

"""The fleet of the talk: lesson 1 is caught, in whatever way a version is said, and everything else is silent."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.gate import CONSOLE_SCRIPT, gate, judged, process
from tests.support.repos import Content, run_git, write_files

ROOT = Path(__file__).parents[1]
TALKHUB = ROOT / "examples" / "talkhub"
RELEASE = "apps/production/chat/release.yaml"
KUSTOMIZATION = "apps/production/chat/kustomization.yaml"
VERSION = 'version: ">=0.2.22"'

LESSON = f"{RELEASE}:10:16 error chart-version-pinned production"
ELSEWHERE = [
    "apps/staging/chat/release.yaml:10:16 warning chart-version-pinned staging",
    "apps/test/chat/release.yaml:10:16 warning chart-version-pinned test",
]


@pytest.fixture
def talkhub(tmp_path: Path) -> Path:
    """A copy that may be changed, outside of any repository."""
    return Path(shutil.copytree(TALKHUB, tmp_path / "talkhub"))


def edit(fleet: Path, path: str, old: str, new: str) -> None:
    text = (fleet / path).read_text()
    assert text.count(old) == 1
    (fleet / path).write_text(text.replace(old, new))


def in_production(fleet: Path) -> list[str]:
    """The findings, without the two that test and staging always have."""
    lines = judged(cwd=fleet).lines
    assert set(ELSEWHERE) <= set(lines)
    return [line for line in lines if line not in ELSEWHERE]


def test_lesson_1_and_nothing_else() -> None:
    told = judged("--all", TALKHUB, cwd=ROOT)
    assert told.lines == [LESSON, *ELSEWHERE]
    assert (told.code, told.outcome) == (1, "fail")
    assert told.report["notJudged"] == []
    assert told.report["undecided"] == []
    (finding,) = (item for item in told.report["findings"] if item["severity"] == "error")
    assert finding["message"].startswith('">=0.2.22" is a range: this release upgrades itself')
    assert finding["fix"] == 'write the exact version that should run, e.g. version: "0.2.22"'
    assert finding["field"] == "spec.chart.spec.version"
    assert (finding["location"]["endLine"], finding["location"]["endColumn"]) == (10, 26)
    assert finding["location"]["excerpt"]["lines"][1] == f"      {VERSION}"


def test_every_environment_has_a_tier_and_is_judged() -> None:
    coverage = judged("--all", TALKHUB, cwd=ROOT).report["coverage"]
    assert [(item["name"], item["tier"], item["tierReason"]) for item in coverage["environments"]] == [
        ("test", "development", "configured"),
        ("staging", "staging", "configured"),
        ("production", "production", "configured"),
        ("monitoring", "production", "configured"),
    ]
    assert all(item["objects"] == item["judged"] > 0 for item in coverage["environments"])


def test_without_configuration_the_same_is_found(talkhub: Path) -> None:
    (talkhub / ".gitops-guard.yaml").unlink()
    told = judged(cwd=talkhub)
    assert told.lines == [LESSON, *ELSEWHERE]
    tiers = {item["name"]: item["tierReason"] for item in told.report["coverage"]["environments"]}
    assert tiers["monitoring"] == "not known: judged as production"


def test_the_configuration_is_what_init_discovers(talkhub: Path) -> None:
    """The file in the example says where environments enter as `init` would say it."""
    configured = judged(cwd=talkhub).report["environments"]
    (talkhub / ".gitops-guard.yaml").unlink()
    assert gate("init", cwd=talkhub).code == 0
    told = judged(cwd=talkhub)
    assert told.lines == [LESSON, *ELSEWHERE]
    entries = {item["name"]: [entry["path"] for entry in item["entryPoints"]] for item in configured}
    assert {
        item["name"]: [entry["path"] for entry in item["entryPoints"]] for item in told.report["environments"]
    } == entries


def test_pinned_it_passes(talkhub: Path) -> None:
    edit(talkhub, RELEASE, VERSION, 'version: "0.2.22"')
    told = judged(cwd=talkhub)
    assert told.lines == ELSEWHERE
    assert (told.code, told.outcome) == (0, "pass")


def test_the_demo_shows_it(tmp_path: Path) -> None:
    """scripts/demo as `make demo` runs it: from the top of a checkout that has .venv/bin/gitops-guard."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TALKHUB, tmp_path / "examples" / "talkhub")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "gitops-guard").symlink_to(CONSOLE_SCRIPT)
    done = subprocess.run(["scripts/demo"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert f"--> {RELEASE}:10:16" in done.stdout
    assert '10 |       version: ">=0.2.22"' in done.stdout
    assert 'fix: write the exact version that should run, e.g. version: "0.2.22"' in done.stdout
    assert "blocked: 1 error\n" in done.stdout


def test_the_demo_shows_it_in_a_checkout_with_unfinished_work(talkhub: Path) -> None:
    """The fault is committed, something else is not: everything is judged all the same."""
    run_git(talkhub, "init", "--quiet", "--initial-branch=main")
    run_git(talkhub, "add", ".")
    run_git(talkhub, "commit", "--quiet", "--message=all")
    write_files(talkhub, {"notes.txt": "unfinished"})
    run = process("validate", "--all", ".", cwd=talkhub)
    assert run.code == 1
    assert f"{RELEASE}:10:16" in run.out


def test_the_mistake_on_the_slide(talkhub: Path) -> None:
    """There the version stands under `sourceRef`, where no such field exists: the chart had no version at all."""
    edit(
        talkhub,
        RELEASE,
        f"      {VERSION}\n      sourceRef:\n        kind: HelmRepository\n        name: talkhub\n",
        f"      sourceRef:\n        kind: HelmRepository\n        name: talkhub\n        {VERSION}\n",
    )
    (line, *more) = in_production(talkhub)
    assert line == f"{RELEASE}:13:9 error chart-version-pinned production"
    assert not [item for item in more if "chart-version-pinned" in item]
    run = gate("validate", "--select", "chart-version-pinned", cwd=talkhub)
    assert "sourceRef" in run.out


OCI = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: chat
spec:
  interval: 10m
  url: oci://ghcr.io/talkhub/charts/chat
  ref:
    semver: ">=0.2.22"
"""

HELM_CHART = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata:
  name: chat
spec:
  interval: 10m
  chart: chat
  version: ">=0.2.22"
  sourceRef:
    kind: HelmRepository
    name: talkhub
"""

BY_REFERENCE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: chat
spec:
  interval: 10m
  chartRef:
    kind: {kind}
    name: chat
"""


def with_kustomization(*resources: str, more: str = "") -> str:
    listed = "".join(f"  - {resource}\n" for resource in resources)
    return f"namespace: talkhub\nresources:\n{listed}{more}"


def release_with(version: str) -> str:
    return (TALKHUB / RELEASE).read_text().replace(f"      {VERSION}\n", version)


FROM_A_BASE: dict[str, Content] = {
    "apps/base/chat/kustomization.yaml": with_kustomization("release.yaml", "repository.yaml"),
    "apps/base/chat/release.yaml": release_with(f"      {VERSION}\n"),
    "apps/base/chat/repository.yaml": (TALKHUB / "apps/production/chat/repository.yaml").read_text(),
    KUSTOMIZATION: with_kustomization("../../base/chat"),
    RELEASE: None,
    "apps/production/chat/repository.yaml": None,
}
FROM_A_PATCH: dict[str, Content] = {
    RELEASE: release_with('      version: "0.2.22"\n'),
    KUSTOMIZATION: with_kustomization("release.yaml", "repository.yaml", more="patches:\n  - path: version.yaml\n"),
    "apps/production/chat/version.yaml": (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: chat\n"
        f"spec:\n  chart:\n    spec:\n      {VERSION}\n"
    ),
}
FROM_AN_INLINE_PATCH: dict[str, Content] = {
    RELEASE: release_with('      version: "0.2.22"\n'),
    KUSTOMIZATION: with_kustomization(
        "release.yaml",
        "repository.yaml",
        more="patches:\n  - target:\n      kind: HelmRelease\n      name: chat\n    patch: |\n"
        '      - op: replace\n        path: /spec/chart/spec/version\n        value: ">=0.2.22"\n',
    ),
}
FROM_A_VARIABLE: dict[str, Content] = {
    RELEASE: release_with("      version: ${CHART_VERSION}\n"),
    "clusters/production/apps.yaml": (TALKHUB / "clusters/production/apps.yaml").read_text()
    + "      CHART_VERSION: 0.2.x\n",
}
FROM_A_QUOTED_VARIABLE = FROM_A_VARIABLE | {
    # The quotes are part of the value: Flux pastes it into text that is read as YAML once more.
    "clusters/production/apps.yaml": (TALKHUB / "clusters/production/apps.yaml").read_text()
    + "      CHART_VERSION: '\">=0.2.22\"'\n",
}
FROM_A_DEFAULT: dict[str, Content] = {RELEASE: release_with("      version: ${CHART_VERSION:=0.2.x}\n")}
FROM_NOTHING: dict[str, Content] = {RELEASE: release_with("")}
FROM_AN_OCI_REPOSITORY: dict[str, Content] = {
    RELEASE: BY_REFERENCE.format(kind="OCIRepository"),
    "apps/production/chat/repository.yaml": OCI,
}
FROM_A_HELM_CHART: dict[str, Content] = {
    RELEASE: BY_REFERENCE.format(kind="HelmChart"),
    "apps/production/chat/chart.yaml": HELM_CHART,
    KUSTOMIZATION: with_kustomization("release.yaml", "repository.yaml", "chart.yaml"),
}


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (FROM_A_BASE, "apps/base/chat/release.yaml:10:16 error chart-version-pinned production"),
        (FROM_A_PATCH, "apps/production/chat/version.yaml:8:16 error chart-version-pinned production"),
        (FROM_AN_INLINE_PATCH, f"{KUSTOMIZATION}:12:16 error chart-version-pinned production"),
        (FROM_A_VARIABLE, "clusters/production/apps.yaml:22:22 error chart-version-pinned production"),
        (FROM_A_QUOTED_VARIABLE, "clusters/production/apps.yaml:22:22 error chart-version-pinned production"),
        (FROM_A_DEFAULT, f"{RELEASE}:10:16 error chart-version-pinned production"),
        (FROM_NOTHING, f"{RELEASE}:9:14 error chart-version-pinned production"),
        (FROM_AN_OCI_REPOSITORY, "apps/production/chat/repository.yaml:9:13 error chart-ref-pinned production"),
        (FROM_A_HELM_CHART, "apps/production/chat/chart.yaml:8:12 error chart-ref-pinned production"),
    ],
    ids=[
        *("base", "patch", "inline patch", "variable", "variable with quotes", "default of a variable", "nothing"),
        *("OCIRepository", "HelmChart"),
    ],
)
def test_every_way_to_say_a_version(talkhub: Path, files: dict[str, Content], line: str) -> None:
    """The finding lands on the line that a person edits, wherever that is."""
    write_files(talkhub, files)
    assert in_production(talkhub) == [line]


def test_a_variable_that_nothing_sets_is_no_version(talkhub: Path) -> None:
    write_files(talkhub, {RELEASE: release_with("      version: ${CHART_VERSION}\n")})
    assert in_production(talkhub) == [
        f"{RELEASE}:10:16 error chart-version-pinned production",
        f"{RELEASE}:10:16 error undefined-variable production",
    ]


def test_a_variable_that_breaks_the_text_is_a_build_that_fails(talkhub: Path) -> None:
    """`version: >=0.2.22` without quotes begins a block of text: Flux stops there, and so do we."""
    write_files(talkhub, FROM_A_VARIABLE)
    edit(talkhub, "clusters/production/apps.yaml", "CHART_VERSION: 0.2.x", 'CHART_VERSION: ">=0.2.22"')
    (line,) = in_production(talkhub)
    assert line.endswith("error build-failed production")

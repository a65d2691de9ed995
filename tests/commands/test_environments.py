"""`environments`: the tree of what runs where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitops_guard.commands.environments import as_json, environment_trees, run, static_tree, tree_lines
from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.options import EnvironmentsOptions
from gitops_guard.fleet.discovery import static_reach
from gitops_guard.manifests import load
from gitops_guard.model.config import Config
from gitops_guard.model.facts import BuildFailure, EnvironmentFacts
from gitops_guard.model.rendered import Origin, RenderedObject, digest_of
from gitops_guard.model.resource import ResourceId
from gitops_guard.report.terminal import Painter
from tests.commands.test_init import folder_with
from tests.fleet.trees import NAMESPACE, discovered, files_of, kustomization, tree_of

FILES = {
    "clusters/prod/flux-system/gotk-sync.yaml": kustomization("flux-system", "./clusters/prod"),
    "clusters/prod/apps.yaml": kustomization("apps", "./apps", dependsOn=[{"name": "infra"}]),
    "clusters/prod/infra.yaml": kustomization("infra", "./infra", suspend=True),
    "clusters/staging/flux-system/gotk-sync.yaml": "",
    "apps/namespace.yaml": NAMESPACE,
    "infra/namespace.yaml": NAMESPACE,
}
FLUX = ResourceId("kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", "flux-system")


def rendered(text: str, applier: ResourceId) -> RenderedObject:
    value = load("x.yaml", text.encode()).manifests[0].value
    return RenderedObject(ResourceId.of(value), value, "prod", Origin("x.yaml"), digest_of(value), applier)


def test_the_tree_as_the_files_tell_it() -> None:
    tree = tree_of(FILES)
    fleet = discovered(tree)
    reach = static_reach(tree, files_of(tree), Config())
    lines = list(tree_lines([static_tree(item, reach) for item in fleet.environments], fleet, Painter(False)))
    assert lines == [
        "prod  production (its name)",
        "  enters at clusters/prod  clusters/prod/flux-system/gotk-sync.yaml",
        "    1. flux-system/flux-system  ./clusters/prod",
        "    2. flux-system/infra        ./infra  suspended",
        "    3. flux-system/apps         ./apps  after flux-system/infra",
        "",
        "staging  staging (its name)",
        "  enters at clusters/staging  clusters/staging/flux-system/gotk-sync.yaml, not filled in yet",
        "    1. flux-system/flux-system  ./clusters/staging",
        "",
    ]


def test_numbers_of_objects_by_who_applies_them() -> None:
    fleet = discovered(tree_of(FILES))
    apps, infra = (rendered(FILES[f"clusters/prod/{name}.yaml"], FLUX) for name in ("apps", "infra"))
    facts = EnvironmentFacts(
        fleet.environment("prod"),
        (apps, infra, rendered(NAMESPACE, apps.id)),
        failures=(BuildFailure("build-failed", "it does not build", applier=infra.id),),
    )
    (tree,) = environment_trees(fleet, [facts])
    assert [(stage.id.name, stage.objects) for stage in tree.stages] == [
        ("flux-system", 2),
        ("infra", None),
        ("apps", 1),
    ]
    assert tree.stages[1].trouble == "failed: build-failed"
    (title, *_) = tree_lines([tree], fleet, Painter(False))
    assert title == "prod  production (its name): 3 objects, 1 builds failed"
    told = json.loads(json.dumps(as_json([tree], fleet)))
    assert told["environments"][0]["stages"][2]["dependsOn"] == [{"namespace": "flux-system", "name": "infra"}]


def test_names_from_the_repository_are_escaped() -> None:
    tree = tree_of({"clusters/a/flux-system/gotk-sync.yaml": kustomization('"x\\e[31m"', "./clusters/a")})
    fleet = discovered(tree)
    reach = static_reach(tree, files_of(tree), Config())
    lines = list(tree_lines([static_tree(item, reach) for item in fleet.environments], fleet, Painter(False)))
    assert "\x1b" not in "\n".join(lines)


def test_without_rendering(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder_with(tmp_path, FILES)
    assert run(EnvironmentsOptions(root=str(tmp_path), render=False, environments=("prod",), format="json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in told["environments"]] == ["prod"]
    assert told["environments"][0]["objects"] is None


def test_with_rendering(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder_with(tmp_path, FILES)
    assert run(EnvironmentsOptions(root=str(tmp_path), cache=False)) == 0
    printed = capsys.readouterr().out
    assert "prod  production (its name): " in printed
    assert "flux-system/apps" in printed


def test_an_environment_that_is_none(tmp_path: Path) -> None:
    folder_with(tmp_path, FILES)
    with pytest.raises(UsageError, match='no environment "prodd"'):
        run(EnvironmentsOptions(root=str(tmp_path), render=False, environments=("prodd",)))

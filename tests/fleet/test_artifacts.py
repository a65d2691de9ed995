"""What an ArtifactGenerator copies; the cases follow source-watcher's builder and its tests' promises."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest
import yaml

from gitops_guard.fleet import GeneratedArtifact, generate
from gitops_guard.graph import artifact_generator

FILES = {
    path: path
    for path in (
        "README.md",
        "apps/base/app.yaml",
        "apps/base/docs/notes.md",
        "apps/base/kustomization.yaml",
        "apps/production/kustomization.yaml",
        "apps/production/values.yaml",
        "infrastructure/controllers/cert.yaml",
        "infrastructure/logo.png",
    )
}


def made(copy: str, files: Mapping[str, str] | None = None, extra: str = "") -> GeneratedArtifact:
    (artifact,) = made_all(f"artifacts: [{{name: out, copy: [{copy}]}}]{extra}", files)
    return artifact


def made_all(spec: str, files: Mapping[str, str] | None = None) -> list[GeneratedArtifact]:
    value = yaml.safe_load(
        "{apiVersion: source.extensions.fluxcd.io/v1beta1, kind: ArtifactGenerator, metadata: {name: g, namespace: n}}"
    )
    value["spec"] = {
        "sources": [{"alias": "mono", "kind": "GitRepository", "name": "fleet"}],
        **yaml.safe_load(textwrap.dedent(spec)),
    }
    view = artifact_generator(value)
    assert view is not None
    return generate(view, {"mono": FILES if files is None else files, "other": None})


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        (
            '{from: "@mono/apps/**", to: "@artifact/"}',
            {path.removeprefix("apps/"): path for path in FILES if path.startswith("apps/")},
        ),
        (
            '{from: "@mono/apps/base/**", to: "@artifact/base/"}',
            {path.removeprefix("apps/"): path for path in FILES if path.startswith("apps/base/")},
        ),
        (
            '{from: "@mono/apps/*", to: "@artifact/x"}',
            {f"x/{path}": path for path in FILES if path.startswith("apps/")},
        ),
        (
            '{from: "@mono/apps/base", to: "@artifact/"}',
            {path.removeprefix("apps/"): path for path in FILES if path.startswith("apps/base/")},
        ),
        ('{from: "@mono/apps/base/app.yaml", to: "@artifact/one.yaml"}', {"one.yaml": "apps/base/app.yaml"}),
        ('{from: "@mono/apps/base/app.yaml", to: "@artifact/dir/"}', {"dir/app.yaml": "apps/base/app.yaml"}),
        (
            '{from: "@mono/apps/base/**", to: "@artifact/", exclude: ["*.md"]}',
            {"app.yaml": "apps/base/app.yaml", "kustomization.yaml": "apps/base/kustomization.yaml"},
        ),
        (
            '{from: "@mono/apps/base/**", to: "@artifact/", exclude: ["docs/**", "apps/base/app.yaml"]}',
            {"kustomization.yaml": "apps/base/kustomization.yaml"},
        ),
        (
            '{from: "@mono/apps/*/kustomization.yaml", to: "@artifact/"}',
            {path: path for path in FILES if path.endswith("kustomization.yaml")},
        ),
        (
            (
                '{from: "@mono/apps/base/app.yaml", to: "@artifact/x.yaml"}, '
                '{from: "@mono/apps/production/values.yaml", to: "@artifact/x.yaml"}'
            ),
            {"x.yaml": "apps/production/values.yaml"},
        ),
        (
            '{from: "@mono/apps/base/**", to: "@artifact/d/"}, {from: "@mono/README.md", to: "@artifact/d"}',
            {
                **{path.replace("apps/base", "d"): path for path in FILES if path.startswith("apps/base/")},
                "d/README.md": "README.md",
            },
        ),
        # What is packed obeys Flux's default exclusions.
        (
            '{from: "@mono/infrastructure/**", to: "@artifact/"}',
            {"controllers/cert.yaml": "infrastructure/controllers/cert.yaml"},
        ),
    ],
)
def test_copies(copy: str, expected: dict[str, str]) -> None:
    found = made(copy)
    assert (found.problem, found.unknown) == ("", "")
    assert found.files == expected


@pytest.mark.parametrize(
    ("copy", "problem"),
    [
        ('{from: "@mono/nothing/**", to: "@artifact/"}', "no files match nothing/**"),
        ('{from: "@mono/nothing", to: "@artifact/"}', "nothing does not exist"),
        ('{from: "@mono/*.md", to: "@artifact/", exclude: ["*.md"]}', "all files that match *.md are excluded"),
        ('{from: "@gone/a", to: "@artifact/"}', "there is no source with the alias gone"),
        ('{from: "mono/a", to: "@artifact/"}', "`from` must be written as @alias/pattern"),
        ('{from: "@mono/README.md", to: "/"}', "`to` must be written as @artifact/path"),
        ('{from: "@mono/README.md", to: "@artifact/../x"}', "../x leads out of the artifact"),
        ('{from: "@mono/../x", to: "@artifact/"}', "../x leads out of the artifact"),
    ],
)
def test_an_operation_that_fails_fails_the_artifact(copy: str, problem: str) -> None:
    found = made('{from: "@mono/README.md", to: "@artifact/"}, ' + copy)
    assert found.problem == problem
    assert found.files == {}
    assert found.field == ("spec", "artifacts", 0, "copy", 1)


def test_what_is_not_here_is_not_known() -> None:
    assert made('{from: "@other/**", to: "@artifact/"}').unknown
    assert made('{from: "@mono/**", to: "@artifact/", strategy: Extract}').unknown


def test_merged_files_are_told_apart() -> None:
    found = made(
        '{from: "@mono/apps/base/app.yaml", to: "@artifact/values.yaml"}, '
        '{from: "@mono/apps/production/values.yaml", to: "@artifact/values.yaml", strategy: Merge}'
    )
    assert found.files == {}
    assert found.merged == {"values.yaml": ("apps/base/app.yaml", "apps/production/values.yaml")}


def test_a_path_pattern_makes_an_artifact_for_each_folder() -> None:
    files = {
        path: path for path in ("apps/Web/prod/a.yaml", "apps/Web/dev/a.yaml", "apps/api/prod/b.yaml", "apps/x.yaml")
    }
    found = made_all(
        """
        pathPattern: "@mono/apps/{app}/{env}"
        artifacts: [{name: "{app}-{env}", copy: [{from: "@mono/apps/{app}/{env}/**", to: "@artifact/{app}/"}]}]
        """,
        files,
    )
    assert {item.name: dict(item.files) for item in found} == {
        "api-prod": {"api/b.yaml": "apps/api/prod/b.yaml"},
        "web-dev": {"Web/a.yaml": "apps/Web/dev/a.yaml"},
        "web-prod": {"Web/a.yaml": "apps/Web/prod/a.yaml"},
    }

"""A finding on a rendered value lands on the line that a person edits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gitops_guard.model.fieldpath import FieldPath, parse_path
from gitops_guard.model.location import Location
from tests.render.perturbation import score
from tests.render.support import render, tree_of
from tests.render.test_worklist import SYNC, kustomization

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: side
        image: proxy:1
      - name: app
        image: reg/app:base
        env:
        - name: A
          value: base
        - name: B
          value: ${GREETING}
"""

APPS = """\
  targetNamespace: shop
  postBuild:
    substitute:
      GREETING: hello
  patches:
  - target:
      kind: Deployment
    patch: |
      - op: add
        path: /metadata/annotations
        value:
          owner: team-a
"""

OVERLAY = """\
resources:
- ../base
namePrefix: my-
images:
- name: reg/app
  newTag: v2
replicas:
- name: web
  count: 3
patches:
- path: patch.yaml
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          priorityClassName: high
configMapGenerator:
- name: settings
  literals:
  - MODE=fast
  files:
  - app.conf
  envs:
  - app.env
"""

PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: app
        env:
        - name: A
          value: patched
"""

FILES = {
    "clusters/prod/flux-system/gotk-sync.yaml": SYNC,
    "clusters/prod/apps.yaml": kustomization("apps", "./overlay", APPS),
    "overlay/kustomization.yaml": OVERLAY,
    "overlay/patch.yaml": PATCH,
    "overlay/app.conf": "x\n",
    "overlay/app.env": "# first\nLEVEL=debug\n",
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": DEPLOYMENT,
}


def locate(kind: str, path: FieldPath) -> Location:
    facts = render(tree_of(FILES))
    (environment,) = facts.environments
    assert environment.failures == ()
    (found,) = [item for item in environment.objects if item.id.kind == kind]
    return facts.locator.locate(found, path)


def line_with(path: str, text: str) -> str:
    lines = FILES[path].splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if text in line]
    return f"{path}:{number}"


# A strategic merge puts the items of the patch first.
CONTAINER = "spec.template.spec.containers[0]"


@pytest.mark.parametrize(
    ("kind", "path", "file", "text"),
    [
        ("Deployment", f"{CONTAINER}.env[0].value", "overlay/patch.yaml", "patched"),
        ("Deployment", f"{CONTAINER}.env[1].value", "clusters/prod/apps.yaml", "GREETING"),
        ("Deployment", f"{CONTAINER}.image", "overlay/kustomization.yaml", "newTag"),
        ("Deployment", "spec.template.spec.containers[1].image", "base/web.yaml", "proxy:1"),
        ("Deployment", "spec.replicas", "overlay/kustomization.yaml", "count"),
        ("Deployment", "spec.template.spec.priorityClassName", "overlay/kustomization.yaml", "priorityClassName"),
        ("Deployment", "metadata.namespace", "clusters/prod/apps.yaml", "targetNamespace"),
        ("Deployment", "metadata.annotations.owner", "clusters/prod/apps.yaml", "owner"),
        ("Deployment", "metadata.name", "base/web.yaml", "name: web"),
        ("ConfigMap", "data.MODE", "overlay/kustomization.yaml", "MODE"),
        ("ConfigMap", "data.LEVEL", "overlay/app.env", "LEVEL"),
        ("ConfigMap", 'data["app.conf"]', "overlay/app.conf", "x"),
    ],
)
def test_the_last_writer_is_found(kind: str, path: str, file: str, text: str) -> None:
    found = locate(kind, parse_path(path))
    assert f"{found.path}:{found.line}" == line_with(file, text)
    assert not found.approximate
    assert found.excerpt is not None


def test_the_column_is_the_value() -> None:
    found = locate("Deployment", ("spec", "template", "spec", "priorityClassName"))
    line = OVERLAY.splitlines()[found.line - 1]
    assert line[found.column - 1 : found.span.end_column - 1] == "high"


def test_a_missing_field_is_shown_at_the_nearest_one_above() -> None:
    found = locate("Deployment", parse_path(f"{CONTAINER}.resources.limits"))
    assert found.path in ("overlay/patch.yaml", "base/web.yaml")
    assert found.approximate
    assert "name: app" in FILES[found.path].splitlines()[found.line - 1]


def test_a_field_that_nobody_wrote_is_the_objects_own_line() -> None:
    found = locate("ConfigMap", ("metadata", "labels", "x"))
    assert found.path == "overlay/kustomization.yaml"
    assert found.approximate


@pytest.mark.parametrize(
    ("corpus", "sample", "floor"), [("flux2-kustomize-helm-example", 12, 0.9), ("home-ops", 8, 0.8)]
)
def test_perturbed_values_are_found_again(corpus: str, sample: int, floor: float) -> None:
    if not CORPORA.is_dir():
        pytest.skip(f"{CORPORA.name} is not here")
    result = score(CORPORA / corpus, sample, seed=3)
    sys.stdout.write(f"{corpus}: {result.hits} of {result.asked} on the exact line\n")
    assert result.asked > 0
    assert result.share >= floor, "\n".join(result.misses)

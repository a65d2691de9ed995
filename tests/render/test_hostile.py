"""Nothing that a repository holds makes rendering raise: junk in every field, with an engine that says anything."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitops_guard.model.cache import NoCache
from gitops_guard.model.config import Config
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.fieldpath import FieldPath
from gitops_guard.render import BuildRequest, BuildResult, render_fleet
from tests.render.support import folder_fleet, parsed, render, tree_of
from tests.render.test_worklist import SYNC

FIELDS = (
    *("resources", "bases", "components", "crds", "configurations", "patches", "patchesStrategicMerge", "openapi"),
    *("patchesJson6902", "replacements", "generators", "transformers", "images", "namespace", "configMapGenerator"),
    *("secretGenerator", "replicas", "labels", "commonLabels", "buildMetadata", "kind", "apiVersion", "helmCharts"),
)
SCALARS = st.sampled_from(
    [
        *("", "a.yaml", "..", "../..", "/etc/passwd", "https://x/y", "app", "${A}", "${A", "$${", "\ue000", "name"),
        *(None, 1, True, 1.5),
    ]
)
KEYS = st.sampled_from(
    ["path", "patch", "target", "name", "files", "envs", "env", "kind", "newTag", "count", "op", "value"]
)
JUNK = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
SPEC = (
    *("path", "targetNamespace", "patches", "components", "images", "postBuild", "sourceRef"),
    *("commonMetadata", "namePrefix"),
)
POST_BUILD = st.dictionaries(st.sampled_from(["substitute", "substituteFrom", "substituteStrategy"]), JUNK, max_size=3)


class Parrot:
    """An engine that answers every build with one text."""

    def __init__(self, output: bytes) -> None:
        self.identity = "parrot"
        self._output = output

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        for request in requests:
            assert all(not path.startswith("/") and ".." not in path.split("/") for path in request.files)
        return [BuildResult(self._output) for _ in requests]


def locate_everything(facts: FleetFacts) -> None:
    for environment in facts.environments:
        for failure in environment.failures:
            if failure.subject is not None:
                facts.locator.locate(failure.subject, failure.path)
        for item in environment.objects:
            for path in _paths(item.value):
                facts.locator.locate(item, path)


def _paths(value: object, at: FieldPath = ()) -> list[FieldPath]:
    if isinstance(value, dict):
        return [at, *(path for key, child in value.items() for path in _paths(child, (*at, key)))]
    if isinstance(value, list):
        return [at, *(path for index, child in enumerate(value) for path in _paths(child, (*at, index)))]
    return [at]


OUTPUT = b"""apiVersion: v1
data:
  a: ${A}
  b: ${B:=c}
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: a.yaml
  name: x
"""


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JUNK | st.lists(JUNK, max_size=2), max_size=6))
def test_junk_in_a_kustomization(value: dict[str, object]) -> None:
    tree = tree_of(
        {"app/kustomization.yaml": json.dumps(value), "app/a.yaml": json.dumps(value), "app/b/kustomization.yaml": ""}
    )
    facts = render_fleet(tree, parsed(tree), folder_fleet("app"), Config(), Parrot(OUTPUT), NoCache())
    locate_everything(facts)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(SPEC), JUNK | POST_BUILD, max_size=6))
def test_junk_in_a_flux_kustomization(spec: dict[str, object]) -> None:
    child = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "child", "namespace": "flux-system"},
        "spec": {"sourceRef": {"kind": "GitRepository", "name": "flux-system"}, "path": "./app", **spec},
    }
    tree = tree_of(
        {
            "clusters/prod/flux-system/gotk-sync.yaml": SYNC,
            "clusters/prod/child.yaml": json.dumps(child),
            "app/a.yaml": "x: 1",
        }
    )
    output = OUTPUT + b"---\n" + json.dumps(child).encode()
    locate_everything(render(tree, builder=Parrot(output)))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet="a: -\n'\"|>{}[]&*!$\\", max_size=60).map(str.encode))
def test_any_output_of_an_engine(output: bytes) -> None:
    tree = tree_of({"app/kustomization.yaml": "resources: [a.yaml]", "app/a.yaml": "kind: A"})
    facts = render_fleet(tree, parsed(tree), folder_fleet("app"), Config(), Parrot(output), NoCache())
    locate_everything(facts)

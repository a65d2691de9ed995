"""Generated kustomizations: the native engine and kubectl give the same bytes, and fail with the same words."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitops_guard.render import BuildRequest, NativeBuilder, find_native
from tests.render.support import engine
from tests.render.test_native import program

pytestmark = pytest.mark.skipif(
    find_native() is None and shutil.which("go") is None,
    reason="there is no native engine, and no Go to build it: the tests of it are not run",
)

Value = dict[str, object]
NAMES = st.sampled_from(["web", "db", "a.b", "Web"])
TEXTS = st.sampled_from(["1.30", "yes", "on", "08", "~", "a: b", "ünï", "x\ny\n", " ", "0x1f", "1e3", "2001-01-01"])
LABELS = st.dictionaries(st.sampled_from(["app", "tier", "example.com/x"]), TEXTS, max_size=2)


def _identity(item: Value) -> str:
    metadata = item["metadata"]
    assert isinstance(metadata, dict)
    return f"{item['kind']} {metadata['name']}"


def _name(item: object) -> str:
    assert isinstance(item, dict)
    return str(item["name"])


def _object(gvk: tuple[str, str], name: str, labels: Value, text: str) -> Value:
    kind, version = gvk
    made: Value = {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": labels}}
    container = {"name": "main", "image": "nginx:1.0", "envFrom": [{"configMapRef": {"name": "settings"}}]}
    if kind == "Deployment":
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        made["spec"] = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    elif kind == "Service":
        made["spec"] = {"selector": labels, "ports": [{"port": 80, "name": text}]}
    else:
        made["data" if kind == "ConfigMap" else "spec"] = {"value": text}
    return made


KINDS = st.sampled_from(
    [
        *(("Deployment", "apps/v1"), ("Service", "v1"), ("ConfigMap", "v1"), ("Namespace", "v1")),
        ("Thing", "example.com/v1"),
    ]
)
OBJECTS = st.builds(_object, KINDS, NAMES, LABELS, TEXTS)
TARGETS = st.fixed_dictionaries({"kind": st.sampled_from(["Deployment", "ConfigMap", "Thing", ".*"])})
OPERATIONS = st.sampled_from(
    [
        {"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}},
        {"op": "add", "path": "/spec", "value": {"replicas": 3}},
        {"op": "remove", "path": "/metadata/labels"},
    ]
)
PATCHES = st.one_of(
    st.builds(lambda target, op: {"target": target, "patch": json.dumps([op])}, TARGETS, OPERATIONS),
    st.builds(lambda target, item: {"target": target, "patch": json.dumps(item)}, TARGETS, OBJECTS),
)
GENERATORS = st.fixed_dictionaries(
    {"name": st.sampled_from(["settings", *"abcdefgh"])},
    optional={
        "literals": st.lists(TEXTS.map(lambda text: f"key={text}"), max_size=1),
        "files": st.lists(
            st.sampled_from([*("some file.txt", "k=some file.txt", "bin") * 5, "missing"]), max_size=2, unique=True
        ),
        "behavior": st.sampled_from(["create", "create", "create", "merge", "replace"]),
    },
)
LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "namespace": NAMES,
        "namePrefix": st.sampled_from(["pre-", ""]),
        "nameSuffix": st.just("-suf"),
        "commonLabels": LABELS,
        "commonAnnotations": LABELS,
        "labels": st.lists(st.fixed_dictionaries({"pairs": LABELS}, optional={"includeSelectors": st.booleans()})),
        "images": st.lists(
            st.fixed_dictionaries({"name": st.just("nginx")}, optional={"newTag": TEXTS, "newName": NAMES}), max_size=1
        ),
        "patches": st.lists(PATCHES, max_size=2),
        "configMapGenerator": st.lists(GENERATORS, max_size=2, unique_by=_name),
        "secretGenerator": st.lists(GENERATORS, max_size=1),
        "generatorOptions": st.fixed_dictionaries({}, optional={"disableNameSuffixHash": st.booleans()}),
        "buildMetadata": st.lists(st.sampled_from(["originAnnotations", "transformerAnnotations"]), max_size=2),
    },
)


@st.composite
def requests(draw: st.DrawFn) -> BuildRequest:
    """A base with objects, and an overlay; sometimes with a component."""
    objects = draw(st.lists(OBJECTS, max_size=4, unique_by=_identity))
    base, over = draw(LAYERS), draw(LAYERS)
    over["sortOptions"] = {"order": draw(st.sampled_from(["fifo", "legacy"]))}
    files = {f"base/{index}.yaml": json.dumps(item).encode() for index, item in enumerate(objects)}
    base["resources"] = [f"{index}.yaml" for index in range(len(objects))]
    over["resources"] = ["../base"]
    if draw(st.booleans()):
        over["components"] = ["../component"]
        component = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", **draw(LAYERS)}
        files["component/kustomization.yaml"] = json.dumps(component).encode()
    for folder, value in (("base", base), ("over", over)):
        files[f"{folder}/kustomization.yaml"] = json.dumps(value).encode()
        files[f"{folder}/some file.txt"] = b"text\n"
        files[f"{folder}/bin"] = b"\xff\x00"
    return BuildRequest("over", files)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(requests(), min_size=6, max_size=6))
def test_both_engines_agree(asked: list[BuildRequest]) -> None:
    builder = NativeBuilder(program(), jobs=1)
    for request, one, other in zip(asked, builder.build(asked), engine().build(asked), strict=True):
        assert (one.output, one.error) == (other.output, other.error), request.files
    builder.close()

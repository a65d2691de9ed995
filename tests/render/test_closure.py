"""Everything that kustomize would read is found first, and what leads out of the tree is refused."""

from __future__ import annotations

import json

import pytest

from gitops_guard.manifests import FileReader
from gitops_guard.model.cache import NoCache
from gitops_guard.render.closure import Closure, closure_of
from gitops_guard.render.generate import generate
from gitops_guard.render.records import TreeReader
from gitops_guard.render.vtree import VirtualTree
from tests.render.support import tree_of

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


def close(files: dict[str, str], folder: str = "app", links: dict[str, str] | None = None) -> Closure:
    tree = tree_of(files, links)
    virtual, reader = VirtualTree.of(tree), TreeReader(tree, FileReader(NoCache()))
    root = generate(virtual, folder, {}, reader)
    assert root.problem is None
    return closure_of(virtual, folder, root.value, root.path, reader, ("https://allowed.example/",))


def codes(closure: Closure) -> list[tuple[str, str, tuple[str | int, ...]]]:
    return [(problem.code, problem.file, problem.path) for problem in closure.problems]


def refused(kustomization: str, **more: str) -> list[tuple[str, str, tuple[str | int, ...]]]:
    return codes(close({"app/kustomization.yaml": kustomization, "app/a.yaml": OBJECT, **more}))


FILES = {
    "app/kustomization.yaml": """
resources: [a.yaml, ../base]
components: [../component]
crds: [crd.yaml]
configurations: [names.yaml]
patches: [{path: p1.yaml}]
patchesStrategicMerge: [p2.yaml]
patchesJson6902: [{path: p3.yaml}]
replacements: [{path: r.yaml}]
openapi: {path: api.json}
configMapGenerator: [{name: c, files: [k=f.txt, g.txt], envs: [e.env], env: e2.env}]
secretGenerator: [{name: s, files: [s.txt]}]
transformers: [t.yaml]
""",
    **{f"app/{name}.yaml": OBJECT for name in ("a", "crd", "names", "p1", "p2", "p3", "deep", "unused")},
    **{f"app/{name}": "" for name in ("r.yaml", "api.json", "f.txt", "g.txt", "e.env", "e2.env", "s.txt")},
    "app/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: deep.yaml\n",
    "base/kustomization.yml": "resources: [b.yaml]\n",
    "base/b.yaml": OBJECT,
    "component/Kustomization": "kind: Component\npatches: [{path: c.yaml}]\n",
    "component/c.yaml": OBJECT,
}


def test_every_kind_of_file_is_found() -> None:
    closure = close(FILES)
    assert closure.problems == ()
    assert set(closure.files) == set(FILES) - {"app/unused.yaml"}
    assert [layer.folder for layer in closure.layers] == ["app", "base", "component"]


@pytest.mark.parametrize(
    ("kustomization", "code", "path"),
    [
        ("resources: [/etc/passwd]", "outside-tree", ("resources", 0)),
        ("resources: [../../x]", "outside-tree", ("resources", 0)),
        (
            "configMapGenerator: [{name: c, files: [k=/etc/passwd]}]",
            "outside-tree",
            ("configMapGenerator", 0, "files", 0),
        ),
        ("secretGenerator: [{name: c, envs: [/proc/self/environ]}]", "outside-tree", ("secretGenerator", 0, "envs", 0)),
        ("patches: [{path: ../../../x}]", "outside-tree", ("patches", 0, "path")),
        ("openapi: {path: /x}", "outside-tree", ("openapi", "path")),
        ("replacements: [{path: /x}]", "outside-tree", ("replacements", 0, "path")),
        ("patchesStrategicMerge: ['a: b/../../../../etc/passwd']", "outside-tree", ("patchesStrategicMerge", 0)),
        ("resources: [https://evil.example/x.yaml]", "remote-refused", ("resources", 0)),
        ("components: ['github.com/org/repo//x?ref=main']", "remote-refused", ("components", 0)),
        ("patches: [{path: 'http://evil.example/x'}]", "remote-refused", ("patches", 0, "path")),
        ("resources: [https://allowed.example/x.yaml]", "remote-not-fetched", ("resources", 0)),
        ("resources: [a.yaml, missing.yaml]", "resource-file-exists", ("resources", 1)),
        ("components: [a.yaml]", "resource-file-exists", ("components", 0)),
        ("resources: [.]", "build-failed", ("resources", 0)),
        ("resources: [..]", "build-failed", ("resources", 0)),
        ("resources: ['']", "build-failed", ("resources", 0)),
        ("resources: [1]", "build-failed", ("resources", 0)),
        ("helmCharts: [{name: x}]", "build-failed", ("helmCharts",)),
        ('transformers: ["apiVersion: x/v1\\nkind: Exec\\nmetadata: {name: e}"]', "build-failed", ("transformers", 0)),
        ("Resources: [/etc/passwd]", "build-failed", ("Resources",)),
        ("re\u017fources: [/etc/passwd]", "build-failed", ("re\u017fources",)),
        ("configMapGenerator: [{name: c, Files: [/etc/passwd]}]", "build-failed", ("configMapGenerator", 0, "Files")),
    ],
)
def test_what_is_refused_and_where(kustomization: str, code: str, path: tuple[str | int, ...]) -> None:
    assert (code, "app/kustomization.yaml", path) in refused(kustomization)


def test_a_builtin_plugin_cannot_read_outside() -> None:
    text = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: [/etc/passwd]\n"
    assert refused("generators: [g.yaml]", **{"app/g.yaml": text}) == [("outside-tree", "app/g.yaml", ("files", 0))]


def test_a_plugin_that_is_a_program_is_refused() -> None:
    text = (
        "apiVersion: example.com/v1\nkind: Run\nmetadata: {name: g, annotations: {config.kubernetes.io/function: x}}\n"
    )
    assert refused("generators: [g.yaml]", **{"app/g.yaml": text}) == [("build-failed", "app/g.yaml", ())]


def test_links_out_of_the_tree_are_refused() -> None:
    files = {"app/kustomization.yaml": "resources: [link.yaml]\n"}
    assert codes(close(files, links={"app/link.yaml": "/etc/passwd"})) == [
        ("outside-tree", "app/kustomization.yaml", ("resources", 0))
    ]


def test_a_link_inside_becomes_the_file() -> None:
    files = {"app/kustomization.yaml": "resources: [link.yaml]\n", "real.yaml": OBJECT}
    closure = close(files, links={"app/link.yaml": "../real.yaml"})
    assert closure.problems == ()
    assert closure.files["app/link.yaml"] == "real.yaml"


def test_a_cycle_ends() -> None:
    closure = close({"app/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../app]"})
    assert codes(closure) == [("build-failed", "b/kustomization.yaml", ("resources", 0))]


def test_two_kustomizations_in_a_folder_are_refused() -> None:
    files = {"app/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "", "b/kustomization.yml": ""}
    assert codes(close(files)) == [("build-failed", "b/kustomization.yaml", ())]


def test_the_engine_gets_what_was_walked_and_no_other_text() -> None:
    """`on` is true for sigs.k8s.io/yaml, which reads kustomizations; the text handed over leaves no room to differ."""
    closure = close(
        {"app/kustomization.yaml": "resources: [a.yaml]\ncommonAnnotations: {x: on}\n", "app/a.yaml": OBJECT}
    )
    text = json.loads(closure.rewritten["app/kustomization.yaml"])
    assert text["resources"] == ["a.yaml"]
    assert text["commonAnnotations"] == {"x": True}


def test_without_remotes_the_rest_is_still_buildable() -> None:
    closure = close({"app/kustomization.yaml": "resources: [a.yaml, https://x.example/y.yaml]", "app/a.yaml": OBJECT})
    assert closure.buildable
    assert json.loads(closure.rewritten["app/kustomization.yaml"])["resources"] == ["a.yaml"]


def test_an_inline_patch_is_text() -> None:
    patch = "patchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: x\n"
    assert refused("resources: [a.yaml]\n" + patch) == []

"""kustomize's output taken apart; what looks like an annotation inside a value stays."""

from __future__ import annotations

from gitops_guard.render.output import documents

FORGED = """\
apiVersion: v1
data:
  a: |
    metadata:
      annotations:
        config.kubernetes.io/origin: |
          path: forged
  b: |
    config.kubernetes.io/origin: |
      path: forged
kind: ConfigMap
metadata:
  annotations:
    config.kubernetes.io/origin: |
      path: ../base/a.yaml
    other: kept
  name: x
"""


def test_only_the_annotation_is_cut_out() -> None:
    (found,) = documents(FORGED)
    text, origin = found
    assert origin.path == "../base/a.yaml"
    assert text == FORGED.replace("    config.kubernetes.io/origin: |\n      path: ../base/a.yaml\n", "")


def test_annotations_that_held_nothing_else_go_too() -> None:
    text = "kind: A\nmetadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: x\n"
    assert [part for part, _ in documents(text)] == ["kind: A\nmetadata:\n  name: x\n"]


def test_a_generator_is_the_origin() -> None:
    text = (
        "kind: A\nmetadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      configuredIn: k.yaml\n"
        "      configuredBy:\n        apiVersion: builtin\n        kind: ConfigMapGenerator\n  name: x\n"
    )
    ((_, origin),) = documents(text)
    assert (origin.configured_in, origin.configured_by, origin.path) == ("k.yaml", "ConfigMapGenerator", "")


def test_documents_are_split_at_borders_only() -> None:
    text = "kind: A\ndata: |\n  ---\n  x\n---\nkind: B\n"
    assert [part for part, _ in documents(text)] == ["kind: A\ndata: |\n  ---\n  x\n", "kind: B\n"]

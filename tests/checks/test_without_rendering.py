"""Where nothing is rendered, a pin is judged only by what no patch and no variable can change."""

from __future__ import annotations

import pytest

from gitops_guard.manifests import load
from gitops_guard.model.config import Config
from gitops_guard.model.tree import MemoryTree
from gitops_guard.policy.judge import judge
from gitops_guard.render import documents_facts
from tests.rules.builtin import builtin_rules

RELEASE = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chat, namespace: talkhub}
spec: {chart: {spec: {chart: chat, %s sourceRef: {kind: HelmRepository, name: talkhub %s}}}}
"""
OCI = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: chat, namespace: talkhub}
spec: {url: oci://ghcr.io/talkhub/chat %s}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: talkhub}
spec: {containers: [{name: web, image: "%s"}]}
"""


def judge_alone(text: str) -> tuple[list[str], list[str]]:
    """The rules of the pack `pinning` that find something, and those that cannot judge something."""
    tree = MemoryTree({"file.yaml": text.encode()})
    files = {path: load(path, data) for path, data in tree.files.items()}
    facts = documents_facts(tree, files, Config())
    judgement = judge(facts, None, builtin_rules().narrowed(select=["pinning"]), tree=tree)
    return [item.rule for item in judgement.findings], [item.rule for item in judgement.not_judged]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (RELEASE % ('version: ">=0.2.22",', ""), "chart-version-pinned"),
        (RELEASE % ("", ', version: "0.2.22"'), "chart-version-pinned"),
        (OCI % ", ref: {tag: latest}", "chart-ref-pinned"),
        (POD % "nginx:latest", "image-tag-pinned"),
    ],
)
def test_what_stands_there_is_judged(text: str, rule: str) -> None:
    assert judge_alone(text) == ([rule], [])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (RELEASE % ("", ""), "chart-version-pinned"),
        (RELEASE % ("version: '${CHAT_VERSION}',", ""), "chart-version-pinned"),
        (OCI % "", "chart-ref-pinned"),
        (OCI % ", ref: {tag: '${CHAT_VERSION}'}", "chart-ref-pinned"),
        (POD % "nginx", "image-tag-pinned"),
        (POD % "nginx:${TAG}", "image-tag-pinned"),
    ],
)
def test_what_a_patch_or_a_variable_may_set_is_not(text: str, rule: str) -> None:
    assert judge_alone(text) == ([], [rule])

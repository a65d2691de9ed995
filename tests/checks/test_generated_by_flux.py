"""What `flux install` writes (gotk-components.yaml) passes the strict profile, and has no exemption.

Its controllers meet the restricted Pod Security Standard, and have resources and probes. An exemption, by file name,
header or label, would be one that a pull request can put on its own workload.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gitops_guard.model.config import Config
from gitops_guard.model.verdict import Judgement
from gitops_guard.policy.rule_tests import Case, judge_case
from tests.rules.builtin import builtin_rules
from tests.support.repos import CORPORA

GENERATED = CORPORA / "radix-flux" / "clusters" / "production" / "flux-system" / "gotk-components.yaml"

STOWAWAY = """
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app.kubernetes.io/component: source-controller
    app.kubernetes.io/instance: flux-system
    app.kubernetes.io/part-of: flux
  name: source-controller-2
  namespace: flux-system
spec:
  template:
    spec:
      containers:
      - name: manager
        image: ghcr.io/fluxcd/source-controller:v1.9.1
        securityContext:
          privileged: true
"""


def judged(text: str) -> Judgement:
    case = Case(rule="", name="generated", files={"clusters/production/flux-system/gotk-components.yaml": text})
    return judge_case(case, builtin_rules().narrowed(profile="strict"), Config())


@pytest.fixture(scope="module")
def generated() -> str:
    if not GENERATED.is_file():
        pytest.skip("the real repositories (../shared/corpora) are not here")
    return Path(GENERATED).read_text("utf-8")


def test_it_passes(generated: str) -> None:
    judgement = judged(generated)
    assert judgement.coverage.objects > 20
    assert [f"{item.rule} {item.location}: {item.message}" for item in judgement.findings] == []


def test_a_workload_that_hides_in_it_is_found(generated: str) -> None:
    rules = {item.rule for item in judged(generated + STOWAWAY).findings}
    assert {"pod-security-privileged", "pod-security-privilege-escalation", "resources-set"} <= rules

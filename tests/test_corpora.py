"""The gate on real repositories: what it says of them, each finding read and judged by a person.

A change of these numbers means that a rule changed. Read the findings that came or went, decide whether they are right,
and write the decision down here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.gate import Told, gate, judged
from tests.support.repos import CORPORA

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the real repositories (../shared/corpora) are not here")


@pytest.fixture(scope="module", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Results of one test serve the next: building all clusters takes its time. (Cached equals uncached is tested.)"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITOPS_GUARD_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@cache
def judge(name: str) -> Told:
    """Everything in one of them, with nothing configured."""
    return judged("--all", "--root", CORPORA / name, cwd=CORPORA)


@pytest.fixture
def radix(tmp_path: Path) -> Path:
    """A copy of radix-flux that may be changed."""
    return Path(shutil.copytree(CORPORA / "radix-flux", tmp_path / "radix-flux"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def tiers(told: Told) -> dict[str, tuple[str, int]]:
    """Tier and number of objects, by environment."""
    return {item["name"]: (item["tier"], item["objects"]) for item in told.report["coverage"]["environments"]}


def test_the_reference_layout_exactly() -> None:
    told = judge("flux2-kustomize-helm-example")
    assert told.lines == [
        # Right: lesson 1. Production takes every chart from 1.0.0 on, by itself. The range is in the overlay's patch.
        "apps/production/podinfo-values.yaml:9:16 error chart-version-pinned production",
        # Right, and staging may live with it: also pre-releases are taken.
        "apps/staging/podinfo-values.yaml:9:16 warning chart-version-pinned staging",
        # Right: both clusters take every cert-manager 1.x. One cause in a base, one finding that names both.
        "infrastructure/controllers/cert-manager.yaml:21:13 error chart-ref-pinned production,staging",
        # Right: the same with ">= 1.8.0-rc.0", release candidates included.
        "infrastructure/controllers/envoy-gateway.yaml:21:13 error chart-ref-pinned production,staging",
    ]
    assert (told.code, told.outcome) == (1, "fail")
    assert told.report["notJudged"] == []
    assert tiers(told) == {"production": ("production", 16), "staging": ("staging", 16)}
    said = {item["location"]["path"]: item for item in told.report["findings"]}
    assert '">=1.0.0" is a range' in said["apps/production/podinfo-values.yaml"]["message"]
    assert said["apps/production/podinfo-values.yaml"]["resource"]["name"] == "podinfo"


def test_the_reference_layout_says_how_to_mend_it(tmp_path: Path) -> None:
    """Its fixes, followed, make it pass."""
    fleet = Path(shutil.copytree(CORPORA / "flux2-kustomize-helm-example", tmp_path / "fleet"))
    edit(fleet / "apps/production/podinfo-values.yaml", '">=1.0.0"', '"6.9.0"')
    edit(fleet / "infrastructure/controllers/cert-manager.yaml", 'semver: "1.x"', "tag: v1.19.1")
    edit(fleet / "infrastructure/controllers/envoy-gateway.yaml", 'semver: ">= 1.8.0-rc.0"', "tag: v1.8.0")
    told = judged("--all", cwd=fleet)
    assert told.lines == ["apps/staging/podinfo-values.yaml:9:16 warning chart-version-pinned staging"]
    assert told.code == 0


COUNTS: dict[str, tuple[str, dict[str, int], dict[str, int]]] = {
    "flux2-kustomize-helm-example": ("fail", {"chart-version-pinned": 2, "chart-ref-pinned": 2}, {}),
    "flux2-multi-tenancy": (
        "pass",
        # Right: a HelmRepository of source.toolkit.fluxcd.io/v1beta2, which Flux 2.8 does not know any more.
        {"deprecated-flux-api": 1},
        # Kyverno's policies and the tenant's repository, in both environments, come from other repositories.
        {"not-seen": 4},
    ),
    "radix-flux": (
        "pass",
        {
            # Right: healthChecks.yaml of five clusters, and two files of monitoring's external-secrets, are in no
            # kustomization, although their folders are read. (A third one is commented out there: left out on purpose.)
            "unreachable-manifest": 7,
            # Right: three remote bases that are not fetched; what they hold is unknown, which the next table counts.
            "remote-refused": 3,
        },
        {
            # One for each Kustomization that takes variables from radix-flux-config.
            "values-from-exists": 82,
            # The same remote bases, once for each environment that builds them.
            "remote-refused": 10,
            # A Deployment and a Service of charts, in five clusters.
            "autoscaler-target-exists": 5,
            "backend-exists": 5,
        },
    ),
    "home-ops": (
        "fail",
        # Right for these files: the corpus holds YAML only, and two generators read shell scripts that it lacks.
        {"resource-file-exists": 2},
        {
            # KEDA's ScaledObjects scale Deployments of charts, which are not rendered.
            "autoscaler-target-exists": 14,
            # Services of charts, and a Service that selects pods of charts.
            "backend-exists": 1,
            "service-selects-nothing": 1,
            # A Secret that external-secrets does not make in this repository.
            "values-from-exists": 1,
        },
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_rule_by_rule(name: str) -> None:
    told = judge(name)
    outcome, findings, not_judged = COUNTS[name]
    assert told.rules == findings
    assert told.not_judged == not_judged
    assert told.outcome == outcome
    assert all(item["objects"] for item in told.report["coverage"]["environments"])


@pytest.mark.parametrize("name", COUNTS)
def test_every_finding_stands_on_a_line_that_is_there(name: str) -> None:
    findings = judge(name).report["findings"]
    assert findings
    for finding in findings:
        place = finding["location"]
        lines = (CORPORA / name / place["path"]).read_text().splitlines()
        assert 1 <= place["line"] <= len(lines)
        assert 1 <= place["column"] <= len(lines[place["line"] - 1])
        assert not place["approximate"]
        assert finding["environments"]


@pytest.mark.parametrize("name", COUNTS)
def test_the_strict_profile_only_adds(name: str) -> None:
    strict = judged("--all", "--root", CORPORA / name, "--profile", "strict", cwd=CORPORA)
    assert set(judge(name).lines) <= set(strict.lines)


def test_tenants_are_environments_of_their_clusters() -> None:
    assert tiers(judge("flux2-multi-tenancy")) == {"production": ("production", 12), "staging": ("staging", 12)}


def test_one_cluster_of_unknown_tier_is_judged_as_production() -> None:
    told = judge("home-ops")
    assert tiers(told) == {"cluster": ("unknown", 511)}
    assert {item["severity"] for item in told.report["findings"]} == {"error"}


def test_six_clusters_and_what_only_they_know() -> None:
    told = judge("radix-flux")
    assert tiers(told) == {
        "c2-production": ("production", 174),
        "c3": ("unknown", 174),
        "development": ("development", 185),
        "monitoring": ("unknown", 91),
        "playground": ("development", 179),
        "production": ("production", 174),
    }
    unknown = [item for item in told.report["notJudged"] if item["rule"] == "values-from-exists"]
    assert all(item["reason"].startswith("ConfigMap/flux-system/radix-flux-config: ") for item in unknown)
    assert len({item["location"]["path"] for item in unknown}) == 82  # every file that refers to it and is used
    assert (told.code, told.report["summary"]["errors"]) == (0, 0)


def test_versions_by_variable_are_resolved_and_judged(radix: Path) -> None:
    """The release says `version: ${VELERO_VERSION}` for five clusters; one of them says a range."""
    path = "clusters/production/infrastructure/third-party/velero.yaml"
    edit(radix / path, "VELERO_VERSION: 12.1.0", "VELERO_VERSION: 12.x")
    told = judged("--all", cwd=radix)
    new = set(told.lines) - set(judge("radix-flux").lines)
    assert new == {f"{path}:20:23 error chart-version-pinned production"}
    assert told.code == 1


def test_a_variable_that_is_missing_is_found_where_it_is_used(radix: Path) -> None:
    """radix-flux-config might set it, for all that we know: without `assume:` it is not judged, with it, it is."""
    path = "clusters/production/infrastructure/third-party/velero.yaml"
    (line,) = re.findall("\n.*VELERO_VERSION.*", (radix / path).read_text())
    edit(radix / path, line, "")
    before, after = judge("radix-flux"), judged("--all", cwd=radix)
    assert after.lines == before.lines
    assert after.not_judged["chart-version-pinned"] == 1
    assume(radix, VARIABLES)
    assert set(judged("--all", cwd=radix).lines) - set(before.lines) == {
        "components/third-party/velero/helmRelease.yaml:13:16 error chart-version-pinned production",
        "components/third-party/velero/helmRelease.yaml:13:16 error undefined-variable production",
    }


VARIABLES = (
    *("appAliasBaseURL", "cacheRegistry", "clusterEgressIPs", "clusterName", "clusterOidcIssuers", "clusterType"),
    *("dnsZone", "dnsZoneResourceGroup", "imageRegistry", "kubernetesIssuerUrl", "prometheusName", "subscriptionId"),
    *("pipGatewayIp", "zone"),
)
"""What radix-flux-config has to hold."""


def assume(fleet: Path, variables: tuple[str, ...]) -> None:
    """Writes a configuration as `init` would, with radix-flux-config assumed in every environment."""
    assert gate("init", cwd=fleet).code == 0
    data = "".join(f"          {name}: a-{name.lower()}\n" for name in variables)
    assumption = (
        "    assume:\n      - kind: ConfigMap\n        namespace: flux-system\n        name: radix-flux-config\n"
        f"        data:\n{data}"
    )
    path = fleet / ".gitops-guard.yaml"
    text, count = re.subn(r"    entry:\n      - clusters/.*\n", lambda match: match[0] + assumption, path.read_text())
    assert count == 6
    path.write_text(text)


def test_what_is_assumed_is_judged(radix: Path) -> None:
    assume(radix, VARIABLES)
    told = judged("--all", cwd=radix)
    assert told.lines == judge("radix-flux").lines
    assert "values-from-exists" not in told.not_judged
    assert told.report["coverage"]["judged"] > judge("radix-flux").report["coverage"]["judged"]


def test_what_is_assumed_may_be_found_wanting(radix: Path) -> None:
    assume(radix, tuple(name for name in VARIABLES if name != "subscriptionId"))
    new = set(judged("--all", cwd=radix).lines) - set(judge("radix-flux").lines)
    used = "c2-production,c3,development,playground,production"
    assert "components/radix-platform/radix-operator/helmRelease.yaml:21:21 error undefined-variable " + used in new
    assert {line.split()[2] for line in new} == {"undefined-variable"}

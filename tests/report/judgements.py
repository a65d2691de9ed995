"""Judgements built by hand: what the writers are given in the tests."""

from __future__ import annotations

from gitops_guard.model.environment import EntryPoint, EntryPointKind, Environment, Tier, Undecided, UnknownPolicy
from gitops_guard.model.finding import Finding, RelatedLocation, Severity, Unjudged
from gitops_guard.model.location import Excerpt, Location, Span
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Profile, Rule, Scope
from gitops_guard.model.verdict import Coverage, EnvironmentCoverage, Judgement, Outcome, Waived

RELEASE = ResourceId("helm.toolkit.fluxcd.io", "HelmRelease", "crm", "backend")
VERSION = Location(
    "apps/production/backend.yaml",
    Span(12, 16, 12, 26),
    Excerpt(11, ("    spec:", '      version: ">=0.2.22"', "      sourceRef:")),
)


def finding(
    rule: str = "chart-version-pinned",
    severity: Severity = Severity.ERROR,
    message: str = 'version ">=0.2.22" is a range: a later release upgrades production by itself',
    location: Location = VERSION,
    resource: ResourceId | None = RELEASE,
    environments: tuple[str, ...] = ("production",),
    fingerprint: str = "5f1d3c0a",
    field: str = "spec.chart.spec.version",
    fix: str | None = 'Write the exact version, for example version: "0.2.22".',
    help_url: str = "https://example.org/rules#chart-version-pinned",
    related: tuple[RelatedLocation, ...] = (),
    chain: tuple[str, ...] = (
        "Kustomization flux-system/apps (clusters/production/apps.yaml)",
        "apps/production/kustomization.yaml",
    ),
) -> Finding:
    return Finding(
        rule, severity, message, location, resource, environments, fingerprint, field, fix, help_url, related, chain
    )


WARNING = finding(
    "depends-on-exists",
    Severity.WARNING,
    "dependsOn names cert-manger, which does not exist\nnames that are near: cert-manager",
    Location(
        "clusters/staging/größe.yaml",
        Span(3, 9, 3, 20),
        Excerpt(2, ("dependsOn:", "\t- 名前:\tcert-manger  # ^", "")),
        approximate=True,
    ),
    ResourceId("kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", "apps"),
    ("staging",),
    "aa00",
    "spec.dependsOn[0].name",
    None,
    "",
    (RelatedLocation("the object with the near name", Location("infra/cert.yaml", Span(4, 9, 4, 21))),),
    (),
)

BLOCKED = Judgement(
    outcome=Outcome.FAIL,
    findings=(WARNING, finding(), finding(resource=ResourceId("", "Secret", "crm", "x"), environments=("staging",))),
    existing=(finding("image-tag-pinned", message="latest", fingerprint="old"),),
    coverage=Coverage(
        (
            EnvironmentCoverage("production", "production", "its name", 300, 296, {"HelmRelease": 12}, 1),
            EnvironmentCoverage("staging", "staging", "its name", 100, 97, {"HelmRelease": 3}),
            EnvironmentCoverage("lab", "unknown", "not known: judged as production", 12, 12),
        ),
        files=90,
        rules=41,
        objects=412,
        judged=405,
    ),
    waived=(
        Waived(
            finding("image-tag-pinned", message="tag latest floats", fingerprint="w1"),
            "the vendor has no other tag",
            "team-crm",
            "2027-01-31",
            ".gitops-guard-waivers.yaml:4",
        ),
        Waived(finding(fingerprint="w2"), "a demo", "", "", "apps/production/backend.yaml:12", new_waiver=True),
    ),
    not_judged=(
        *(
            Unjudged("ConfigMap flux-system/cluster-vars is not in this repository", name, "image-tag-pinned", RELEASE)
            for name in ("production", "staging", "production")
        ),
        Unjudged("the chart is not rendered", "staging", location=VERSION, field="spec.values", new=True),
    ),
    environments=(
        Environment(
            "production",
            Tier.PRODUCTION,
            (EntryPoint(EntryPointKind.FLUX, "clusters/production", None, "gotk-sync.yaml"),),
            unknown=UnknownPolicy.BLOCK,
        ),
    ),
    undecided=(Undecided("whether lab is an environment", "Name it under environments: in .gitops-guard.yaml."),),
    notes=("libyaml is missing: reading is 16 times slower",),
    head="working tree",
    base="main",
    reasons=("2 errors in production",),
)

PASSED = Judgement(
    outcome=Outcome.PASS,
    findings=(),
    coverage=Coverage((EnvironmentCoverage("production", "production", "configured", 1, 1),), 1, 41, 1, 1),
    head="index",
)

NOTHING = Judgement(
    outcome=Outcome.NOT_JUDGED,
    findings=(),
    coverage=Coverage((), 0, 41, 0, 0),
    head="commit 1a2b3c4",
    reasons=("no manifest was found",),
)

JUDGEMENTS = {"blocked": BLOCKED, "passed": PASSED, "nothing": NOTHING}

RULES = {
    "chart-version-pinned": Rule(
        "chart-version-pinned",
        "pinning",
        "Charts have one exact version",
        Scope.OBJECT,
        Severity.WARNING,
        {},
        Profile.RECOMMENDED,
        check="chart-version-pinned",
        what="A chart's version is exact.\n",
        why="A range upgrades by itself.\n",
        bad='version: ">=0.2.22"\n',
        good='version: "0.2.22"\n',
        how="Write the version.\n",
        links=("https://fluxcd.io/flux/components/helm/helmreleases/",),
    )
}

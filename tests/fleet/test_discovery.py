"""Where environments enter a tree."""

from __future__ import annotations

from typing import ClassVar

import pytest

from gitops_guard.model.config import Config, EnvironmentConfig, SourceConfig
from gitops_guard.model.environment import Tier, UnknownPolicy
from tests.fleet.trees import NAMESPACE, discovered, kustomization, resources, told, tree_of

SYNC = "clusters/{0}/flux-system/gotk-sync.yaml"


def test_gotk_sync_says_where_flux_enters() -> None:
    fleet = discovered(
        tree_of(
            {
                SYNC.format("prod"): kustomization("flux-system", "./clusters/prod"),
                "clusters/prod/apps.yaml": kustomization("apps", "./apps/prod"),
                "apps/prod/namespace.yaml": NAMESPACE,
            }
        )
    )
    assert told(fleet) == {"prod": [("flux", "clusters/prod")]}
    entry = fleet.environments[0].entry_points[0]
    assert entry.manifest is not None
    assert entry.reason == SYNC.format("prod")


def test_an_empty_gotk_sync_still_says_so() -> None:
    fleet = discovered(tree_of({SYNC.format("prod"): "# written by flux bootstrap\n"}))
    assert told(fleet) == {"prod": [("flux", "clusters/prod")]}
    assert fleet.environments[0].entry_points[0].manifest is None


def test_a_bootstrap_at_the_root_is_the_cluster() -> None:
    fleet = discovered(tree_of({"flux-system/gotk-sync.yaml": kustomization("flux-system", "./")}))
    assert told(fleet) == {"cluster": [("flux", "")]}


def test_cluster_folders_without_gotk_files_are_entry_points() -> None:
    fleet = discovered(
        tree_of(
            {
                "clusters/staging/apps.yaml": kustomization("apps", "./apps"),
                "clusters/live/system/infra.yaml": kustomization("infra", "./apps"),
                "apps/namespace.yaml": NAMESPACE,
            }
        )
    )
    assert told(fleet) == {"live": [("flux", "clusters/live")], "staging": [("flux", "clusters/staging")]}


def test_a_flux_instance_syncs_a_folder() -> None:
    fleet = discovered(
        tree_of(
            {
                "flux/instance.yaml": """
                    apiVersion: fluxcd.controlplane.io/v1
                    kind: FluxInstance
                    metadata: {name: flux, namespace: flux-system}
                    spec: {sync: {kind: GitRepository, url: "https://example.com/x", ref: main, path: envs/uat}}
                    """,
                "envs/uat/namespace.yaml": NAMESPACE,
            }
        )
    )
    assert told(fleet) == {"uat": [("flux", "envs/uat")]}
    assert fleet.environments[0].tier is Tier.STAGING


def test_a_kustomization_that_nothing_applies_is_an_entry_point() -> None:
    tree = tree_of(
        {
            "flux/prod/root.yaml": kustomization("root", "./apps")
            + "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts}\n",
            "flux/prod/child.yaml": kustomization("child", "./apps/child"),
            "apps/child.yaml": kustomization("child", "./apps/child"),
            "apps/child/namespace.yaml": NAMESPACE,
        }
    )
    fleet = discovered(tree)
    assert told(fleet) == {"prod": [("flux", "apps"), ("flux", "apps/child")]}
    (root, _) = fleet.environments[0].entry_points
    assert {manifest.id.name for manifest in root.beside} == {"charts"}


def test_kustomizations_that_apply_each_other_enter_once() -> None:
    tree = tree_of({"a/k.yaml": kustomization("a", "./b"), "b/k.yaml": kustomization("b", "./a")})
    assert told(discovered(tree)) == {"a": [("flux", "b")]}


def test_a_forgotten_kustomization_is_no_environment() -> None:
    tree = tree_of(
        {
            SYNC.format("prod"): kustomization("flux-system", "./clusters/prod"),
            "clusters/prod/kustomization.yaml": resources("flux-system", "apps.yaml"),
            "clusters/prod/flux-system/kustomization.yaml": resources("gotk-sync.yaml"),
            "clusters/prod/forgotten.yaml": kustomization("forgotten", "./other"),
            "clusters/prod/apps.yaml": kustomization("apps", "./apps"),
            "apps/kustomization.yaml": resources("shop/ks.yaml"),
            "apps/shop/ks.yaml": kustomization("shop", "./apps/shop/app"),
            "apps/shop/app/namespace.yaml": NAMESPACE,
            "apps/forgotten.yaml": kustomization("forgotten", "./apps/other"),
            "apps/shop/deeper/forgotten.yaml": kustomization("forgotten", "./apps/other"),
        }
    )
    assert told(discovered(tree)) == {"prod": [("flux", "clusters/prod")]}


def test_a_patch_is_no_kustomization() -> None:
    tree = tree_of(
        {
            SYNC.format("prod"): kustomization("flux-system", "./clusters/prod"),
            "tenants/kustomization.yaml": "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n",
            "tenants/base.yaml": NAMESPACE,
            "tenants/patch.yaml": kustomization("tenant", "./tenants"),
        }
    )
    assert told(discovered(tree)) == {"prod": [("flux", "clusters/prod")]}


def test_what_an_artifact_holds_is_applied() -> None:
    generator = """
        apiVersion: source.extensions.fluxcd.io/v1beta1
        kind: ArtifactGenerator
        metadata: {name: mono, namespace: flux-system}
        spec:
          sources: [{alias: mono, kind: GitRepository, name: flux-system}]
          artifacts: [{name: apps, copy: [{from: "@mono/apps/**", to: "@artifact/"}]}]
    """
    tree = tree_of(
        {
            SYNC.format("prod"): "",
            "clusters/prod/generator.yaml": generator,
            "clusters/prod/apps.yaml": kustomization(
                "apps", "./prod", sourceRef={"kind": "ExternalArtifact", "name": "apps"}
            ),
            "apps/prod/child.yaml": kustomization("child", "./other"),
            "other/deep/namespace.yaml": NAMESPACE,
        }
    )
    assert told(discovered(tree)) == {"prod": [("flux", "clusters/prod")]}


def test_flux_entry_points_suppress_guesses() -> None:
    tree = tree_of(
        {
            SYNC.format("prod"): "",
            "apps/overlays/staging/kustomization.yaml": resources("namespace.yaml"),
            "argo/app.yaml": APPLICATION.format(
                name="app", url="https://example.com/x", path="apps", server="in-cluster"
            ),
        }
    )
    assert list(told(discovered(tree))) == ["prod"]


APPLICATION = """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {{name: {name}, namespace: argocd}}
    spec: {{source: {{repoURL: "{url}", path: {path}, targetRevision: HEAD}}, destination: {{name: {server}}}}}
"""


def test_argo_applications_that_no_other_applies() -> None:
    url = "https://example.com/fleet"
    tree = tree_of(
        {
            "argo/root.yaml": APPLICATION.format(name="root", url=url, path="argo/children", server="prod-eu"),
            "argo/children/web.yaml": APPLICATION.format(name="web", url=url, path="apps/web", server="prod-eu"),
            "argo/set.yaml": "{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, metadata: {name: many}}",
            "apps/web/namespace.yaml": NAMESPACE,
        }
    )
    fleet = discovered(tree)
    assert told(fleet) == {"prod-eu": [("argocd", "argo/children")]}
    (doubt,) = fleet.undecided
    assert doubt.what == "what ApplicationSet/many generates"
    assert doubt.location is not None
    assert doubt.location.path == "argo/set.yaml"


def test_argo_applications_are_told_apart_by_the_folders_on_the_way() -> None:
    tree = tree_of(
        {
            f"apps/{tier}/app.yaml": APPLICATION.format(name=tier, url="x", path=f"web/{tier}", server="in-cluster")
            for tier in ("staging", "production")
        }
    )
    assert told(discovered(tree)) == {
        "production": [("argocd", "web/production")],
        "staging": [("argocd", "web/staging")],
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "web/overlays/staging/kustomization.yaml": resources("../../base"),
                "api/overlays/staging/kustomization.yaml": resources("../../base"),
                "api/overlays/prod/kustomization.yaml": resources("../../base"),
                "api/base/kustomization.yaml": resources("namespace.yaml"),
                "web/base/kustomization.yaml": resources("namespace.yaml"),
            },
            {
                "prod": [("directory", "api/overlays/prod")],
                "staging": [("directory", "api/overlays/staging"), ("directory", "web/overlays/staging")],
            },
        ),
        (
            {
                "apps/web/dev/kustomization.yaml": resources("../base"),
                "apps/web/live/kustomization.yaml": resources("../base"),
                "apps/web/base/kustomization.yaml": resources("namespace.yaml"),
            },
            {"dev": [("directory", "apps/web/dev")], "live": [("directory", "apps/web/live")]},
        ),
        (
            {
                "environments/one/web/kustomization.yaml": resources("a.yaml"),
                "environments/one/api/kustomization.yaml": resources("a.yaml"),
            },
            {"one": [("directory", "environments/one/api"), ("directory", "environments/one/web")]},
        ),
        (
            {
                "base/kustomization.yaml": resources("a.yaml"),
                "component/kustomization.yaml": "kind: Component\n",
                "prod/kustomization.yaml": resources("../base"),
                "extras/kustomization.yaml": resources("../base"),
                "tools/kustomization.yaml": resources("a.yaml"),
            },
            {"cluster": [("directory", "extras"), ("directory", "tools")], "prod": [("directory", "prod")]},
        ),
        ({"a.yaml": NAMESPACE, "notes.yaml": "- just\n- a list\n"}, {"cluster": [("directory", "")]}),
        ({"README.md": "nothing"}, {}),
    ],
)
def test_folders(files: dict[str, str], expected: dict[str, list[tuple[str, str]]]) -> None:
    assert told(discovered(tree_of(files))) == expected


def test_a_repository_without_manifests_is_undecided() -> None:
    assert discovered(tree_of({"README.md": ""})).undecided


def test_charts_and_ignored_files_are_no_manifests() -> None:
    tree = tree_of(
        {
            "chart/Chart.yaml": "name: web\nversion: 1.0.0\n",
            "chart/templates/namespace.yaml": NAMESPACE,
            "chart/crds/crd.yaml": NAMESPACE,
            ".sourceignore": "docs/\n",
            "docs/flux/apps.yaml": kustomization("apps", "./apps"),
            "secret/flux/apps.yaml": kustomization("apps", "./apps"),
        }
    )
    assert told(discovered(tree, Config(ignore=("secret/",)))) == {}


def test_names_that_clash_take_more_of_their_path() -> None:
    files = {
        f"clusters/{region}/prod/flux-system/gotk-sync.yaml": kustomization("flux-system", f"./clusters/{region}/prod")
        for region in ("eu", "us")
    }
    assert list(told(discovered(tree_of(files)))) == ["eu-prod", "us-prod"]


class TestSources:
    FILES: ClassVar[dict[str, str]] = {
        "flux/apps.yaml": kustomization("apps", "./apps", sourceRef={"kind": "GitRepository", "name": "fleet"})
        + "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: fleet, namespace: flux-system}\nspec: {url: 'ssh://git@example.com/org/fleet.git'}\n",
        "apps/namespace.yaml": NAMESPACE,
    }

    def test_a_source_with_the_url_of_a_remote_is_this_repository(self) -> None:
        fleet = discovered(tree_of(self.FILES), remotes=["https://example.com/org/fleet"])
        assert told(fleet) == {"cluster": [("flux", "apps")]}

    def test_a_source_with_another_url_is_not(self) -> None:
        fleet = discovered(tree_of(self.FILES), remotes=["https://example.com/org/other"])
        assert "flux" not in {kind for entries in told(fleet).values() for kind, _ in entries}
        (doubt,) = fleet.undecided
        assert "ssh://git@example.com/org/fleet.git is another repository" in doubt.what

    def test_the_configuration_has_the_last_word(self) -> None:
        config = Config(sources=(SourceConfig(url="git@example.com:org/fleet"),))
        fleet = discovered(tree_of(self.FILES), config, ["https://example.com/org/mirror"])
        assert told(fleet) == {"cluster": [("flux", "apps")]}

    def test_without_remotes_a_path_of_this_tree_decides(self) -> None:
        assert told(discovered(tree_of(self.FILES))) == {"cluster": [("flux", "apps")]}
        elsewhere = {path: text for path, text in self.FILES.items() if path == "flux/apps.yaml"}
        assert discovered(tree_of(elsewhere)).undecided


class TestConfigured:
    FILES: ClassVar[dict[str, str]] = {
        SYNC.format("a"): kustomization("flux-system", "./clusters/a"),
        SYNC.format("b"): kustomization("flux-system", "./clusters/b"),
        "plain/namespace.yaml": NAMESPACE,
    }

    def test_environments_come_in_the_order_of_the_configuration(self) -> None:
        config = Config(
            environments=(
                EnvironmentConfig("second", Tier.PRODUCTION, ("clusters/b",)),
                EnvironmentConfig("a", cluster_version="1.33", unknown=UnknownPolicy.COUNT),
            )
        )
        fleet = discovered(tree_of(self.FILES), config)
        assert told(fleet) == {"second": [("flux", "clusters/b")], "a": [("flux", "clusters/a")]}
        assert list(told(fleet)) == ["second", "a"]
        second, first = fleet.environments
        assert (second.tier_reason, second.unknown) == ("configured", UnknownPolicy.BLOCK)
        assert (first.tier, first.unknown, first.cluster_version) == (Tier.UNKNOWN, UnknownPolicy.COUNT, "1.33")
        assert not fleet.discovered
        assert fleet.undecided == ()

    def test_a_folder_that_flux_does_not_enter_is_applied_as_it_is(self) -> None:
        config = Config(environments=(EnvironmentConfig("plain", entry=("plain",)),))
        fleet = discovered(tree_of({"plain/namespace.yaml": NAMESPACE}), config)
        assert told(fleet) == {"plain": [("directory", "plain")]}

    def test_what_no_environment_names_is_told(self) -> None:
        config = Config(
            environments=(EnvironmentConfig("a"), EnvironmentConfig("c"), EnvironmentConfig("d", entry=("no",)))
        )
        fleet = discovered(tree_of(self.FILES), config)
        assert sorted(doubt.what for doubt in fleet.undecided) == [
            "environment d: there is no folder no",
            "where environment c enters the repository",
            f"which environment clusters/b belongs to ({SYNC.format('b')}): none that is configured",
        ]

"""Environments rendered end to end with the real engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gitops_guard.model.cache import NoCache
from gitops_guard.model.config import Config, EnvironmentConfig, SourceConfig
from gitops_guard.model.environment import Assumption, EntryPoint, EntryPointKind, Environment, Fleet, Tier
from gitops_guard.model.facts import EnvironmentFacts, FleetFacts
from gitops_guard.model.fieldpath import lookup
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown
from gitops_guard.render import render_fleet
from tests.render.support import engine, folder_fleet, parsed, render, tree_of

SYNC = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: https://example.com/acme/fleet, ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./clusters/prod, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""


def kustomization(name: str, path: str, more: str = "") -> str:
    spec = f"  path: {path}\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
    head = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
    return f"{head}metadata: {{name: {name}, namespace: flux-system}}\nspec:\n{spec}"


def config_map(name: str, namespace: str = "flux-system", **data: str) -> str:
    pairs = "".join(f"  {key}: {value}\n" for key, value in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\ndata:\n{pairs}"


def flux_system(api_version: str, kind: str, name: str) -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: flux-system}}\n"


def added(kind: str, path: str, value: str) -> str:
    patch = f"    - op: add\n      path: {path}\n      value: {value}\n"
    return f"patches:\n- target: {{kind: {kind}}}\n  patch: |\n{patch}"


def cluster(files: Mapping[str, str], config: Config | None = None) -> tuple[FleetFacts, EnvironmentFacts]:
    facts = render(tree_of({"clusters/prod/flux-system/gotk-sync.yaml": SYNC, **files}), config=config)
    (environment,) = facts.environments
    return facts, environment


def the(environment: EnvironmentFacts, kind: str, name: str) -> RenderedObject:
    (found,) = [item for item in environment.objects if (item.id.kind, item.id.name) == (kind, name)]
    return found


def data(environment: EnvironmentFacts, name: str) -> object:
    return the(environment, "ConfigMap", name).value["data"]


def test_a_chain_of_kustomizations() -> None:
    facts, environment = cluster(
        {
            "clusters/prod/apps.yaml": kustomization("apps", "./apps", "  targetNamespace: shop\n"),
            "apps/one.yaml": config_map("one", "other", a="1"),
            "apps/sub/kustomization.yaml": "resources: [two.yaml]\nnamePrefix: my-\n",
            "apps/sub/two.yaml": config_map("two", "other", b="x"),
        }
    )
    assert environment.failures == ()
    assert {str(item.id) for item in environment.objects if item.id.kind == "ConfigMap"} == {
        "ConfigMap/shop/one",
        "ConfigMap/shop/my-two",
    }
    two = the(environment, "ConfigMap", "my-two")
    assert (two.origin.path, two.origin.document) == ("apps/sub/two.yaml", 0)
    assert two.applier == ResourceId("kustomize.toolkit.fluxcd.io", "Kustomization", "flux-system", "apps")
    assert two.origin.chain[:2] == (
        "Kustomization flux-system/flux-system (clusters/prod/flux-system/gotk-sync.yaml)",
        "Kustomization flux-system/apps (clusters/prod/apps.yaml)",
    )
    assert "annotations" not in two.value["metadata"]  # type: ignore[operator]
    assert environment.own_sources == {
        ResourceId("source.toolkit.fluxcd.io", "GitRepository", "flux-system", "flux-system")
    }
    assert facts.reached_by["apps/sub/two.yaml"] == {"prod"}


def test_a_generated_kustomization_takes_yaml_files_and_folders_with_a_kustomization() -> None:
    _, environment = cluster(
        {
            "clusters/prod/apps.yaml": kustomization("apps", "./apps"),
            "apps/deep/er/one.yml": config_map("one", a="1"),
            "apps/notes.txt": "no",
            "apps/folder/kustomization.yaml": "resources: [two.yaml]\n",
            "apps/folder/two.yaml": config_map("two", a="1"),
            "apps/folder/unused.yaml": config_map("unused", a="1"),
        }
    )
    names = [item.id.name for item in environment.objects if item.id.kind == "ConfigMap"]
    assert names == ["one", "two"]


def test_the_spec_is_merged_and_a_parent_may_patch_a_child() -> None:
    patch = (
        "  patches:\n  - target: {kind: Kustomization, name: apps}\n    patch: |\n      - op: add\n"
        "        path: /spec/images\n        value: [{name: nginx, newTag: '2.0'}]\n"
    )
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'nginx:1.0'}]}\n"
    _, environment = cluster(
        {
            "clusters/prod/tenant.yaml": kustomization("tenant", "./tenant", patch),
            "tenant/apps.yaml": kustomization(
                "apps", "./apps", "  components: [../c, ../gone]\n  ignoreMissingComponents: true\n"
            ),
            "apps/kustomization.yaml": "resources: [pod.yaml]\nunknownField: dropped\n",
            "apps/pod.yaml": pod,
            "c/kustomization.yaml": "kind: Component\ncommonAnnotations: {by: c}\n",
        }
    )
    assert environment.failures == ()
    found = the(environment, "Pod", "p")
    assert lookup(found.value, ("spec", "containers", 0, "image")) == "nginx:2.0"
    assert lookup(found.value, ("metadata", "annotations", "by")) == "c"


def test_variables_come_in_order_and_dialects_differ_after_substitution() -> None:
    more = (
        "  postBuild:\n    substitute: {inline: 'in', VERSION: '1.30'}\n"
        "    substituteFrom: [{kind: ConfigMap, name: first}, {kind: ConfigMap, name: second}]\n"
        "  commonMetadata: {labels: {team: a}}\n"
    )
    _, environment = cluster(
        {
            "clusters/prod/vars.yaml": kustomization("vars", "./vars"),
            "clusters/prod/apps.yaml": kustomization("apps", "./apps", more),
            "vars/first.yaml": config_map("first", both="one", only="'a'", inline="no"),
            "vars/second.yaml": config_map("second", both="two"),
            "apps/c.yaml": config_map(
                "c",
                a="${both}-${only}-${inline}",
                v="${VERSION}",
                q="'${VERSION}'",
                e="$${both}",
                m="${none}",
                d="${none:=x}",
            ),
        }
    )
    found = the(environment, "ConfigMap", "c")
    assert data(environment, "c") == {"a": "two-a-in", "v": 1.3, "q": 1.3, "e": "${both}", "m": None, "d": "x"}
    assert lookup(found.value, ("metadata", "labels", "team")) == "a"
    undefined = {item.path: item.undefined for item in environment.substitutions if item.undefined}
    assert undefined == {("data", "m"): ("none",)}
    sources = {use.name: use.source.label for item in environment.substitutions for use in item.uses if use.source}
    assert sources["both"] == "ConfigMap/flux-system/second"
    assert sources["inline"] == "spec.postBuild.substitute of Kustomization/flux-system/apps"


def test_variables_that_only_the_cluster_knows_are_unknown_value_by_value() -> None:
    more = "  postBuild:\n    substitute: {KNOWN: k}\n    substituteFrom: [{kind: ConfigMap, name: gone}]\n"
    files = {
        "clusters/prod/apps.yaml": kustomization("apps", "./apps", more),
        "apps/c.yaml": config_map("c", a="reg/${KNOWN}:${TAG}", b="${KNOWN}", d="${X:=y}"),
    }
    _, environment = cluster(files)
    found = data(environment, "c")
    assert isinstance(found, dict)
    assert found["b"] == "k"
    assert found["a"] == Unknown("reg/k:${TAG}", ("TAG",), "ConfigMap/flux-system/gone is not in this repository")
    assert isinstance(found["d"], Unknown)
    assert not any(item.undefined for item in environment.substitutions)
    assumed = Assumption("ConfigMap", "flux-system", "gone", {"TAG": "1", "X": "2"})
    config = Config(environments=(EnvironmentConfig("prod", entry=("clusters/prod",), assumptions=(assumed,)),))
    assert data(cluster(files, config)[1], "c") == {"a": "reg/k:1", "b": "k", "d": 2}


def test_encrypted_variables_are_unknown() -> None:
    secret = flux_system("v1", "Secret", "s") + "stringData: {P: 'ENC[AES256_GCM,x]'}\nsops: {mac: x}\n"
    sealed = flux_system("bitnami.com/v1alpha1", "SealedSecret", "t") + "spec: {encryptedData: {Q: AgA}}\n"
    more = "  postBuild:\n    substituteFrom: [{kind: Secret, name: s}, {kind: Secret, name: t}]\n"
    _, environment = cluster(
        {
            "clusters/prod/vars.yaml": secret + "---\n" + sealed,
            "clusters/prod/apps.yaml": kustomization("apps", "./apps", more),
            "apps/c.yaml": config_map("c", a="${P}", b="${Q}", z="${R}"),
        }
    )
    found = data(environment, "c")
    assert isinstance(found, dict)
    assert isinstance(found["a"], Unknown)
    assert isinstance(found["b"], Unknown)
    assert found["z"] is None


def test_without_any_variable_nothing_is_substituted() -> None:
    files = {"apps/c.yaml": config_map("c", a="${X:=y}")}
    _, plain = cluster({**files, "clusters/prod/apps.yaml": kustomization("apps", "./apps", "  postBuild: {}\n")})
    assert data(plain, "c") == {"a": "${X:=y}"}
    always = "  postBuild: {substituteStrategy: Always}\n"
    _, found = cluster({**files, "clusters/prod/apps.yaml": kustomization("apps", "./apps", always)})
    assert data(found, "c") == {"a": True}  # y is a boolean for sigs.k8s.io/yaml


def test_an_object_may_opt_out() -> None:
    text = config_map("c", a="${X}").replace(
        "{name: c,", "{name: c, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled},"
    )
    more = "  postBuild: {substitute: {X: '1'}}\n"
    _, environment = cluster({"clusters/prod/apps.yaml": kustomization("apps", "./apps", more), "apps/c.yaml": text})
    assert data(environment, "c") == {"a": "${X}"}


def test_a_substitution_that_fails_is_a_failure_at_its_value() -> None:
    more = "  postBuild: {substitute: {X: '1'}}\n"
    facts, environment = cluster(
        {
            "clusters/prod/apps.yaml": kustomization("apps", "./apps", more),
            "clusters/prod/fine.yaml": config_map("fine", a="1"),
            "apps/c.yaml": config_map("c", a="${X}", b="${X-1}"),
        }
    )
    (failure,) = environment.failures
    assert failure.code == "build-failed"
    assert "missing closing brace" in failure.message
    assert failure.subject is not None
    found = facts.locator.locate(failure.subject, failure.path)
    assert (found.path, found.line) == ("apps/c.yaml", 6)
    assert the(environment, "ConfigMap", "fine")
    assert any("apps" in gap.reason for gap in environment.gaps)


def test_failures_do_not_hide_each_other() -> None:
    facts, environment = cluster(
        {
            "clusters/prod/gone.yaml": kustomization("gone", "./gone"),
            "clusters/prod/broken.yaml": kustomization("broken", "./broken", "  targetNamespace: shop\n"),
            "clusters/prod/missing.yaml": kustomization("missing", "./missing"),
            "clusters/prod/elsewhere.yaml": kustomization("elsewhere", "./x").replace(
                "name: flux-system}\n", "name: other}\n"
            ),
            "broken/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
            "missing/kustomization.yaml": "resources:\n- nothing.yaml\n",
        }
    )
    found = {failure.code: failure for failure in environment.failures}
    assert set(found) == {"path-exists", "build-failed", "resource-file-exists"}
    gone = found["path-exists"]
    assert gone.subject is not None
    assert str(facts.locator.locate(gone.subject, gone.path)) == "clusters/prod/gone.yaml:5:9"
    missing = found["resource-file-exists"]
    assert missing.subject is not None
    assert str(facts.locator.locate(missing.subject, missing.path)) == "missing/kustomization.yaml:2:3"
    assert any(gap.namespace == "shop" for gap in environment.gaps)
    assert any(
        "elsewhere" in gap.reason and "other is not in this repository" in gap.reason for gap in environment.gaps
    )


def test_a_source_of_the_configuration_is_this_repository() -> None:
    files = {
        "clusters/prod/apps.yaml": kustomization("apps", "./apps").replace(
            "{kind: GitRepository, name: flux-system}", "{kind: OCIRepository, name: manifests}"
        )
        + "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\n"
        + "metadata: {name: manifests, namespace: flux-system}\nspec: {url: oci://x/y}\n",
        "deploy/apps/c.yaml": config_map("c", a="1"),
    }
    _, environment = cluster(files)
    assert all(item.id.name != "c" for item in environment.objects)
    assert any("oci://x/y" in gap.reason for gap in environment.gaps)
    config = Config(sources=(SourceConfig(kind="OCIRepository", name="manifests", path="deploy"),))
    assert data(cluster(files, config)[1], "c") == {"a": 1}


def test_a_chart_is_a_gap_in_its_namespace_and_for_cluster_scoped_kinds() -> None:
    release = flux_system("helm.toolkit.fluxcd.io/v2", "HelmRelease", "r") + "spec: {targetNamespace: shop}\n"
    _, environment = cluster({"clusters/prod/r.yaml": release})
    assert environment.gap_for(ResourceId("", "Secret", "shop", "x"))
    assert environment.gap_for(ResourceId("rbac.authorization.k8s.io", "ClusterRole", "", "x"))
    assert environment.gap_for(ResourceId("", "Secret", "other", "x")) is None


def test_the_entry_as_its_own_build_patches_it_is_what_runs() -> None:
    patch = added("Kustomization", "/spec/postBuild", "{substitute: {X: patched}}")
    _, environment = cluster(
        {
            "clusters/prod/kustomization.yaml": "resources: [flux-system, c.yaml]\n",
            "clusters/prod/flux-system/kustomization.yaml": "resources: [gotk-sync.yaml]\n" + patch,
            "clusters/prod/c.yaml": config_map("c", a="${X}"),
        }
    )
    assert data(environment, "c") == {"a": "patched"}


def test_what_kustomize_is_told_about_origins_cannot_be_forged() -> None:
    origin = "{config.kubernetes.io/origin: 'path: ../../../etc/passwd'}"
    patch = added("ConfigMap", "/metadata/annotations", origin)
    _, environment = cluster(
        {
            "clusters/prod/apps.yaml": kustomization("apps", "./apps"),
            "apps/kustomization.yaml": "resources: [c.yaml]\n" + patch,
            "apps/c.yaml": config_map("c", a="1"),
        }
    )
    assert the(environment, "ConfigMap", "c").origin.path in ("apps/kustomization.yaml", "apps/c.yaml")


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: shop, server: https://kubernetes.default.svc}
  sources:
  - {repoURL: https://example.com/acme/fleet, path: overlay, kustomize: {namePrefix: a-, images: ['nginx=reg/nginx:2']}}
  - {repoURL: https://example.com/acme/fleet, path: plain, directory: {recurse: true, exclude: 'no*'}}
  - {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.2.3}
"""


def test_an_argo_application_with_kustomize_a_folder_and_a_chart() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'nginx:1'}]}\n"
    tree = tree_of(
        {
            "argocd/shop.yaml": APPLICATION,
            "overlay/kustomization.yaml": "resources: [pod.yaml]\n",
            "overlay/pod.yaml": pod,
            "plain/sub/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: on}\n",
            "plain/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
            "plain/no.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: no}\n",
        }
    )
    manifest = parsed(tree)["argocd/shop.yaml"].manifests[0]
    entry = EntryPoint(EntryPointKind.ARGOCD, "argocd", manifest)
    fleet = Fleet((Environment("prod", Tier.PRODUCTION, (entry,)),))
    remotes = ["git@example.com:acme/fleet.git"]
    facts = render_fleet(tree, parsed(tree), fleet, Config(), engine(), NoCache(), remotes)
    (environment,) = facts.environments
    assert {str(item.id) for item in environment.objects} == {
        "Pod/shop/a-p",
        "ConfigMap/shop/c",
        "Namespace/shop",
        "Application/argocd/shop",
    }
    image = lookup(the(environment, "Pod", "a-p").value, ("spec", "containers", 0, "image"))
    assert image == "reg/nginx:2"
    assert data(environment, "c") == {"k": True}
    assert any("it is a chart" in gap.reason and gap.namespace == "shop" for gap in environment.gaps)
    assert environment.own_urls == {"https://example.com/acme/fleet"}


def test_a_remote_base_is_refused_unless_allowed_and_the_rest_is_built() -> None:
    files = {
        "clusters/prod/apps.yaml": kustomization("apps", "./apps"),
        "apps/kustomization.yaml": "resources:\n- c.yaml\n- https://example.com/release.yaml\n",
        "apps/c.yaml": config_map("c", a="1"),
    }
    facts, environment = cluster(files)
    (failure,) = environment.failures
    assert failure.code == "remote-refused"
    assert failure.subject is not None
    assert str(facts.locator.locate(failure.subject, failure.path)) == "apps/kustomization.yaml:3:3"
    assert data(environment, "c") == {"a": 1}
    _, allowed = cluster(files, Config(allowed_remotes=("https://example.com/",)))
    assert allowed.failures == ()
    assert any("not fetched" in gap.reason for gap in allowed.gaps)


def test_a_spoilt_cache_is_no_cache() -> None:
    class Spoilt:
        def get(self, space: str, keys: Iterable[str]) -> dict[str, bytes]:
            return dict.fromkeys(keys, b'{"not": [')

        def put(self, space: str, items: Mapping[str, bytes]) -> None:
            return None

    tree = tree_of({"app/kustomization.yaml": "resources: [c.yaml]", "app/c.yaml": config_map("c", a="1")})
    facts = render_fleet(tree, parsed(tree), folder_fleet("app"), Config(), engine(), Spoilt())
    assert [item.id.name for item in facts.environments[0].objects] == ["c"]

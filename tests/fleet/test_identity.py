"""Which sources are this repository."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.fleet import BootstrapSource, SourceIdentity
from gitops_guard.fleet.urls import normalize_url
from gitops_guard.model.config import SourceConfig
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.unknown import Unknown

GROUP = "source.toolkit.fluxcd.io"
BOOTSTRAP = BootstrapSource(
    ResourceId(GROUP, "GitRepository", "flux-system", "flux-system"), "https://example.com/org/fleet", "main"
)


def source(name: str, spec: dict[str, object], kind: str = "GitRepository") -> tuple[ResourceId, dict[str, object]]:
    value: dict[str, object] = {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "flux-system"},
        "spec": spec,
    }
    return ResourceId.of(value), value


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Org/Fleet",
        "https://github.com/org/fleet.git",
        "https://user:token@github.com/org/fleet/",
        "ssh://git@github.com/org/fleet",
        "ssh://git@ssh.github.com:443/org/fleet.git",
        "git@github.com:org/fleet.git",
        "git+ssh://git@GitHub.com/org/fleet",
    ],
)
def test_spellings_of_one_repository(url: str) -> None:
    assert normalize_url(url) == "github.com/org/fleet"


def test_azure_has_more_spellings() -> None:
    spellings = (
        "git@ssh.dev.azure.com:v3/org/project/fleet",
        "https://org@dev.azure.com/org/project/_git/fleet",
        "https://org.visualstudio.com/DefaultCollection/project/_git/fleet",
        "org@vs-ssh.visualstudio.com:v3/org/project/fleet",
    )
    assert {normalize_url(url) for url in spellings} == {"dev.azure.com/org/project/fleet"}


def test_artifacts_and_folders_are_no_git_repositories() -> None:
    assert normalize_url("oci://github.com/org/fleet") != normalize_url("https://github.com/org/fleet")
    assert normalize_url("/srv/fleet.git") == normalize_url("file:///srv/fleet")
    assert normalize_url("  ") == ""


@given(st.text(max_size=60))
def test_any_text_normalizes_to_something_stable(url: str) -> None:
    assert normalize_url(url) == normalize_url(url.strip())


def test_the_bootstrap_source_is_this_repository_whatever_its_url() -> None:
    identity = SourceIdentity(["https://mirror.example.com/x"], (), [BOOTSTRAP])
    assert identity.identify(BOOTSTRAP.id, None).root == ""
    assert identity.identify(
        *source("flux-system", {"url": "https://example.com/org/fleet", "ref": {"branch": "main"}})
    ).ours


@pytest.mark.parametrize(
    ("ref", "ours"),
    [
        (None, True),
        ({"branch": "main"}, True),
        ({"branch": "tenant"}, False),
        ({"tag": "v1"}, False),
        ({"commit": "abc"}, False),
        ({"semver": ">=1"}, False),
        ({"branch": Unknown("${BRANCH}", ("BRANCH",), "")}, False),
    ],
)
def test_another_revision_of_this_repository_holds_other_files(ref: object, ours: bool) -> None:
    identity = SourceIdentity((), (), [BOOTSTRAP])
    found = identity.identify(*source("tenant", {"url": "git@example.com:org/fleet.git", "ref": ref}))
    assert found.ours is ours
    assert found.reason


def test_other_repositories_and_what_is_not_known() -> None:
    identity = SourceIdentity(["https://example.com/org/fleet"])
    assert identity.identify(*source("a", {"url": "https://example.com/org/other"})).root is None
    assert identity.identify(*source("a", {"url": Unknown("${URL}", ("URL",), "only the cluster knows")})).root is None
    assert identity.identify(*source("a", {})).root is None
    assert (
        identity.identify(ResourceId(GROUP, "GitRepository", "x", "gone"), None).reason
        == "it is not declared in this repository"
    )
    assert not identity.identify(*source("a", {"url": "oci://example.com/org/fleet"}, "OCIRepository")).ours


def test_the_configuration_maps_sources_to_folders() -> None:
    identity = SourceIdentity(
        (),
        [
            SourceConfig(url="oci://ghcr.io/org/manifests", path="./deploy/"),
            SourceConfig(kind="Bucket", name="fleet", path="buckets"),
            SourceConfig(),
        ],
    )
    assert identity.identify(*source("m", {"url": "oci://ghcr.io/org/manifests"}, "OCIRepository")).root == "deploy"
    assert identity.identify(*source("fleet", {"endpoint": "s3.example.com"}, "Bucket")).root == "buckets"
    assert identity.identify(*source("other", {"endpoint": "s3.example.com"}, "Bucket")).root is None


def test_urls_of_argo_applications() -> None:
    identity = SourceIdentity(["git@example.com:org/fleet.git"])
    assert identity.identify_url("https://example.com/org/fleet", "HEAD").ours
    assert identity.identify_url("https://example.com/org/fleet").ours
    assert not identity.identify_url("https://example.com/org/fleet", "v1.2.3").ours
    assert not identity.identify_url("https://charts.example.com", "1.0").ours
    assert not identity.identify_url(None).ours

"""`init`: what it writes leads back to what was discovered, and it never overwrites by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.commands.errors import UsageError
from gitops_guard.commands.init import config_text, run, yaml_text
from gitops_guard.commands.options import InitOptions
from gitops_guard.config import load_config
from gitops_guard.manifests import parse_text
from gitops_guard.model.config import CONFIG_PATH, Config
from gitops_guard.model.environment import Fleet, Tier
from gitops_guard.model.manifest import Dialect
from gitops_guard.model.tree import MemoryTree
from tests.fleet.trees import NAMESPACE, corpus, discovered, kustomization, told, tree_of

FILES = {
    "clusters/prod/flux-system/gotk-sync.yaml": kustomization("flux-system", "./clusters/prod"),
    "clusters/c3/flux-system/gotk-sync.yaml": "",
    "flux/on/root.yaml": kustomization("root", "./apps") + "---\n" + kustomization("more", "./apps"),
    "apps/namespace.yaml": NAMESPACE,
}


def folder_with(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def configured_by(text: str) -> Config:
    config, problems = load_config(CONFIG_PATH, text.encode())
    assert problems == []
    return config


def test_it_writes_what_it_discovered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder_with(tmp_path, FILES)
    assert run(InitOptions(root=str(tmp_path))) == 0
    printed = capsys.readouterr()
    assert (tmp_path / CONFIG_PATH).read_text() == config_text(discovered(tree_of(FILES)))
    assert printed.out.splitlines()[0] == f"{CONFIG_PATH}: 3 environments"
    assert "the tier of c3" in printed.err
    assert "the tier of prod" not in printed.err


@pytest.mark.parametrize("force", [False, True])
def test_it_overwrites_only_when_told(tmp_path: Path, force: bool) -> None:
    folder_with(tmp_path, {**FILES, CONFIG_PATH: "mine: true\n"})
    if not force:
        with pytest.raises(UsageError, match="stands there already"):
            run(InitOptions(root=str(tmp_path)))
        assert (tmp_path / CONFIG_PATH).read_text() == "mine: true\n"
    else:
        assert run(InitOptions(root=str(tmp_path), force=True)) == 0
        assert "environments:" in (tmp_path / CONFIG_PATH).read_text()


def test_it_never_writes_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("precious\n")
    root = folder_with(tmp_path / "fleet", FILES)
    (root / CONFIG_PATH).symlink_to(outside)
    with pytest.raises(UsageError):
        run(InitOptions(root=str(root)))
    assert run(InitOptions(root=str(root), force=True)) == 0
    assert outside.read_text() == "precious\n"
    assert not (root / CONFIG_PATH).is_symlink()


def test_stdout_prints_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder_with(tmp_path, FILES)
    assert run(InitOptions(root=str(tmp_path), stdout=True)) == 0
    assert capsys.readouterr().out == config_text(discovered(tree_of(FILES)))
    assert not (tmp_path / CONFIG_PATH).exists()


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    folder_with(tmp_path, {"README.md": "nothing"})
    with pytest.raises(UsageError, match="nothing was found"):
        run(InitOptions(root=str(tmp_path)))
    assert not (tmp_path / CONFIG_PATH).exists()


def leads_back(tree: MemoryTree) -> None:
    fleet = discovered(tree)
    again = discovered(tree, configured_by(config_text(fleet)))
    assert told(again) == told(fleet)
    assert {item.name: item.tier for item in again.environments} == {
        item.name: item.tier for item in fleet.environments
    }
    assert again.undecided == fleet.undecided


def test_what_it_writes_leads_back() -> None:
    leads_back(tree_of(FILES))


@pytest.mark.parametrize("name", ["flux2-kustomize-helm-example", "flux2-multi-tenancy", "radix-flux", "home-ops"])
def test_what_it_writes_leads_back_on_the_corpora(name: str) -> None:
    leads_back(corpus(name))


def test_the_doubts_stand_in_the_file() -> None:
    text = config_text(discovered(tree_of({**FILES, "flux/on/root.yaml": ""})))
    assert "# tier: production    # or staging, development" in text
    assert configured_by(text).environments[1].tier is Tier.PRODUCTION


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_every_name_is_read_as_it_was_written(text: str) -> None:
    for dialect in Dialect:
        assert parse_text(f"key: {yaml_text(text)}", dialect) == [{"key": text}]


@pytest.mark.parametrize(
    "text", ["on", "y", "No", "null", "1.30", "0o7", "2001-01-01", "a: b", "# x", "-", "~", "a\nb"]
)
def test_words_that_yaml_reads_otherwise_are_quoted(text: str) -> None:
    assert yaml_text(text).startswith('"')


def test_the_examples_in_its_comments_are_valid() -> None:
    text = config_text(discovered(tree_of(FILES)))
    shown = re.sub(r"^# (sources:|rules:|  )", r"\1", text, flags=re.MULTILINE)
    config = configured_by(shown)
    assert [source.path for source in config.sources] == ["deploy"]
    assert config.rules.profile == "strict"


def test_an_empty_fleet_has_no_environments() -> None:
    assert yaml.safe_load(config_text(Fleet(()))) == {"environments": None}

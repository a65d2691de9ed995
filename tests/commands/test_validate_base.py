"""`validate` against a base: how it is found, what blocks, and that a change never judges itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.fleets import RANGE, fault, kustomization, release, small_fleet, with_config
from tests.support.gate import Told, gate, judged
from tests.support.repos import Content, GitRepository, make_repository

CHAT = "apps/production/chat.yaml"
STAGING = "apps/staging/chat.yaml"
WARNING = "apps/staging/chat.yaml:11:16 warning chart-version-pinned staging"
RULE = "chart-version-pinned"


def change(tmp_path: Path, base: Mapping[str, Content], head: Mapping[str, Content], *options: str) -> Told:
    """The judgement of a branch that changes `base` by `head`."""
    repo = make_repository(tmp_path / "fleet", base)
    repo.switch("change", create=True)
    repo.commit(head)
    return judged(*options, cwd=repo.path)


class TestFinding:
    @pytest.fixture
    def repo(self, tmp_path: Path) -> GitRepository:
        """Production has its fault on main already; the branch brings one to staging."""
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        repo.switch("change", create=True)
        repo.commit({STAGING: release(RANGE)})
        return repo

    def test_on_a_branch(self, repo: GitRepository) -> None:
        told = judged(cwd=repo.path)
        assert (told.lines, told.existing) == ([WARNING], [fault()])
        assert (told.code, told.outcome) == (0, "pass")
        assert told.report["base"].startswith("main (")

    def test_all_judges_everything(self, repo: GitRepository) -> None:
        told = judged("--all", cwd=repo.path)
        assert (told.lines, told.existing, told.report["base"]) == ([fault(), WARNING], [], "")
        assert told.code == 1

    def test_a_ref_that_is_named(self, repo: GitRepository) -> None:
        assert judged("--base", "HEAD", cwd=repo.path).existing == [fault(), WARNING]
        assert judged("--base", "HEAD~1", cwd=repo.path).existing == [fault()]

    def test_a_clean_main_has_none(self, repo: GitRepository) -> None:
        repo.switch("main")
        told = judged(cwd=repo.path)
        assert (told.lines, told.report["base"], told.code) == ([fault()], "", 1)

    def test_what_is_not_committed_on_main_is_a_change(self, repo: GitRepository) -> None:
        repo.switch("main")
        repo.write({STAGING: release(RANGE)})
        told = judged(cwd=repo.path)
        assert (told.lines, told.existing) == ([WARNING], [fault()])

    def test_the_index_is_compared_with_head(self, repo: GitRepository) -> None:
        assert judged("--index", "--base", "HEAD", cwd=repo.path).existing == [fault(), WARNING]
        repo.write({CHAT: release("'*'"), "apps/production/mail.yaml": release(RANGE, "mail")})
        repo.stage(CHAT)
        told = judged("--index", cwd=repo.path)
        assert told.lines == [fault()]
        assert "staged" in told.report["base"]

    def test_github(self, repo: GitRepository, tmp_path: Path) -> None:
        event = tmp_path / "event.json"
        event.write_text(json.dumps({"pull_request": {"base": {"sha": repo.git("rev-parse", "main")}}}))
        repo.git("branch", "--quiet", "--move", "main", "elsewhere")
        said = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event), "GITHUB_EVENT_NAME": "pull_request"}
        told = judged(cwd=repo.path, environ=said)
        assert (told.lines, told.existing) == ([WARNING], [fault()])
        assert "the target of the pull request" in told.report["base"]

    def test_gitlab(self, repo: GitRepository) -> None:
        said = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": repo.git("rev-parse", "main")}
        told = judged(cwd=repo.path, environ=said)
        assert (told.lines, told.existing) == ([WARNING], [fault()])

    def test_a_shallow_clone_without_it_is_an_error_and_no_pass(self, repo: GitRepository, tmp_path: Path) -> None:
        clone = repo.clone(tmp_path / "clone", "--depth=1", "--branch=change")
        run = gate("validate", cwd=clone.path, environ={"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"})
        assert run.code == 2
        assert "git fetch" in run.err
        assert judged("--all", cwd=clone.path).lines == [fault(), WARNING]


class TestRatchet:
    def test_what_was_there_does_not_block(self, tmp_path: Path) -> None:
        told = change(tmp_path, small_fleet(production=RANGE), {"README.md": "words"})
        assert (told.code, told.lines, told.existing) == (0, [], [fault()])

    def test_what_is_new_does(self, tmp_path: Path) -> None:
        told = change(tmp_path, small_fleet(), {CHAT: release(RANGE)})
        assert (told.code, told.lines, told.existing) == (1, [fault()], [])

    def test_a_second_one_beside_an_old_one_does(self, tmp_path: Path) -> None:
        head = {
            "apps/production/kustomization.yaml": kustomization("../base", "chat.yaml", "mail.yaml"),
            "apps/production/mail.yaml": release(RANGE, "mail"),
        }
        told = change(tmp_path, small_fleet(production=RANGE), head)
        assert (told.code, told.lines) == (1, [fault("apps/production/mail.yaml")])
        assert told.existing == [fault()]

    def test_moved_lines_are_not_new(self, tmp_path: Path) -> None:
        told = change(tmp_path, small_fleet(production=RANGE), {CHAT: "# a comment\n\n" + release(RANGE)})
        assert (told.code, told.lines, told.existing) == (0, [], [fault(line=13)])

    def test_renamed_files_are_not_new(self, tmp_path: Path) -> None:
        head = {
            CHAT: None,
            "apps/production/talk/release.yaml": release(RANGE),
            "apps/production/kustomization.yaml": kustomization("../base", "talk/release.yaml"),
        }
        told = change(tmp_path, small_fleet(production=RANGE), head)
        assert (told.code, told.lines) == (0, [])
        assert told.existing == [fault("apps/production/talk/release.yaml")]

    def test_another_bad_value_is_new(self, tmp_path: Path) -> None:
        """Whoever touches the line is the one who can mend it."""
        told = change(tmp_path, small_fleet(production=RANGE), {CHAT: release("'*'")})
        assert (told.code, told.lines, told.existing) == (1, [fault()], [])

    def test_what_is_mended_is_gone(self, tmp_path: Path) -> None:
        told = change(tmp_path, small_fleet(production=RANGE), {CHAT: release()})
        assert (told.code, told.lines, told.existing) == (0, [], [])

    def test_worse_is_new(self, tmp_path: Path) -> None:
        """The same range, in production now: staging's file is put where production's was."""
        base = small_fleet(staging=RANGE)
        head = {"apps/production/kustomization.yaml": kustomization("../base", "../staging/chat.yaml"), CHAT: None}
        told = change(tmp_path, base, head)
        assert (told.code, told.lines) == (1, ["apps/staging/chat.yaml:11:16 error chart-version-pinned production"])
        assert told.existing == [WARNING]

    def test_existing_ones_are_shown_on_demand_only(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        repo.switch("change", create=True)
        repo.commit({"README.md": "words"})
        assert "is a range" not in gate("validate", cwd=repo.path).out
        shown = gate("validate", "--show-existing", cwd=repo.path)
        assert "(already at the base)" in shown.out
        assert shown.code == 0

    def test_a_change_far_away_that_breaks_what_was_fine(self, tmp_path: Path) -> None:
        """The file with the finding is not part of the change at all."""
        told = change(tmp_path, small_fleet(), {"apps/base/kustomization.yaml": kustomization("namespace.yaml")})
        assert (told.code, told.rules["source-exists"]) == (1, 2)
        assert {line.split(":")[0] for line in told.lines if "source-exists" in line} == {CHAT, STAGING}


CONFIG = """\
environments:
  production:
    tier: production
    entry: [clusters/production]
  staging:
    tier: staging
    entry: [clusters/staging]
"""


class TestTheChangeIsNotItsOwnJudge:
    def test_it_cannot_switch_a_rule_off(self, tmp_path: Path) -> None:
        head = {CHAT: release(RANGE), ".gitops-guard.yaml": f"rules:\n  levels: {{{RULE}: 'off'}}\n"}
        told = change(tmp_path, small_fleet(), head)
        assert (told.code, told.lines) == (1, [fault()])
        assert told.report["notes"] == [
            ".gitops-guard.yaml differs from the base; the base's counts until the change is merged"
        ]

    def test_what_the_base_switched_off_is_off(self, tmp_path: Path) -> None:
        base = with_config(small_fleet(), f"rules:\n  levels: {{{RULE}: 'off'}}\n")
        assert change(tmp_path, base, {CHAT: release(RANGE)}).lines == []

    def test_it_cannot_change_its_tier(self, tmp_path: Path) -> None:
        head = {CHAT: release(RANGE), ".gitops-guard.yaml": CONFIG.replace("tier: production", "tier: development")}
        assert change(tmp_path, with_config(small_fleet(), CONFIG), head).lines == [fault()]

    def test_it_cannot_drop_an_environment(self, tmp_path: Path) -> None:
        head = {CHAT: release(RANGE), ".gitops-guard.yaml": CONFIG[: CONFIG.index("  production")] + "  x: {}\n"}
        assert change(tmp_path, with_config(small_fleet(), CONFIG), head).lines == [fault()]

    def test_it_cannot_have_its_file_ignored(self, tmp_path: Path) -> None:
        head = {CHAT: release(RANGE), ".gitops-guard.yaml": "ignore: [apps/]\n"}
        assert change(tmp_path, small_fleet(), head).lines == [fault()]

    def test_a_configuration_that_cannot_be_read_stops_the_change_that_brings_it(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        repo.switch("change", create=True)
        repo.commit({".gitops-guard.yaml": "rules:\n  profil: strict\n"})
        run = gate("validate", cwd=repo.path)
        assert run.code == 2
        assert ".gitops-guard.yaml:2:3" in run.err
        assert "profile" in run.err

    def test_it_cannot_waive_itself_in_a_comment(self, tmp_path: Path) -> None:
        head = {CHAT: release(f"{RANGE}  # gitops-guard: ignore[{RULE}] it is urgent")}
        told = change(tmp_path, small_fleet(), head)
        assert (told.code, told.outcome) == (1, "needs-approval")
        assert (told.lines, told.waived) == ([], [fault()])
        assert told.report["waived"][0]["new"] is True

    def test_it_cannot_waive_itself_in_the_waivers_file(self, tmp_path: Path) -> None:
        told = change(tmp_path, small_fleet(), {CHAT: release(RANGE), ".gitops-guard-waivers.yaml": WAIVER})
        assert (told.code, told.outcome, told.waived) == (1, "needs-approval", [fault()])

    def test_it_cannot_name_another_waivers_file(self, tmp_path: Path) -> None:
        base = {**small_fleet(), "other.yaml": WAIVER}
        head = {CHAT: release(RANGE), ".gitops-guard.yaml": "waivers: other.yaml\n"}
        assert change(tmp_path, base, head).lines == [fault()]

    def test_waivers_of_the_base_hold(self, tmp_path: Path) -> None:
        base = {**small_fleet(), ".gitops-guard-waivers.yaml": WAIVER}
        told = change(tmp_path, base, {CHAT: release(RANGE)})
        assert (told.code, told.lines, told.waived) == (0, [], [fault()])
        assert told.report["waived"][0]["owner"] == "the chat team"

    def test_a_waiver_that_the_change_removes_holds_no_more(self, tmp_path: Path) -> None:
        base = {**small_fleet(production=RANGE), ".gitops-guard-waivers.yaml": WAIVER}
        head: dict[str, Content] = {".gitops-guard-waivers.yaml": None}
        told = change(tmp_path, base, head)
        assert told.waived == []
        assert fault() in told.existing + told.lines

    def test_its_rules_are_those_of_the_base(self, tmp_path: Path) -> None:
        files = with_config(small_fleet(), "rules:\n  packs: [policies]\n") | {"policies/no-mail.yaml": OWN_RULE}
        mail = {
            "apps/production/kustomization.yaml": kustomization("../base", "chat.yaml", "mail.yaml"),
            "apps/production/mail.yaml": release(name="mail"),
        }
        found = ["apps/production/mail.yaml:4:9 error no-mail production"]
        assert change(tmp_path / "as it is", files, mail).lines == found
        softer = OWN_RULE.replace("'mail'", "'nothing'")
        for number, policy in enumerate((softer, None, "rule: [")):
            told = change(tmp_path / str(number), files, {**mail, "policies/no-mail.yaml": policy})
            assert set(found) <= set(told.lines)


WAIVER = f"""\
- rule: {RULE}
  target: {{kind: HelmRelease, name: chat, namespace: shop}}
  owner: the chat team
  reason: the vendor publishes under one version
  expires: 2999-12-31
"""

OWN_RULE = """\
rule: no-mail
title: Nobody runs mail
scope: object
severity: error
match:
- {group: helm.toolkit.fluxcd.io, kinds: [HelmRelease]}
validations:
- expression: "object.metadata.name != 'mail'"
  message: mail runs elsewhere
what: |
  No HelmRelease is called mail.
why: |
  It runs elsewhere.
bad: |
  kind: HelmRelease
good: |
  kind: HelmRelease
fix: |
  Remove it.
"""


UNKNOWN = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/{name}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  postBuild:
    substituteFrom:
    - kind: ConfigMap
      name: cluster-config
"""


class TestUnknown:
    """What a change makes impossible to judge: blocks where `unknown: block` says so, production's default."""

    @pytest.mark.parametrize(
        ("environment", "policy", "code"),
        [
            ("production", "", 1),
            ("production", "block", 1),
            ("production", "count", 0),
            ("staging", "", 0),
            ("staging", "count", 0),
            ("staging", "block", 1),
        ],
    )
    def test_a_version_that_only_the_cluster_knows(
        self, tmp_path: Path, environment: str, policy: str, code: int
    ) -> None:
        path = f"clusters/{environment}/apps.yaml"
        entry = f"    entry: [clusters/{environment}]\n"
        config = CONFIG.replace(entry, f"{entry}    unknown: {policy}\n") if policy else CONFIG
        # The Kustomization takes what it takes at the base too: only the version becomes unknown.
        base = with_config(small_fleet(), config) | {path: UNKNOWN.format(name=environment)}
        told = change(tmp_path, base, {f"apps/{environment}/chat.yaml": release("${CHAT_VERSION}")})
        assert told.lines == []
        assert told.code == code
        new = [item for item in told.report["notJudged"] if item["new"]]
        assert {(item["rule"], item["field"]) for item in new} == {(RULE, "spec.chart.spec.version")}
        assert any("can no longer be judged" in reason for reason in told.report["reasons"]) == bool(code)

    def test_what_was_as_unknown_at_the_base_is_counted(self, tmp_path: Path) -> None:
        base = small_fleet(production="${CHAT_VERSION}") | {
            "clusters/production/apps.yaml": UNKNOWN.format(name="production")
        }
        told = change(tmp_path, base, {STAGING: release("1.2.4")})
        assert told.code == 0
        assert told.not_judged[RULE] == 1
        assert not any(item["new"] for item in told.report["notJudged"])

    def test_what_was_unknown_and_is_touched_blocks(self, tmp_path: Path) -> None:
        base = small_fleet(production="${CHAT_VERSION}") | {
            "clusters/production/apps.yaml": UNKNOWN.format(name="production")
        }
        told = change(tmp_path, base, {CHAT: release("${OTHER_VERSION}")})
        assert told.code == 1
        assert [item["field"] for item in told.report["notJudged"] if item["new"]] == ["spec.chart.spec.version"]

    def test_unknown_hides_no_other_finding(self, tmp_path: Path) -> None:
        files = small_fleet(production=RANGE) | {
            "clusters/production/apps.yaml": UNKNOWN.format(name="production"),
            CHAT: release(RANGE) + "  values:\n    cluster: ${clusterName}\n",
        }
        told = judged("--all", cwd=make_repository(tmp_path / "fleet", files).path)
        assert told.lines == [fault()]

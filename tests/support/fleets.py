"""A small fleet for tests of the whole gate: two clusters under Flux, each with a chart of its own overlay."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.repos import Content

PINNED = "1.2.3"
RANGE = '">=1.2.3"'

_SYNC = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: https://git.example.com/fleet
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/{name}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
"""

_APPS = """\
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
"""

_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: {name}
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: {name}
      version: {version}
      sourceRef:
        kind: HelmRepository
        name: charts
"""

_REPOSITORY = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: shop
spec:
  interval: 10m
  url: https://charts.example.com
"""

VERSION_LINE = 11
"""The line of `version:` in `release()`, at column 16."""


def release(version: str = PINNED, name: str = "chat") -> str:
    """A HelmRelease of a chart from a HelmRepository, with the version at `VERSION_LINE`."""
    return _RELEASE.format(name=name, version=version)


def kustomization(*resources: str) -> str:
    """A kustomization.yaml."""
    return "resources:\n" + "".join(f"- {resource}\n" for resource in resources)


def small_fleet(*, production: str = PINNED, staging: str = PINNED) -> dict[str, Content]:
    """Two clusters, production and staging; the arguments are their versions of the chart, as YAML says them.

    The releases are apps/<cluster>/chat.yaml.
    """
    files: dict[str, Content] = {}
    for name, version in {"production": production, "staging": staging}.items():
        files |= {
            f"clusters/{name}/flux-system/gotk-sync.yaml": _SYNC.format(name=name),
            f"clusters/{name}/apps.yaml": _APPS.format(name=name),
            f"apps/{name}/kustomization.yaml": kustomization("../base", "chat.yaml"),
            f"apps/{name}/chat.yaml": release(version),
        }
    return files | {
        "apps/base/kustomization.yaml": kustomization("namespace.yaml", "repository.yaml"),
        "apps/base/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n",
        "apps/base/repository.yaml": _REPOSITORY,
    }


def fault(path: str = "apps/production/chat.yaml", line: int = VERSION_LINE, environment: str = "production") -> str:
    """The line that `Told.lines` has for a version that is a range, where it is an error."""
    return f"{path}:{line}:16 error chart-version-pinned {environment}"


def with_config(files: Mapping[str, Content], text: str) -> dict[str, Content]:
    """The same files with a configuration."""
    return {**files, ".gitops-guard.yaml": text}

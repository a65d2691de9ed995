"""Repositories to measure on, generated from a fixed seed."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: bench
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      containers:
        - name: main
          image: ghcr.io/acme/{name}:{major}.{minor}.{patch}
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
"""


def deployments(root: Path, count: int = 4000, seed: int = 1) -> Path:
    """A git repository of `count` Deployments in as many files, 100 to a folder. Returns its root."""
    rng = random.Random(seed)
    for number in range(count):
        name = f"app-{number:04d}"
        path = root / "apps" / f"group-{number // 100:02d}" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            _DEPLOYMENT.format(
                name=name,
                namespace=f"team-{number % 40:02d}",
                replicas=rng.randint(1, 9),
                major=rng.randint(0, 9),
                minor=rng.randint(0, 40),
                patch=rng.randint(0, 40),
            )
        )
    commit_all(root)
    return root


def commit_all(root: Path) -> None:
    """Makes `root` a git repository with everything in one commit on `main`."""
    git = ["git", "-C", str(root), "-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "a fleet to measure on"], check=True)

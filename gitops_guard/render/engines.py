"""Which engine builds: `native` where it is, else `kubectl`. Both give the same bytes for the same files."""

from __future__ import annotations

import os
from typing import Final

from gitops_guard.render.builder import Builder
from gitops_guard.render.kubectl import WHEEL, KubectlBuilder, find_kubectl
from gitops_guard.render.native import NativeBuilder, find_native

VARIABLE: Final = "GITOPS_GUARD_ENGINE"
"""`native` or `kubectl`: the only engine that will do."""


def open_builder(jobs: int = 0) -> Builder:
    """The engine that this installation has, with so many builds at a time (0: one a processor).

    Raises `FileNotFoundError` where there is none, or not the one that `GITOPS_GUARD_ENGINE` asks for.
    """
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", "native", "kubectl"):
        raise FileNotFoundError(f"{VARIABLE} is {asked}: there are the engines native and kubectl")
    if asked != "kubectl" and (program := find_native()) is not None:
        return NativeBuilder(program, jobs=jobs)
    if asked == "native":
        raise FileNotFoundError("the native engine was not found: `make native` builds it in a checkout")
    if (program := find_kubectl()) is None:
        raise FileNotFoundError(f"kubectl was not found: install {WHEEL}, or kubectl itself")
    return KubectlBuilder(program, jobs=jobs)

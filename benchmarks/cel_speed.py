"""How many CEL expressions a second: each is evaluated on a Deployment for about a second."""

from __future__ import annotations

import time

from gitops_guard.cel import compile_expression

_EXPRESSIONS = (
    "object.spec.template.spec.containers.all(c, c.image.contains(':'))",
    "has(object.spec.replicas) && object.spec.replicas > 0",
    "object.spec.template.spec.containers.all(c, has(c.resources.limits) && 'memory' in c.resources.limits)",
    "object.metadata.name.matches('^[a-z0-9-]+$')",
)
_BATCH = 2000


def _deployment(containers: int = 2) -> dict[str, object]:
    container = {"name": "main", "image": "ghcr.io/acme/app:1.2.3", "resources": {"limits": {"memory": "256Mi"}}}
    return {
        "metadata": {"name": "app-0001"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [dict(container) for _ in range(containers)]}}},
    }


def rate(expression: str, seconds: float = 1.0) -> float:
    """Evaluations a second of one expression that holds."""
    program = compile_expression(expression, frozenset({"object"}))
    bindings = {"object": _deployment()}
    if program.evaluate(bindings) is not True:
        raise RuntimeError(f"not true: {expression}")
    count = 0
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        for _ in range(_BATCH):
            program.evaluate(bindings)
        count += _BATCH
    return count / spent


def report() -> str:
    """A table of rates."""
    lines = ["CEL evaluations a second, two containers an object"]
    lines += [f"  {rate(expression):>9,.0f}  {expression}" for expression in _EXPRESSIONS]
    return "\n".join(lines)

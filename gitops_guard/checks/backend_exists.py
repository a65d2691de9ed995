"""Ingresses and routes that send traffic to a Service which does not exist, or to a port that it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from gitops_guard.checks._references import judge_references, referring
from gitops_guard.graph import Reference, Role, items_at
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.fieldpath import MISSING, FieldPath, lookup
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment: Ingress, and the routes of the Gateway API."""
    yield from judge_references(facts, context, (Role.BACKEND,), "requests are answered with an error (502 or 503)")
    for item, reference in referring(facts, (Role.BACKEND,)):
        if reference.unknown is None and (reference.target.group, reference.target.kind) == ("", "Service"):
            yield from _port(facts, item, reference)


def _port(facts: EnvironmentFacts, item: RenderedObject, reference: Reference) -> Iterator[Hit]:
    path, wanted = _stated_port(item, reference)
    services = facts.by_id.get(reference.target, ())
    if not services or wanted in (MISSING, None, ""):
        return
    ports = [port for _, port in items_at(services[0].value, ("spec", "ports"))]
    known = [port.get(key) for port in ports for key in ("port", "name") if port.get(key) not in (None, "")]
    undecided = any(isinstance(value, Unknown) for value in (wanted, *known))
    if ports and not undecided and wanted not in known:
        names = ", ".join(str(value) for value in known)
        yield Hit(
            f"{reference.target} has no port {wanted}: requests are answered with an error (502 or 503)",
            item,
            path,
            fix=f"use a port of the Service: {names}",
            cause=f"{reference.target} {wanted}",
        )


def _stated_port(item: RenderedObject, reference: Reference) -> tuple[FieldPath, object]:
    """The port beside the name: `port.number` or `port.name` of an Ingress, `port` of a route, `servicePort` of old."""
    parent = reference.path[:-1]
    for beside in (("port", "number"), ("port", "name"), ("port",), ("servicePort",)):
        found = lookup(item.value, (*parent, *beside))
        if isinstance(found, int | str | Unknown):
            return (*parent, *beside), found
    return parent, MISSING

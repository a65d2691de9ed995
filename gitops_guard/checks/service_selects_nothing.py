"""Services whose selector matches no pods that the environment declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gitops_guard.graph import pod_labels, selects, service_selector
from gitops_guard.model.facts import EnvironmentFacts
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.rule import Context


def check(facts: EnvironmentFacts, context: Context) -> Iterator[Hit | NotJudged]:
    """Scope environment. Where the pods may come from something that we do not see, it is not judged.

    Operators make pods from their own resources, so a certain finding needs a workload in the namespace whose labels
    share a key with the selector and differ in its value, or one that the Service selected at the base.
    """
    if ("", "Service") not in facts.by_kind:
        return
    workloads = _workloads(facts)
    before = context.base_environment
    workloads_before = _workloads(before) if before else {}
    for service in facts.of_kind("", "Service"):
        selector = service_selector(service.value)
        if not selector:
            continue
        namespace = service.id.namespace
        answers = [selects(selector, labels) for _, labels in workloads.get(namespace, ())]
        if True in answers:
            continue
        if None in answers:
            yield NotJudged("a label or the selector is not known here", service, ("spec", "selector"))
            continue
        selected_before = any(selects(selector, labels) for _, labels in workloads_before.get(namespace, ()))
        near = _nearest(selector, workloads.get(namespace, ()))
        gap = facts.gap_for(ResourceId("", "Pod", namespace, ""))
        if not selected_before and (gap is not None or near is None):
            reason = gap.reason if gap else "its pods may be made by an operator"
            yield NotJudged(reason, service, ("spec", "selector"))
            continue
        yield _hit(service, selector, near, selected_before)


Workloads = dict[str, list[tuple[RenderedObject, Mapping[str, object]]]]


def _workloads(facts: EnvironmentFacts) -> Workloads:
    """Workloads with the labels of their pods, by namespace."""
    found: Workloads = {}
    for item in facts.objects:
        labels = pod_labels(item.value)
        if labels is not None:
            found.setdefault(item.id.namespace, []).append((item, labels[1]))
    return found


def _nearest(
    selector: Mapping[str, object], workloads: Sequence[tuple[RenderedObject, Mapping[str, object]]]
) -> tuple[RenderedObject, str] | None:
    """The workload that agrees with all of the selector but one label, and that label's key."""
    for item, labels in workloads:
        differing = [key for key, value in selector.items() if labels.get(key) != value]
        if len(differing) != 1:
            continue
        key = differing[0]
        # A label that the pods do not declare may be set while they run: by their controller, or by who leads.
        if key in labels and (len(selector) > 1 or item.id.name == selector[key]):
            return item, key
    return None


def _hit(
    service: RenderedObject,
    selector: Mapping[str, object],
    near: tuple[RenderedObject, str] | None,
    selected_before: bool,
) -> Hit:
    shown = ", ".join(f"{key}={value}" for key, value in selector.items())
    since = "after this change " if selected_before else ""
    if near is None:
        return Hit(
            f"{since}no workload in its namespace has the labels {shown}: the Service has no endpoints",
            service,
            ("spec", "selector"),
            fix="give the pods these labels, or remove the Service",
            cause=shown,
        )
    item, key = near
    return Hit(
        f"{since}no workload has the labels {shown}: the Service has no endpoints; "
        f'the pods of {item.id} differ in "{key}"',
        service,
        ("spec", "selector", key),
        fix=f'make the label "{key}" the same in the Service and in {item.id}',
        cause=shown,
    )

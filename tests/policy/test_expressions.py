"""Rules in CEL: what they see, where they point, and when they do not judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.unknown import Unknown
from gitops_guard.policy.engine import Engine, Result

from .helpers import make_facts, make_object, make_rule, rule_set

UNKNOWN = Unknown("${X}", ("X",), "X is only known in the cluster")


def judge(
    text: str, *objects: Mapping[str, object], base: Sequence[Mapping[str, object]] | None = None
) -> list[Result]:
    """What one rule says of objects in production, which the base has in another shape."""
    head = make_facts({"production": [make_object(value) for value in objects]})
    before = make_facts({"production": [make_object(value) for value in base]}) if base is not None else None
    return list(Engine(rule_set(make_rule(text))).run(head, before))


def paths(results: list[Result]) -> list[tuple[str | int, ...]]:
    return [result.answer.path for result in results if isinstance(result.answer, Hit)]


def only(results: list[Result]) -> Hit | NotJudged:
    assert len(results) == 1
    return results[0].answer


IMAGES = """
validations:
- expression: object.spec.containers.all(c, has(c.image) && !c.image.endsWith(':latest'))
  message: not pinned
"""


def test_a_true_expression_says_nothing() -> None:
    assert judge(IMAGES, {"spec": {"containers": [{"image": "a:1"}]}}) == []


def test_the_value_that_made_it_false_is_blamed() -> None:
    hit = only(judge(IMAGES, {"spec": {"containers": [{"image": "a:1"}, {"image": "b:latest"}]}}))
    assert isinstance(hit, Hit)
    assert (hit.path, hit.at, hit.message) == (("spec", "containers", 1, "image"), "value", "not pinned")
    assert hit.cause == "0=b:latest"
    assert hit.subject is not None


def test_each_item_at_fault_is_a_hit() -> None:
    found = judge(IMAGES, {"spec": {"containers": [{"image": "a:latest"}, {"name": "b"}, {"image": "c:latest"}]}})
    assert paths(found) == [
        ("spec", "containers", 0, "image"),
        ("spec", "containers", 1),
        ("spec", "containers", 2, "image"),
    ]


def test_one_fault_of_two_values_is_one_hit() -> None:
    text = "validations: [{expression: 'object.spec.a == object.spec.b', message: m}]"
    assert len(paths(judge(text, {"spec": {"a": 1, "b": 2}}))) == 1


def test_what_is_missing_is_blamed_on_the_key_above() -> None:
    hit = only(judge("validations: [{expression: has(object.spec.paused.by), message: m}]", {"spec": {"x": 1}}))
    assert isinstance(hit, NotJudged), "`paused` is absent: has() of what is below it is an error"
    hit = only(judge("validations: [{expression: has(object.spec.replicas), message: m}]", {"spec": {"x": 1}}))
    assert isinstance(hit, Hit)
    assert (hit.path, hit.at, hit.cause) == (("spec",), "key", "0:replicas")


def test_variables_lead_back_to_the_object() -> None:
    text = """
    variables:
    - {name: containers, expression: object.spec.containers}
    - {name: images, expression: "variables.containers.filter(c, has(c.image))"}
    validations:
    - {expression: "variables.images.all(c, c.image != 'bad')", message: m}
    """
    found = judge(text, {"spec": {"containers": [{"name": "x"}, {"image": "good"}, {"image": "bad"}]}})
    assert paths(found) == [("spec", "containers", 2, "image")]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("'replicas: ' + string(object.spec.replicas)", "replicas: 1"),
        ("object.spec.nothing", "the message"),
        ("string(object.spec.replicas) + '\\n2'", "the message"),
        ("''", "the message"),
        ("1 + 1", "the message"),
    ],
)
def test_message_expression(expression: str, message: str) -> None:
    text = f"""
    validations:
    - expression: object.spec.replicas > 1
      messageExpression: >-
        {expression}
      message: the message
    """
    hit = only(judge(text, {"spec": {"replicas": 1}}))
    assert isinstance(hit, Hit)
    assert hit.message == message


def test_unknown_is_not_judged() -> None:
    answer = only(judge("validations: [{expression: object.spec.x == 'a', message: m}]", {"spec": {"x": UNKNOWN}}))
    assert isinstance(answer, NotJudged)
    assert (answer.reason, answer.path) == (UNKNOWN.reason, ("spec", "x"))


def test_one_unknown_hides_no_finding() -> None:
    found = judge(IMAGES, {"spec": {"containers": [{"image": UNKNOWN}, {"image": "b:latest"}]}})
    assert paths(found) == [("spec", "containers", 1, "image")]


def test_an_error_is_not_judged_unless_the_rule_says_otherwise() -> None:
    text = "validations: [{expression: object.spec.replicas > 1, message: m}]"
    answer = only(judge(text, {"spec": {"replicas": "two"}}))
    assert isinstance(answer, NotJudged)
    assert "cannot be evaluated" in answer.reason
    hit = only(judge(text + "\non-error: finding", {"spec": {"replicas": "two"}}))
    assert isinstance(hit, Hit)
    assert hit.path == ("spec", "replicas")


def test_what_is_no_boolean_is_not_judged() -> None:
    answer = only(judge("validations: [{expression: object.spec.replicas, message: m}]", {"spec": {"replicas": 1}}))
    assert isinstance(answer, NotJudged)
    assert "no boolean" in answer.reason


OLD = """
validations:
- expression: oldObject == null || object.spec.size >= oldObject.spec.size
  message: may not shrink
- expression: "request.operation == (oldObject == null ? 'CREATE' : 'UPDATE')"
  message: wrong operation
"""


def test_old_object_is_the_one_at_the_base() -> None:
    new, small, large = {"spec": {"size": 2}}, {"spec": {"size": 1}}, {"spec": {"size": 3}}
    assert judge(OLD, new) == []
    assert judge(OLD, new, base=[]) == []
    assert judge(OLD, new, base=[small]) == []
    assert paths(judge(OLD, new, base=[large])) == [("spec", "size")]


def test_namespace_object() -> None:
    text = """
    match: [{kinds: [Pod]}]
    validations:
    - {expression: namespaceObject == null || namespaceObject.metadata.labels.team == 'a', message: m}
    """
    pod = {"kind": "Pod", "metadata": {"name": "p", "namespace": "n"}}
    namespace = {"kind": "Namespace", "metadata": {"name": "n", "labels": {"team": "a"}}}
    assert judge(text, pod, namespace) == []
    assert judge(text, {"kind": "Pod", "metadata": {"name": "p"}}) == []
    other = {"kind": "Namespace", "metadata": {"name": "n", "labels": {"team": "b"}}}
    assert len(paths(judge(text, pod, other))) == 1
    answer = only(judge(text, pod))
    assert isinstance(answer, NotJudged)
    assert answer.reason == "Namespace n is not in this repository"


def test_who_asks_is_unknown() -> None:
    answer = only(judge("validations: [{expression: \"request.userInfo.username == 'flux'\", message: m}]", {}))
    assert isinstance(answer, NotJudged)


def test_environment_scope() -> None:
    text = """
    scope: environment
    validations:
    - {expression: "environment.tier == 'production' && environment.objects.all(o, o.kind == 'Thing')", message: m}
    """
    assert judge(text, {}) == []
    hit = only(judge(text, {"kind": "Other"}))
    assert isinstance(hit, Hit)
    assert (hit.subject, hit.path) == (None, ())

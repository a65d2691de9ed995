"""The ratchet: what stood at the base does not block, however it is moved, and a new fault is never hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.model.environment import Tier, UnknownPolicy
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.unknown import Unknown
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.policy.judge import judge

from .helpers import make_facts, make_object, make_rule, rule_set

RULES = rule_set(
    make_rule(
        """
        validations:
        - {expression: "object.containers.all(c, c.image != 'bad')", message: bad image}
        - {expression: "object.args.all(a, a != 'bad')", message: bad argument}
        """
    )
)
IMAGES = st.sampled_from(["good", "bad"])


@dataclass(frozen=True)
class Thing:
    """An object with named and nameless items, some of them bad, in a file."""

    name: str
    file: str
    containers: tuple[tuple[str, str], ...]
    args: tuple[str, ...]

    def object(self) -> RenderedObject:
        containers = [{"name": name, "image": image} for name, image in self.containers]
        value = {"metadata": {"name": self.name}, "containers": containers, "args": list(self.args)}
        return make_object(value, file=self.file)


def things(min_size: int = 0) -> st.SearchStrategy[list[Thing]]:
    names = st.lists(st.sampled_from("abcde"), unique=True, min_size=min_size, max_size=4)
    containers = st.dictionaries(st.sampled_from("xyz"), IMAGES, max_size=3).map(lambda found: tuple(found.items()))
    args = st.lists(IMAGES, max_size=3).map(tuple)
    one = st.builds(Thing, st.just("?"), st.sampled_from(["1.yaml", "2.yaml"]), containers, args)
    return names.flatmap(
        lambda chosen: st.tuples(*[one for _ in chosen]).map(
            lambda made: [replace(thing, name=name) for thing, name in zip(made, chosen, strict=True)]
        )
    )


def facts(found: list[Thing]) -> FleetFacts:
    return make_facts({"production": [thing.object() for thing in found]})


def faults(found: list[Thing]) -> int:
    return sum([image for _, image in thing.containers].count("bad") + list(thing.args).count("bad") for thing in found)


@given(things(), st.data())
def test_moving_renaming_and_reordering_is_nothing_new(base: list[Thing], data: st.DataObject) -> None:
    head = []
    for thing in data.draw(st.permutations(base)):
        containers = tuple(data.draw(st.permutations(thing.containers)))
        args = tuple(data.draw(st.permutations(thing.args)))
        head.append(
            replace(thing, file=data.draw(st.sampled_from(["1.yaml", "3.yaml"])), containers=containers, args=args)
        )
    judgement = judge(facts(head), facts(base), RULES)
    assert judgement.findings == ()
    assert judgement.outcome in (Outcome.PASS, Outcome.NOT_JUDGED)
    assert len(judgement.existing) == faults(base)


@given(things(min_size=1), st.data())
def test_a_new_fault_is_exactly_what_is_found(base: list[Thing], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(base) - 1))
    where = data.draw(st.sampled_from(["container", "argument"]))
    thing = base[index]
    if where == "container":
        containers = list(thing.containers)
        containers.insert(data.draw(st.integers(0, len(containers))), ("new", "bad"))
        changed = replace(thing, containers=tuple(containers))
    else:
        args = list(thing.args)
        args.insert(data.draw(st.integers(0, len(args))), "bad")
        changed = replace(thing, args=tuple(args))
    head = [*base[:index], changed, *base[index + 1 :]]
    judgement = judge(facts(head), facts(base), RULES)
    assert len(judgement.findings) == 1
    assert judgement.outcome is Outcome.FAIL
    finding = judgement.findings[0]
    assert finding.resource is not None
    assert finding.resource.name == thing.name
    assert finding.message == ("bad image" if where == "container" else "bad argument")
    assert len(judgement.existing) == faults(base)


@given(things())
def test_without_a_base_everything_counts(head: list[Thing]) -> None:
    judgement = judge(facts(head), None, RULES)
    assert len(judgement.findings) == faults(head)
    assert len({finding.fingerprint for finding in judgement.findings}) == faults(head)


@given(things())
def test_taking_faults_away_is_nothing_new(base: list[Thing]) -> None:
    assert judge(facts(base[1:]), facts(base), RULES).findings == ()


def test_a_raised_severity_is_worse() -> None:
    rules = rule_set(
        make_rule("severity: {production: error, default: warning}\nvalidations: [{expression: 'false', message: m}]")
    )
    thing = [make_object({})]
    before = make_facts({"cluster": thing}, tiers={"cluster": Tier.STAGING})
    after = make_facts({"cluster": thing}, tiers={"cluster": Tier.PRODUCTION})
    assert [item.severity for item in judge(after, before, rules).findings] == ["error"]
    assert judge(before, after, rules).findings == ()


def test_another_environment_is_new() -> None:
    thing = Thing("a", "1.yaml", (("x", "bad"),), ()).object()
    judgement = judge(make_facts({"a": [thing], "b": [thing]}), make_facts({"a": [thing]}), RULES)
    assert [item.environments for item in judgement.findings] == [("b",)]
    assert [item.environments for item in judgement.existing] == [("a",)]


UNKNOWN = Unknown("${X}", ("X",), "X is only known in the cluster")


def unknown(policy: UnknownPolicy, before: object | None, after: object) -> Judgement:
    """A change of one value, which may be unknown, in an environment with that policy."""

    def state(value: object) -> FleetFacts:
        spec = {"containers": [{"image": value}], "args": [], "other": 1}
        return make_facts({"production": [make_object(spec)]}, unknown=policy)

    return judge(state(after), state(before) if before is not None else None, RULES)


def test_what_becomes_unknown_blocks_where_it_is_said_so() -> None:
    judgement = unknown(UnknownPolicy.BLOCK, "good", UNKNOWN)
    assert judgement.outcome is Outcome.FAIL
    assert [item.new for item in judgement.not_judged] == [True]
    assert "can no longer be judged" in judgement.reasons[0]
    assert unknown(UnknownPolicy.COUNT, "good", UNKNOWN).outcome is Outcome.PASS


def test_what_was_as_unknown_is_counted_only() -> None:
    judgement = unknown(UnknownPolicy.BLOCK, UNKNOWN, UNKNOWN)
    assert judgement.outcome is Outcome.PASS
    assert [item.new for item in judgement.not_judged] == [False]
    assert (judgement.coverage.objects, judgement.coverage.judged) == (1, 0)


def test_what_is_touched_while_unknown_blocks() -> None:
    other = replace(UNKNOWN, text="app:${X}")
    assert unknown(UnknownPolicy.BLOCK, UNKNOWN, other).outcome is Outcome.FAIL


def test_without_a_base_unknown_does_not_block() -> None:
    judgement = unknown(UnknownPolicy.BLOCK, None, UNKNOWN)
    assert judgement.outcome is Outcome.PASS
    assert [item.new for item in judgement.not_judged] == [False]

"""Waivers: what they cover, that they are narrow, and that a change cannot bring its own."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.model.config import Config
from gitops_guard.model.tree import MemoryTree
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.policy.packs import RuleSet, load_rules
from gitops_guard.policy.rule_tests import Case, TestEnvironment, judge_case
from gitops_guard.policy.waivers import Target, load_waivers

from .helpers import make_rule
from .test_packs import DictCache

RULE = make_rule(
    """
    validations:
    - {expression: "!has(object.spec.image) || object.spec.image != 'bad'", message: bad image}
    - {expression: "!has(object.spec.items) || object.spec.items.all(i, i.image != 'bad')", message: bad item}
    - {expression: "!has(object.spec.other) || object.spec.other != 'bad'", message: bad other}
    """
)
RULES = RuleSet((RULE, *load_rules(Config()).narrowed(select=["gate"]).selected))
HEAD = "apiVersion: v1\nkind: Thing\nmetadata: {name: thing, namespace: ns}\n"


def judge(
    files: dict[str, str], base: dict[str, str] | None = None, environments: tuple[TestEnvironment, ...] = ()
) -> Judgement:
    case = Case("sample", "case", files, base, environments or (TestEnvironment(),))
    return judge_case(case, RULES, Config())


def found(judgement: Judgement) -> list[tuple[str, int]]:
    return [(item.rule, item.location.line) for item in judgement.findings]


def inline(body: str) -> dict[str, str]:
    return {"a.yaml": HEAD + dedent(body)}


IGNORE = "# gitops-guard: ignore[sample] it is so"


def test_at_the_end_of_a_line_it_covers_that_line() -> None:
    judgement = judge(inline(f"spec:\n  image: bad  {IGNORE}\n  other: bad\n"))
    assert found(judgement) == [("sample", 6)]
    (waived,) = judgement.waived
    assert (waived.finding.location.line, waived.reason, waived.where) == (5, "it is so", "a.yaml:5")
    assert not waived.new_waiver


def test_on_its_own_line_it_covers_the_value_below() -> None:
    judgement = judge(inline(f"spec:\n  {IGNORE}\n  image: bad\n  other: bad\n"))
    assert found(judgement) == [("sample", 7)]


def test_on_its_own_line_it_covers_all_that_belongs_to_the_value_below() -> None:
    body = f"""
    spec:
      {IGNORE}
      # more words

      items:
      - name: a
        image: bad
      - name: b
        image: bad
      other: bad
    """
    judgement = judge(inline(body))
    assert [rule for rule, _ in found(judgement)] == ["sample"]
    assert judgement.findings[0].field == "spec.other"
    assert len(judgement.waived) == 2


def test_above_an_item_of_a_list_it_covers_the_item() -> None:
    body = f"""
    spec:
      items:
      {IGNORE}
      - name: a
        image: bad
      - name: b
        image: bad
    """
    judgement = judge(inline(body))
    assert [item.field for item in judgement.findings] == ["spec.items[1].image"]


def test_above_a_document_it_covers_the_document_and_no_other() -> None:
    document = HEAD + "spec: {image: bad, other: bad}\n"
    judgement = judge({"a.yaml": f"---\n{IGNORE}\n{document}---\n{document.replace('thing', 'second')}"})
    assert [(item.resource.name if item.resource else "") for item in judgement.findings] == ["second", "second"]
    assert len(judgement.waived) == 2


@pytest.mark.parametrize(
    "comment",
    [
        "# gitops-guard: ignore[other-rule] it is so",
        "# gitops-guard: ignore[sample]",
        "# gitops-guard: ignore it is so",
        "# gitops-guard: ignore[*] it is so",
        "# gitops-guard: ignore[] it is so",
        "# Gitops-Guard: ignore[sample] it is so",
        "# gitops-guard: ingore[sample] it is so",
    ],
)
def test_what_is_no_good_waiver_covers_nothing(comment: str) -> None:
    judgement = judge(inline(f"spec:\n  image: bad  {comment}\n"))
    assert ("sample", 5) in found(judgement)
    assert not judgement.waived


def test_a_sentence_about_us_is_no_waiver() -> None:
    judgement = judge(inline("# gitops-guard: which environments there are\nspec: {}  # gitops-guard: see [1]\n"))
    assert judgement.findings == ()


def test_a_misspelt_waiver_is_told() -> None:
    judgement = judge(inline("spec:\n  image: good  # gitops-guard: ingore[sample] it is so\n"))
    assert found(judgement) == [("waiver-invalid", 5)]


def test_a_waiver_in_a_string_is_no_waiver() -> None:
    judgement = judge(inline(f"spec:\n  image: bad\n  script: |\n    {IGNORE}\n    image: bad\n"))
    assert found(judgement) == [("sample", 5)]


def test_several_rules_in_one_comment() -> None:
    judgement = judge(inline("spec:\n  image: bad  # gitops-guard: ignore[yaml-syntax, sample] it is so\n"))
    assert found(judgement) == []


def test_a_list_of_objects() -> None:
    text = f"""\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Thing
  metadata: {{name: a}}
  spec:
    image: bad  {IGNORE}
- apiVersion: v1
  kind: Thing
  metadata: {{name: b}}
  spec:
    image: bad
"""
    judgement = judge({"a.yaml": text})
    assert found(judgement) == [("sample", 13)]


ENTRY = """\
- rule: sample
  target: {TARGET}
  owner: team
  reason: it is so
  expires: 2999-12-31
"""


def with_file(target: str) -> dict[str, str]:
    return {
        "apps/a.yaml": HEAD + "spec:\n  image: bad\n",
        ".gitops-guard-waivers.yaml": ENTRY.replace("{TARGET}", target),
    }


@pytest.mark.parametrize(
    "target",
    [
        "{name: thing}",
        "{kind: Thing, namespace: ns}",
        "{path: apps/a.yaml}",
        "{path: '*/a.yaml', field: spec}",
        "{name: thing, field: spec.image, environment: production}",
    ],
)
def test_the_waivers_file_covers_its_target(target: str) -> None:
    judgement = judge(with_file(target))
    assert found(judgement) == []
    (waived,) = judgement.waived
    assert (waived.owner, waived.expires, waived.where) == ("team", "2999-12-31", ".gitops-guard-waivers.yaml:1")
    assert judgement.outcome is Outcome.PASS


@pytest.mark.parametrize(
    "target",
    [
        "{name: other}",
        "{kind: Pod, namespace: ns}",
        "{path: a.yaml}",
        "{name: thing, field: spec.imag}",
        "{name: thing, environment: staging}",
        "{kind: Thing}",
        "{}",
        "{name: [thing]}",
    ],
)
def test_the_waivers_file_covers_nothing_else(target: str) -> None:
    assert ("sample", 5) in found(judge(with_file(target)))


def test_a_waiver_may_cover_one_environment_of_several() -> None:
    environments = (TestEnvironment("production"), TestEnvironment("staging"))
    judgement = judge(with_file("{name: thing, environment: staging}"), environments=environments)
    assert [item.environments for item in judgement.findings] == [("production",)]
    assert [item.finding.environments for item in judgement.waived] == [("staging",)]


def test_what_the_change_brings_needs_approval() -> None:
    bad = inline("spec:\n  image: bad\n")
    waived = inline(f"spec:\n  image: bad  {IGNORE}\n")
    for base in ({"other.yaml": HEAD.replace("thing", "x")}, bad):
        judgement = judge(waived, base)
        assert judgement.outcome is Outcome.NEEDS_APPROVAL
        assert judgement.findings == ()
        assert [item.new_waiver for item in judgement.waived] == [True]
    judgement = judge(waived, waived)
    assert judgement.outcome is Outcome.PASS
    assert [item.new_waiver for item in judgement.waived] == [False]


def test_an_entry_that_the_change_brings_or_prolongs_needs_approval() -> None:
    head = with_file("{name: thing}")
    path = ".gitops-guard-waivers.yaml"
    assert judge(head, {"apps/a.yaml": head["apps/a.yaml"]}).outcome is Outcome.NEEDS_APPROVAL
    assert judge(head, {**head, path: head[path].replace("2999", "2998")}).outcome is Outcome.NEEDS_APPROVAL
    assert judge(head, {**head, path: "# moved by a line\n" + head[path]}).outcome is Outcome.PASS


def test_a_standing_waiver_covers_the_next_bad_value_of_its_field() -> None:
    base = inline(f"spec:\n  image: good  {IGNORE}\n")
    assert judge(inline(f"spec:\n  a: 1\n  image: bad  {IGNORE}\n"), base).outcome is Outcome.PASS


def test_a_waiver_moves_with_its_file_and_is_not_copied() -> None:
    waived = HEAD + f"spec:\n  image: bad  {IGNORE}\n"
    assert judge({"b.yaml": waived}, {"a.yaml": waived}).outcome is Outcome.PASS
    environments = (TestEnvironment("a", paths=("a",)), TestEnvironment("b", paths=("b",)))
    copied = judge({"a/x.yaml": waived, "b/x.yaml": waived}, {"a/x.yaml": waived}, environments)
    assert copied.outcome is Outcome.NEEDS_APPROVAL
    assert [(item.finding.environments, item.new_waiver) for item in copied.waived] == [(("a",), False), (("b",), True)]


def test_a_waived_finding_does_not_lend_its_place_to_a_new_one() -> None:
    item = "  - image: bad"
    base = inline(f"spec:\n  items:\n{item}  {IGNORE}\n")
    judgement = judge(inline(f"spec:\n  items:\n{item}  {IGNORE}\n{item}\n"), base)
    assert found(judgement) == [("sample", 7)]
    assert judgement.outcome is Outcome.FAIL


def test_inline_waivers_are_remembered_by_content() -> None:
    files = inline(f"spec:\n  image: bad  {IGNORE}\n") | {"b.yaml": HEAD}
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    from gitops_guard.manifests import load

    read = {path: load(path, data) for path, data in tree.files.items()}
    cache = DictCache()
    first = load_waivers(tree, read, Config(), cache)
    assert cache.hits == 0
    second = load_waivers(tree, read, Config(), cache)
    assert cache.hits == 1, "b.yaml holds no mark, and is not asked for"
    assert second == first
    assert [item.lines for item in first] == [(5, 5)]


@given(st.text(st.sampled_from("abc[*]./0")), st.text(st.sampled_from("abc[0]./")))
def test_targets_never_raise(stated: str, field: str) -> None:
    Target(field=stated, path=stated, name=stated).covers("e", "k", "n", field, field, field)


@given(st.binary(max_size=60))
def test_a_waivers_file_of_junk_is_a_result(data: bytes) -> None:
    waivers = load_waivers(MemoryTree({".gitops-guard-waivers.yaml": data}), {}, Config())
    assert all(item.trouble or item.expires for item in waivers)


@given(st.text(st.sampled_from("#: \n-abgitops-guard:ignore[sample]{}"), max_size=80))
def test_comments_of_junk_are_a_result(text: str) -> None:
    from gitops_guard.manifests import load

    data = ("a: 1 # gitops-guard: " + text).encode()
    load_waivers(MemoryTree({"a.yaml": data}), {"a.yaml": load("a.yaml", data)}, Config())


def test_expiry_is_the_last_day() -> None:
    from gitops_guard.policy.covering import Waivers

    tree = MemoryTree({".gitops-guard-waivers.yaml": ENTRY.replace("{TARGET}", "{name: x}").encode()})
    waivers = load_waivers(tree, {}, Config())
    assert waivers[0].expires == date(2999, 12, 31)
    assert not Waivers(waivers, RULES, date(2999, 12, 31)).expired
    assert Waivers(waivers, RULES, date(3000, 1, 1)).expired

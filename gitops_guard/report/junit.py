"""JUnit XML, as CI systems read it: what blocks is a failure, what was waived or not judged is skipped.

Each environment is a test case too, so that a run without findings shows what was judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO
from xml.etree import ElementTree as Xml

from gitops_guard.model.finding import Finding
from gitops_guard.model.verdict import Judgement, Outcome
from gitops_guard.report.escape import log_lines, visible
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.summary import coverage_line, describe, group_unjudged, listed, plural, verdict_line


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:
    """One XML document, in ASCII."""
    root = Xml.Element("testsuites", name="gitops-guard")
    suites = {
        "environments": _environments(judgement),
        "findings": (_finding(found, options) for found in judgement.findings),
        "waived": _waived(judgement, options),
        "not judged": _not_judged(judgement),
    }
    for name, cases in suites.items():
        _add_suite(root, name, list(cases))
    for counter in ("tests", "failures", "errors", "skipped"):
        root.set(counter, str(sum(int(suite.get(counter, "0")) for suite in root)))
    Xml.indent(root)
    stream.write(Xml.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii") + "\n")


def _add_suite(root: Xml.Element, name: str, cases: list[Xml.Element]) -> None:
    suite = Xml.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counter, str(sum(case.find(tag) is not None for case in cases)))
    suite.extend(cases)


def _case(classname: str, name: str, outcome: str = "", message: str = "", text: str = "") -> Xml.Element:
    """A test case with at most one outcome: `failure`, `error`, `skipped`, `system-out`."""
    case = Xml.Element("testcase", classname=visible(classname), name=visible(name))
    if outcome:
        child = Xml.SubElement(case, outcome)
        child.text = "\n".join(log_lines(text))  # the report itself may be printed into the log of a CI job
        if outcome != "system-out":
            child.set("message", visible(message))
    return case


def _environments(judgement: Judgement) -> Iterator[Xml.Element]:
    for found in judgement.coverage.environments:
        told = f"{plural(found.objects, 'object')}, {found.judged} judged, tier {found.tier} ({found.tier_reason})"
        yield _case("environment", found.name, "system-out", text=told)
    outcome = {Outcome.PASS: "system-out", Outcome.NOT_JUDGED: "error"}.get(judgement.outcome, "failure")
    yield _case("gitops-guard", "verdict", outcome, verdict_line(judgement), coverage_line(judgement))


def _blocks(finding: Finding, options: ReportOptions) -> bool:
    return finding.severity.rank <= options.fail_on.rank


def _finding(finding: Finding, options: ReportOptions) -> Xml.Element:
    parts = (
        f"{finding.severity.value}: {finding.message}",
        f"at {finding.location}",
        f"in {listed(finding.environments)}" if finding.environments else "",
        f"fix: {finding.fix}" if finding.fix else "",
        finding.help_url,
    )
    name = " ".join(part for part in (finding.rule, str(finding.resource or ""), finding.field) if part)
    text = "\n".join(part for part in parts if part)
    case = _case(
        finding.location.path, name, "failure" if _blocks(finding, options) else "system-out", finding.message, text
    )
    case.set("file", visible(finding.location.path))
    case.set("line", str(finding.location.line))
    return case


def _waived(judgement: Judgement, options: ReportOptions) -> Iterator[Xml.Element]:
    for waived in judgement.waived:
        finding = waived.finding
        name = f"{finding.rule} {finding.resource or ''}".rstrip()
        until = f", until {waived.expires}" if waived.expires else ""
        told = f"waived at {waived.where}: {waived.reason}{until}"
        # A waiver that the change brings is not yet in force: the run needs approval, and CI must show why.
        outcome = "failure" if waived.new_waiver and _blocks(finding, options) else "skipped"
        yield _case(finding.location.path, name, outcome, told, finding.message)


def _not_judged(judgement: Judgement) -> Iterator[Xml.Element]:
    for group in group_unjudged(judgement.not_judged):
        text = "\n".join(describe(item) for item in group.items)
        yield _case("not judged", group.reason, "skipped", f"{group.count} x {group.reason}", text)

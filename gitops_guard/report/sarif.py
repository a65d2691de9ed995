"""SARIF 2.1.0 (OASIS), for code scanning: documented rules, fingerprints, regions, suppressions, the baseline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, TextIO
from urllib.parse import quote

from gitops_guard import __version__
from gitops_guard.model.finding import Finding, RelatedLocation, Severity
from gitops_guard.model.location import Location
from gitops_guard.model.rule import Profile, Rule
from gitops_guard.model.verdict import Judgement, Outcome, Waived
from gitops_guard.report.escape import markdown_fence
from gitops_guard.report.json import Json, valid
from gitops_guard.report.options import ReportOptions
from gitops_guard.report.summary import coverage_line, group_unjudged, listed, verdict_line

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The base of all paths, by the name that GitHub and others know."""
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "gitopsGuard/v1"


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:
    """One SARIF log with one run, in ASCII."""
    json.dump(valid(_log(judgement, options)), stream, indent=2, ensure_ascii=True)
    stream.write("\n")


def _log(judgement: Judgement, options: ReportOptions) -> Json:
    waived = [item.finding for item in judgement.waived]
    found = sorted({finding.rule for finding in (*judgement.findings, *judgement.existing, *waived)} | {*options.rules})
    index = {name: number for number, name in enumerate(found)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "gitops-guard",
                "semanticVersion": __version__,
                "rules": [_rule(name, options.rules.get(name)) for name in found],
            }
        },
        "automationDetails": {"id": "gitops-guard/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository that was judged."}}},
        "invocations": [_invocation(judgement)],
        "results": [*_results(judgement, index)],
        "properties": {"head": judgement.head, "base": judgement.base, "coverage": coverage_line(judgement)},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str, rule: Rule | None) -> Json:
    if rule is None:
        return {"id": name, "shortDescription": {"text": name}}
    described: Json = {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what.strip() or rule.title},
        "help": {"text": _help_text(rule), "markdown": _help_markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.default], "enabled": rule.profile is Profile.RECOMMENDED},
        "properties": {"tags": [rule.pack, rule.profile.value]},
    }
    if rule.links:
        described["helpUri"] = rule.links[0]
    return described


def _help_text(rule: Rule) -> str:
    parts = (rule.what, rule.why, f"Bad:\n{rule.bad}", f"Good:\n{rule.good}", rule.how, "\n".join(rule.links))
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _help_markdown(rule: Rule) -> str:
    """The rule's own words: they come from the rule file, which is trusted as code is."""
    parts = [rule.what.strip(), f"**Why:** {rule.why.strip()}"]
    for title, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example.strip():
            parts.append(f"**{title}:**\n\n{markdown_fence(example.rstrip().splitlines(), 'yaml')}")
    parts.append(f"**Fix:** {rule.how.strip()}")
    parts.extend(f"- <{link}>" for link in rule.links)
    return "\n\n".join(parts)


def _invocation(judgement: Judgement) -> Json:
    """Whether it ran, and what it could not say: never a silent pass."""
    notes = [
        *(
            (
                "warning" if group.new else "note",
                f"Not judged, {group.count} x ({listed(group.environments)}): {group.reason}",
            )
            for group in group_unjudged(judgement.not_judged)
        ),
        *(("note", f"Not decided: {item.what}. {item.advice}") for item in judgement.undecided),
        *(("note", note) for note in judgement.notes),
    ]
    if judgement.outcome is Outcome.NOT_JUDGED:
        notes.insert(0, ("error", verdict_line(judgement)))
    return {
        "executionSuccessful": judgement.outcome is not Outcome.NOT_JUDGED,
        "exitCode": judgement.outcome.exit_code,
        "exitCodeDescription": verdict_line(judgement),
        "toolExecutionNotifications": [{"level": level, "message": _message(text)} for level, text in notes],
    }


def _results(judgement: Judgement, index: dict[str, int]) -> Iterator[Json]:
    """`baselineState` only where there is a base: without one nothing is known to be new."""
    new = {"baselineState": "new"} if judgement.base else {}
    for finding in judgement.findings:
        yield {**_result(finding, index), **new}
    for finding in judgement.existing:
        yield {**_result(finding, index), "baselineState": "unchanged"}
    for waived in judgement.waived:
        yield {**_result(waived.finding, index), "suppressions": [_suppression(waived)]}


def _result(finding: Finding, index: dict[str, int]) -> Json:
    location: Json = {"physicalLocation": _physical(finding.location)}
    if finding.resource is not None:
        name = ".".join(part for part in (str(finding.resource), finding.field) if part)
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    where = f" (in {listed(finding.environments, 12)})" if finding.environments else ""
    fix = f"\nFix: {finding.fix}" if finding.fix else ""
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": _message(f"{finding.message}{where}{fix}"),
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {
            "environments": list(dict.fromkeys(finding.environments)),
            "chain": list(finding.chain),
            "approximate": finding.location.approximate,
        },
    }
    if finding.related:
        result["relatedLocations"] = [*_related(finding.related)]
    return result


def _related(items: Iterable[RelatedLocation]) -> Iterator[Json]:
    for number, item in enumerate(items, 1):
        yield {"id": number, "physicalLocation": _physical(item.location), "message": _message(item.message)}


def _physical(location: Location) -> Json:
    span = location.span
    region: Json = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    # A path's bytes, whatever their encoding, are valid in a URI once they are percent-encoded.
    uri = quote(location.path.encode("utf-8", "surrogateescape"))
    physical: Json = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}
    if (excerpt := location.excerpt) and excerpt.lines:
        physical["contextRegion"] = {
            "startLine": excerpt.first_line,
            "endLine": excerpt.first_line + len(excerpt.lines) - 1,
            "snippet": {"text": "\n".join(excerpt.lines) + "\n"},
        }
    return physical


def _suppression(waived: Waived) -> Json:
    """In source where the waiver is a comment in the file of the finding; external where a waivers file holds it."""
    path = waived.where.rpartition(":")[0]
    owner = f" ({waived.owner})" if waived.owner else ""
    until = f", until {waived.expires}" if waived.expires else ""
    return {
        "kind": "inSource" if path == waived.finding.location.path else "external",
        "status": "underReview" if waived.new_waiver else "accepted",
        "justification": f"{waived.reason}{owner}{until}, at {waived.where}",
    }


def _message(text: str) -> Json:
    """Plain text without meaning to SARIF: no embedded links (3.11.6), no placeholders (3.11.5)."""
    text = re.sub(r"\](?=\()", "] ", text)
    return {"text": re.sub(r"\{(\d+)\}", r"{{\1}}", text)}

"""Everything, for programs, as `schema.json` beside this module says; `VERSION` grows when a reader would break."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, TextIO

from gitops_guard import __version__
from gitops_guard.model.environment import Environment, Undecided
from gitops_guard.model.finding import Finding, Severity, Unjudged
from gitops_guard.model.location import Location
from gitops_guard.model.resource import ResourceId
from gitops_guard.model.verdict import Coverage, Judgement, Waived
from gitops_guard.report.escape import without_surrogates
from gitops_guard.report.options import ReportOptions

VERSION: Final = 1
Json = dict[str, object]


def write(judgement: Judgement, stream: TextIO, options: ReportOptions) -> None:  # noqa: ARG001 the same for all options
    """One JSON object, in ASCII: no terminal and no encoding can be hurt by it."""
    json.dump(valid(document(judgement)), stream, indent=2, ensure_ascii=True)
    stream.write("\n")


def document(judgement: Judgement) -> Json:
    """The report as plain data."""
    return {
        "version": VERSION,
        "tool": {"name": "gitops-guard", "version": __version__},
        "outcome": judgement.outcome.value,
        "exitCode": judgement.outcome.exit_code,
        "reasons": list(judgement.reasons),
        "head": judgement.head,
        "base": judgement.base,
        "summary": {
            "errors": judgement.count(Severity.ERROR),
            "warnings": judgement.count(Severity.WARNING),
            "infos": judgement.count(Severity.INFO),
            "existing": len(judgement.existing),
            "waived": len(judgement.waived),
            "notJudged": len(judgement.not_judged),
        },
        "coverage": _coverage(judgement.coverage),
        "environments": [_environment(environment) for environment in judgement.environments],
        "findings": [_finding(finding) for finding in judgement.findings],
        "existing": [_finding(finding) for finding in judgement.existing],
        "waived": [_waived(waived) for waived in judgement.waived],
        "notJudged": [_unjudged(item) for item in judgement.not_judged],
        "undecided": [_undecided(item) for item in judgement.undecided],
        "notes": list(judgement.notes),
    }


def valid(value: object) -> object:
    """The same data without half surrogates in its strings (file names that are not UTF-8), which are no valid JSON."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, Mapping):
        return {without_surrogates(str(key)): valid(child) for key, child in value.items()}
    if isinstance(value, Iterable):
        return [valid(child) for child in value]
    return value


def _coverage(coverage: Coverage) -> Json:
    return {
        "files": coverage.files,
        "rules": coverage.rules,
        "objects": coverage.objects,
        "judged": coverage.judged,
        "environments": [
            {
                "name": found.name,
                "tier": found.tier,
                "tierReason": found.tier_reason,
                "objects": found.objects,
                "judged": found.judged,
                "notRendered": dict(found.not_rendered),
                "failedBuilds": found.failed_builds,
            }
            for found in coverage.environments
        ],
    }


def _environment(environment: Environment) -> Json:
    return {
        "name": environment.name,
        "tier": environment.tier.value,
        "unknown": environment.unknown.value,
        "clusterVersion": environment.cluster_version,
        "entryPoints": [
            {"kind": entry.kind.value, "path": entry.path, "reason": entry.reason} for entry in environment.entry_points
        ],
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "location": _location(finding.location),
        "resource": _resource(finding.resource),
        "field": finding.field,
        "environments": list(finding.environments),
        "chain": list(finding.chain),
        "fix": finding.fix,
        "helpUrl": finding.help_url,
        "related": [{"message": item.message, "location": _location(item.location)} for item in finding.related],
    }


def _waived(waived: Waived) -> Json:
    return {
        "finding": _finding(waived.finding),
        "reason": waived.reason,
        "owner": waived.owner,
        "expires": waived.expires,
        "where": waived.where,
        "new": waived.new_waiver,
    }


def _unjudged(item: Unjudged) -> Json:
    return {
        "reason": item.reason,
        "environment": item.environment,
        "rule": item.rule,
        "resource": _resource(item.resource),
        "field": item.field,
        "location": _location(item.location),
        "new": item.new,
    }


def _undecided(item: Undecided) -> Json:
    return {"what": item.what, "advice": item.advice, "location": _location(item.location)}


def _resource(resource: ResourceId | None) -> Json | None:
    if resource is None:
        return None
    return {
        "group": resource.group,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }


def _location(location: Location | None) -> Json | None:
    if location is None:
        return None
    excerpt = location.excerpt
    return {
        "path": location.path,
        "line": location.span.line,
        "column": location.span.column,
        "endLine": location.span.end_line,
        "endColumn": location.span.end_column,
        "approximate": location.approximate,
        "excerpt": {"firstLine": excerpt.first_line, "lines": list(excerpt.lines)} if excerpt else None,
    }

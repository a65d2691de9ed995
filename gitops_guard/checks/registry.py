"""Every check by the name that rule files call it by. One line each, in order; nothing is found by magic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gitops_guard.checks import (
    argo_revision_pinned,
    automation_scope,
    build_failures,
    canary_conflicts_autoscaler,
    canary_target_exists,
    chart_dependency_pinned,
    chart_ref_pinned,
    chart_source_pinned,
    chart_version_pinned,
    depends_on_cycle,
    depends_on_exists,
    deprecated_flux_api,
    flux_distribution_pinned,
    image_automation_in_production,
    image_tag_pinned,
    inline_chart_pinned,
    misspelt_reference,
    prune_disabled,
    remote_base_pinned,
    removed_flux_api,
    reported_problems,
    source_exists,
    suspended_in_production,
    swallowed_variable,
    undefined_variable,
    unreachable_manifest,
    values_from_exists,
    verification_weakened,
)
from gitops_guard.model.rule import Check

CHECKS: Final[Mapping[str, Check]] = {
    "argo-revision-pinned": argo_revision_pinned.check,
    "automation-scope": automation_scope.check,
    "build-failures": build_failures.check,
    "canary-conflicts-autoscaler": canary_conflicts_autoscaler.check,
    "canary-target-exists": canary_target_exists.check,
    "chart-dependency-pinned": chart_dependency_pinned.check,
    "chart-ref-pinned": chart_ref_pinned.check,
    "chart-source-pinned": chart_source_pinned.check,
    "chart-version-pinned": chart_version_pinned.check,
    "depends-on-cycle": depends_on_cycle.check,
    "depends-on-exists": depends_on_exists.check,
    "deprecated-flux-api": deprecated_flux_api.check,
    "flux-distribution-pinned": flux_distribution_pinned.check,
    "image-automation-in-production": image_automation_in_production.check,
    "image-tag-pinned": image_tag_pinned.check,
    "inline-chart-pinned": inline_chart_pinned.check,
    "misspelt-reference": misspelt_reference.check,
    "prune-disabled": prune_disabled.check,
    "remote-base-pinned": remote_base_pinned.check,
    "removed-flux-api": removed_flux_api.check,
    "reported-problems": reported_problems.check,
    "source-exists": source_exists.check,
    "suspended-in-production": suspended_in_production.check,
    "swallowed-variable": swallowed_variable.check,
    "undefined-variable": undefined_variable.check,
    "unreachable-manifest": unreachable_manifest.check,
    "values-from-exists": values_from_exists.check,
    "verification-weakened": verification_weakened.check,
}

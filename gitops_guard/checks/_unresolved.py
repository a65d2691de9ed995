"""Values that are not yet what runs."""

from __future__ import annotations

from gitops_guard.model.rule import Context
from gitops_guard.model.unknown import Unknown


def unresolved(value: object, context: Context) -> str:
    """Why a pin cannot be judged by this value, empty where it can. None stands for an absent one.

    A pin is judged on what rendering made of it. Where nothing was rendered, a variable is not filled in, and what is
    absent may come from a patch.
    """
    if isinstance(value, Unknown):
        return value.reason
    absent = value is None or value == ""
    if not absent and not (isinstance(value, str) and "${" in value):
        return ""
    if context.fleet.rendered:
        return ""
    if absent:
        return "nothing was rendered: a patch may set this"
    return "nothing was rendered: the variable is not filled in"

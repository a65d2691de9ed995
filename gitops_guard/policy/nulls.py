"""Objects as admission sees them: the API server takes a field that is null for one that is absent."""

from __future__ import annotations


def without_nulls(value: object) -> object:
    """The same data with fields that are null left out; items of lists keep their places. Itself where there are none.

    Source: k8s.io/apimachinery decodes a null into a pointer, list or map that is nil, and nil is not written again;
    of custom resources it prunes nulls before it fills in defaults.
    """
    if type(value) is dict:
        changed: dict[str, object] = {}
        for key, child in value.items():
            if child is None:
                changed[key] = None
            elif type(child) is dict or type(child) is list:
                own = without_nulls(child)
                if own is not child:
                    changed[key] = own
        if not changed:
            return value
        return {key: changed.get(key, child) for key, child in value.items() if child is not None}
    if type(value) is list:
        items = [without_nulls(item) if type(item) is dict or type(item) is list else item for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value

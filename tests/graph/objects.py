"""Objects for tests, written as YAML."""

from __future__ import annotations

import textwrap

import yaml
from hypothesis import strategies as st

from gitops_guard.model.unknown import Unknown


def obj(text: str) -> dict[str, object]:
    """One object. `!unknown NAME` stands for an `Unknown` of that variable."""
    loaded = yaml.load(textwrap.dedent(text), _Loader)
    assert isinstance(loaded, dict)
    return loaded


class _Loader(yaml.SafeLoader):
    pass


def unknown(name: str) -> Unknown:
    return Unknown(f"${{{name}}}", (name,), "only the cluster knows it")


_Loader.add_constructor("!unknown", lambda loader, node: unknown(str(node.value)))

_KEYS = (
    *(
        "spec",
        "metadata",
        "name",
        "namespace",
        "kind",
        "template",
        "containers",
        "env",
        "envFrom",
        "valueFrom",
        "volumes",
    ),
    *(
        "configMapRef",
        "secretRef",
        "sourceRef",
        "chart",
        "version",
        "rules",
        "backend",
        "service",
        "tls",
        "sync",
        "path",
    ),
    *("artifacts", "copy", "from", "sources", "source", "targetRef", "values", "labels", "annotations", "generate"),
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just(unknown("X")),
    st.sampled_from(_KEYS),
)
junk = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)),
    max_leaves=25,
)

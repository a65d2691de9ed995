"""Identity across commits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gitops_guard.model.resource import ResourceId
from gitops_guard.policy.identity import fingerprint, identify, stable_field, stable_resource

from .helpers import make_object


def test_list_items_go_by_their_names() -> None:
    value = {"c": [{"name": "a"}, {"name": "b", "ports": [{"containerPort": 80}]}], "args": ["-x"], "n": [[1], {}]}
    assert stable_field(value, ("c", 1, "ports", 0, "protocol")) == "c[name=b].ports[containerPort=80].protocol"
    assert stable_field(value, ("args", 0)) == "args[=-x]"
    assert stable_field(value, ("n", 0, 0)) == "n[0][0]"
    assert stable_field(value, ("c", 7, "gone", 1)) == "c[7].gone[1]"


def test_generated_names_lose_their_hash() -> None:
    def name(kind: str, name: str) -> str:
        return stable_resource(ResourceId("", kind, "", name)).name

    assert name("ConfigMap", "app-config-7gb4m7ggt2") == "app-config"
    assert name("Secret", "app-5h2k8d9f6b") == "app"
    assert name("ConfigMap", "app-config-production") == "app-config-production"
    assert name("Deployment", "app-7gb4m7ggt2") == "app-7gb4m7ggt2"


def test_identity_survives_a_new_hash_and_another_order() -> None:
    def one(name: str, *containers: str) -> object:
        value = {"kind": "ConfigMap", "metadata": {"name": name}, "c": [{"name": item} for item in containers]}
        item = make_object(value)
        return identify("r", item, ("c", containers.index("b")), f"missing {name}").field

    assert one("x-7gb4m7ggt2", "a", "b") == one("x-d9f6b5h2k8", "b", "a")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.lists(st.text() | st.integers(0, 5)),
)
def test_every_path_has_a_name(value: object, path: list[str | int]) -> None:
    assert isinstance(stable_field(value, tuple(path)), str)


@given(st.lists(st.text(st.characters(exclude_categories=()))), st.lists(st.text()))
def test_fingerprints_differ_where_parts_do(left: list[str], right: list[str]) -> None:
    assert (fingerprint(*left) == fingerprint(*right)) == (left == right)

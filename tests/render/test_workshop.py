"""Which results of builds are kept over runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gitops_guard.model.config import Config
from gitops_guard.model.environment import EntryPoint, EntryPointKind, Environment, Fleet, Tier
from gitops_guard.render import BuildRequest, BuildResult, render_fleet
from tests.render.support import MemoryCache, engine, parsed, tree_of

FLEET = Fleet((Environment("app", Tier.UNKNOWN, (EntryPoint(EntryPointKind.DIRECTORY, "app"),)),))


class Refusing:
    """Refuses every build, for good or for now."""

    identity = "refusing"

    def __init__(self, *, final: bool) -> None:
        self.asked = 0
        self._final = final

    def build(self, requests: Sequence[BuildRequest]) -> Sequence[BuildResult]:
        self.asked += len(requests)
        return [BuildResult(error="no: \udcff", final=self._final) for _ in requests]


@pytest.mark.parametrize(("final", "asked"), [(True, 1), (False, 2)])
def test_what_the_engine_refuses_for_good_is_not_built_again(final: bool, asked: int) -> None:
    tree = tree_of({"app/kustomization.yaml": "resources: [c.yaml]\n", "app/c.yaml": "a: 1\n"})
    builder, cache = Refusing(final=final), MemoryCache()
    runs = [render_fleet(tree, parsed(tree), FLEET, Config(), builder, cache) for _ in range(2)]
    assert [[failure.message for failure in run.environments[0].failures] for run in runs] == [["no: \udcff"]] * 2
    assert builder.asked == asked


def test_kustomize_refuses_content_for_good_and_a_limit_does_not() -> None:
    request = BuildRequest("app", {"app/kustomization.yaml": b"resources: [c.yaml]\n", "app/c.yaml": b"a: 1\n"})
    (refused,) = engine().build([request])
    assert refused.error
    assert refused.final
    (stopped,) = replace(engine(), seconds=0.0).build([request])
    assert stopped.error
    assert not stopped.final

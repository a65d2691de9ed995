"""What the tests of rules need of the rooms that `policy` may not import (see `policy.rule_tests.Pipeline`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gitops_guard.commands.pipeline import read_state
from gitops_guard.config import load_config
from gitops_guard.model.cache import Cache, NoCache
from gitops_guard.model.config import CONFIG_PATH, Config
from gitops_guard.model.facts import FleetFacts
from gitops_guard.model.tree import Tree


class RulePipeline:
    """The real reader of configuration and the real renderer."""

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache or NoCache()

    def config(self, stated: Mapping[str, object]) -> Config:
        """Raises `ValueError` where the configuration is wrong."""
        # JSON is YAML. A version that the case does not state is the present one.
        config, problems = load_config(CONFIG_PATH, json.dumps({"version": 1, **stated}).encode())
        if problems:
            raise ValueError(f"config: {problems[0].message}")
        return config

    def facts(self, tree: Tree, config: Config) -> FleetFacts:
        """Discovered and rendered as in a repository without remotes."""
        return read_state(tree, config, (), self._cache).facts

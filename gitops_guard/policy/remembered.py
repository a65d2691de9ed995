"""Answers of expressions that look at the object alone, kept over runs: a function of the rules and the object."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Final

from gitops_guard import __version__
from gitops_guard.model.cache import Cache
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.policy.expressions import Expressions

Answer = Hit | NotJudged
Shared = MutableMapping[tuple[object, ...], Sequence[Answer]]
"""Answers by rule, digest of the object and surroundings (none for these rules)."""

_SPACE: Final = "object-answers"
_FORMAT: Final = 1


class Remembered:
    """One key for each object and the set of rules that apply to it, so that one bulk read serves a whole fleet."""

    def __init__(self, cache: Cache, shared: Shared) -> None:
        self._cache = cache
        self._shared = shared
        self._missing: dict[str, tuple[Sequence[Expressions], str]] = {}

    def recall(self, wanted: Iterable[tuple[str, Sequence[Expressions], str]]) -> None:
        """Fills in what is stored of (digest of the rules, the rules, digest of the object)."""
        keys = {f"{rules_digest}:{digest}": (rules, digest) for rules_digest, rules, digest in wanted}
        stored = self._cache.get(_SPACE, keys)
        for key, (rules, digest) in keys.items():
            if key in stored:
                found: Mapping[str, list[tuple[str, list[str | int], str, str]]] = json.loads(stored[key] or b"{}")
                for expressions in rules:
                    name = expressions.rule.name
                    answers = [_hit(*fields) for fields in found.get(name, ())]
                    self._shared.setdefault((name, digest), answers)
            else:
                self._missing[key] = (rules, digest)

    def keep(self) -> None:
        """Stores what was not there. What could not be judged is not stored: its reason may lie elsewhere."""
        items = {}
        for key, (rules, digest) in self._missing.items():
            answers = {item.rule.name: self._shared.get((item.rule.name, digest)) for item in rules}
            if all(found is not None and all(isinstance(one, Hit) for one in found) for found in answers.values()):
                told = {name: [_fields(one) for one in found] for name, found in answers.items() if found}
                items[key] = json.dumps(told).encode() if told else b""
        self._missing = {}
        self._cache.put(_SPACE, items)


def rules_digest(rules: Iterable[tuple[Expressions, Mapping[str, object]]]) -> str:
    """A digest of all that the answers of these rules, with their parameters, depend on beside the object."""
    parts: list[object] = [_FORMAT, __version__]
    for expressions, params in rules:
        rule = expressions.rule
        variables = [(item.name, item.expression) for item in rule.variables]
        validations = [(item.expression, item.message, item.message_expression) for item in rule.validations]
        parts.append((rule.name, variables, validations, rule.error_fails, params))
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def _fields(answer: Answer) -> tuple[str, Sequence[str | int], str, str]:
    assert isinstance(answer, Hit), "only hits are stored"
    return answer.message, answer.path, answer.at, answer.cause


def _hit(message: str, path: Sequence[str | int], at: str, cause: str) -> Hit:
    return Hit(message, path=tuple(path), at="key" if at == "key" else "value", cause=cause)

"""What the rules on an object say without looking at anything else: shared within a run, and kept over runs.

It is a function of the object, the rules with their parameters, and our code. What could not be judged is not kept: the
reason may lie elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gitops_guard import __version__
from gitops_guard.model.cache import Cache
from gitops_guard.model.finding import Hit, NotJudged
from gitops_guard.model.rendered import RenderedObject
from gitops_guard.model.rule import Rule

Answer = Hit | NotJudged

_SPACE: Final = "object-answers"
_FORMAT: Final = 2


@dataclass(slots=True, eq=False)
class Said:
    """What the rules on an object said of it, by rule; a rule that is missing must be asked."""

    answers: dict[str, Sequence[Hit]]
    silent: bool = False
    """All of them said that nothing is wrong: the case of nearly every object, told at one glance."""


class Remembered:
    """One key for each object and the set of rules that apply to it, so that one bulk read serves a whole fleet."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._said: dict[str, Said] = {}
        self._fresh: dict[str, Said] = {}

    def recall(self, keys: Iterable[str]) -> None:
        """Reads what is stored of objects that are going to be judged."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._said]
        for key, stored in self._cache.get(_SPACE, wanted).items():
            self._said[key] = _from_stored(stored)

    def of(self, key: str) -> Said:
        """What was said of the object with this key; what is added to it is kept."""
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self._fresh[key] = Said({})
        return found

    def keep(self) -> None:
        """Stores what was not there."""
        self._cache.put(_SPACE, {key: _to_stored(said) for key, said in self._fresh.items()})
        self._fresh = {}


def key_of(rules_digest: str, item: RenderedObject) -> str:
    """The object, for the rules that apply to it. Its namespace may not be the one that it states."""
    return f"{rules_digest}:{item.digest}:{item.id.namespace}"


def is_kept(answers: Iterable[Answer], item: RenderedObject) -> bool:
    """Whether these answers can be told again of an equal object."""
    return all(
        isinstance(answer, Hit)
        and (answer.subject is None or answer.subject is item)
        and not (answer.related or answer.file or answer.environments)
        for answer in answers
    )


def rules_digest(rules: Iterable[tuple[Rule, Mapping[str, object]]]) -> str:
    """A digest of all that the answers of these rules, with their parameters, depend on beside the object.

    Checks are code, of which only the version counts here: the store itself keeps results of other code apart.
    """
    parts: list[object] = [_FORMAT, __version__]
    for rule, params in rules:
        variables = [(item.name, item.expression) for item in rule.variables]
        validations = [(item.expression, item.message, item.message_expression) for item in rule.validations]
        parts.append((rule.name, rule.check, variables, validations, rule.error_fails, params))
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def _to_stored(said: Said) -> bytes:
    if said.silent:
        return b""
    told = {rule: [_fields(answer) for answer in answers] for rule, answers in said.answers.items()}
    return json.dumps(told).encode()


def _from_stored(stored: bytes) -> Said:
    if not stored:
        return _SILENT
    found: dict[str, list[list[Any]]] = json.loads(stored)
    return Said({rule: tuple(_hit(*fields) for fields in answers) for rule, answers in found.items()})


_SILENT: Final = Said({}, silent=True)


def _fields(hit: Hit) -> tuple[object, ...]:
    return hit.message, hit.path, hit.at, hit.fix, hit.cause


def _hit(message: str, path: Sequence[str | int], at: str, fix: str | None, cause: str) -> Hit:
    return Hit(message, path=tuple(path), at="key" if at == "key" else "value", fix=fix, cause=cause)

"""Which existing name a name that does not exist was probably meant to be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

# Two words of a name are compared in time that grows with the product of their lengths: long ones are not names that a
# person mistypes, and after many comparisons hints are left out rather than time spent on a hostile repository.
_LONGEST: Final = 64
_COMPARISONS: Final = 5_000
_SIMILAR: Final = 0.8
_SHORTEST: Final = 4

Key = tuple[str | None, ...]


class Spelling:
    """The names that exist. A lookup looks only at names that have all words but one in common."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_key: defaultdict[Key, list[str]] = defaultdict(list)
        self._left = _COMPARISONS
        for name in sorted(names):
            for key in _keys(name):
                self._by_key[key].append(name)

    def nearest(self, stated: str) -> str:
        """The existing name that `stated` misspells, or an empty string."""
        for key in _keys(stated):
            for existing in self._by_key.get(key, ()):
                if self._left <= 0:
                    return ""
                self._left -= 1
                if is_misspelling(stated, existing):
                    return existing
        return ""


def is_misspelling(stated: str, existing: str) -> bool:
    """Whether `stated` is probably `existing` with a slip of the finger, and no sibling like `db-1` of `db-2`.

    One word of the two names differs, is longer than three letters in both, and not in its digits alone; or the two
    differ in nothing but where the words are divided.
    """
    if stated == existing:
        return False
    ours, theirs = _words(stated), _words(existing)
    if "".join(ours) == "".join(theirs):
        return True
    differing = [(one, other) for one, other in zip(ours, theirs, strict=False) if one != other]
    if len(ours) != len(theirs) or len(differing) != 1:
        return False
    one, other = differing[0]
    return (
        min(len(one), len(other)) >= _SHORTEST
        and max(len(one), len(other)) <= _LONGEST
        and _letters(one) != _letters(other)
        and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SIMILAR
    )


def _keys(name: str) -> Iterator[Key]:
    """What a name shares with its misspellings: its letters without dividers, and its words with one left out."""
    words = _words(name)
    yield ("".join(words),)
    for index in range(min(len(words), _LONGEST)):
        yield (*words[:index], None, *words[index + 1 :])


def _words(name: str) -> Sequence[str]:
    return re.split(r"[-._]", name)


def _letters(word: str) -> str:
    return re.sub(r"[0-9]", "", word)

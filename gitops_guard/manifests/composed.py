"""The node trees of the contents that were looked at last, so that positions, comments and excerpts share them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from gitops_guard.manifests.compose import Document, Trouble, compose
from gitops_guard.manifests.text import decode

# Nodes take about 15 times the bytes of their text, so this bounds them to about 100 MB.
_MAX_KEPT_BYTES: Final = 6 * 1024 * 1024

_kept: OrderedDict[bytes, Composed] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A content as text and nodes. `text` is empty where the bytes are no text."""

    text: str
    documents: list[Document]
    troubles: list[Trouble]


def composed(data: bytes) -> Composed:
    """The nodes of a content; memoised. Never raises on content."""
    with _lock:
        found = _kept.get(data)
        if found is not None:
            _kept.move_to_end(data)
            return found
    text = decode(data)
    found = Composed("", [], [text]) if isinstance(text, Trouble) else Composed(text, *compose(text))
    with _lock:
        _kept[data] = found
        total = sum(map(len, _kept))
        while total > _MAX_KEPT_BYTES and len(_kept) > 1:
            total -= len(_kept.popitem(last=False)[0])
    return found

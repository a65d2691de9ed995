"""A store of results that are functions of content. It may vanish at any time; nothing may depend on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol


class Cache(Protocol):
    """Bytes (JSON, never pickle) by space and key. A key holds digests of everything that the result depends on."""

    def get(self, space: str, keys: Iterable[str], /) -> dict[str, bytes]:
        """Those of `keys` that are stored."""
        ...

    def put(self, space: str, items: Mapping[str, bytes], /) -> None:
        """Stores all; an error of the store is swallowed, since a cache is never needed."""
        ...


class NoCache:
    """Stores nothing."""

    def get(self, _space: str, _keys: Iterable[str], /) -> dict[str, bytes]:
        """Nothing."""
        return {}

    def put(self, _space: str, _items: Mapping[str, bytes], /) -> None:
        """Forgets them at once."""

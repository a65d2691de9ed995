"""Bounds on hostile input. Real manifests stay far below all of them."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
"""A larger file is not read. etcd refuses objects over 1.5 MiB; the largest bundles of CRDs have about 5 MB."""

MAX_NODES: Final = 1_000_000
"""Lines, and nodes, that one file may have; a bundle of CRDs of 5 MB has about 300,000."""

MAX_TROUBLES: Final = 100
"""Faults that are told of one document; more say nothing new."""

MAX_DEPTH: Final = 200
"""Nesting after aliases are followed. Go permits 10,000; the deepest CRDs have about 60; Python recurses 1,000 deep."""


def too_many_aliases(nodes: int, from_aliases: int) -> bool:
    """Whether go-yaml would say "document contains excessive aliasing".

    `nodes` counts what decoding visits, `from_aliases` how many of these stand behind an alias. The rule is that of
    `allowedAliasRatio` in decode.go: 99 % up to 400,000 nodes, then falling in a line to 10 % at 4,000,000.
    """
    if from_aliases <= 100 or nodes <= 1000:
        return False
    low, high = 400_000, 4_000_000
    if nodes <= low:
        allowed = 0.99
    elif nodes >= high:
        allowed = 0.10
    else:
        allowed = 0.99 - 0.89 * (nodes - low) / (high - low)
    return from_aliases / nodes > allowed

"""Things in the order of what they depend on."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from typing import Protocol, Self, TypeVar


class _Orderable(Protocol):
    def __lt__(self, other: Self, /) -> bool: ...

    def __hash__(self) -> int: ...


T = TypeVar("T", bound=_Orderable)


def dependency_order(dependencies: Mapping[T, Iterable[T]]) -> list[T]:
    """Every key after those of its dependencies that are keys; by their own order where nothing else decides.

    Members of a cycle come when nothing else is left, smallest first, so that the result always holds every key.
    """
    waiting = {
        item: {other for other in needed if other in dependencies and other != item}
        for item, needed in dependencies.items()
    }
    followers: dict[T, list[T]] = {item: [] for item in dependencies}
    for item, needed in waiting.items():
        for other in needed:
            followers[other].append(item)
    ready = [item for item, needed in waiting.items() if not needed]
    heapq.heapify(ready)
    stuck = sorted(dependencies)
    stuck.reverse()
    done: set[T] = set()
    ordered: list[T] = []
    while len(ordered) < len(waiting):
        if ready:
            item = heapq.heappop(ready)
        else:
            item = stuck.pop()
        if item in done:
            continue
        done.add(item)
        ordered.append(item)
        for follower in followers[item]:
            waiting[follower].discard(item)
            if not waiting[follower] and follower not in done:
                heapq.heappush(ready, follower)
    return ordered


def entry_nodes(successors: Mapping[T, Iterable[T]]) -> list[T]:
    """The fewest keys from which all others are reached: those that nothing leads to, and one of each cycle like that.

    Takes time linear in the graph. Where there is a choice, the key that comes first in the mapping is taken.
    """
    finished: list[T] = []
    visited: set[T] = set()
    for start in successors:
        _visit(start, successors, visited, finished)
    # What finishes last lies in a group that no other leads to (Kosaraju).
    entries: list[T] = []
    reached: set[T] = set()
    for item in reversed(finished):
        if item not in reached:
            entries.append(item)
            _visit(item, successors, reached, [])
    chosen = set(entries)
    return [item for item in successors if item in chosen]


def _visit(start: T, successors: Mapping[T, Iterable[T]], visited: set[T], finished: list[T]) -> None:
    """Depth first from `start`, without recursion; appends in the order in which nodes are done."""
    if start in visited:
        return
    visited.add(start)
    stack = [(start, iter(successors[start]))]
    while stack:
        node, following = stack[-1]
        for other in following:
            if other in successors and other not in visited:
                visited.add(other)
                stack.append((other, iter(successors[other])))
                break
        else:
            finished.append(node)
            stack.pop()

"""Reads of the same moment share one snapshot; the same is read once, and each has its own refusal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from psycopg import Connection

from domain.errors import NotFound
from service.runtime.shared_reads import SharedReads


class Snapshots:
    """Counts the snapshots that were asked for, and what was read of each."""

    def __init__(self) -> None:
        """Begin open."""
        self.seen: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def read(self, query: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - passed through as given
        """Run a query on a new snapshot, once the gate is open."""
        self.gate.wait(10)
        self.seen.append([])
        return query(None, *args)

    def square(self, _: Connection[Any] | None, number: int) -> int:
        """A query; there is no number below zero."""
        self.seen[-1].append(number)
        if number < 0:
            raise NotFound(number=number)
        return number * number


async def _asked_together(snapshots: Snapshots, *numbers: int) -> list[int | BaseException]:
    """Ask for one number, and for others before it is answered."""
    reads = SharedReads(snapshots.read)
    snapshots.gate.clear()
    first = asyncio.ensure_future(reads.read(snapshots.square, 1))
    await asyncio.sleep(0.05)
    others = [asyncio.ensure_future(reads.read(snapshots.square, number)) for number in numbers]
    await asyncio.sleep(0.05)
    snapshots.gate.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_who_asks_while_a_read_is_under_way_shares_the_next_and_the_same_is_read_once() -> None:
    snapshots = Snapshots()
    assert asyncio.run(_asked_together(snapshots, 2, 3, 2, 2)) == [1, 4, 9, 4, 4]
    # Whoever came after the first had begun is answered from a snapshot that was taken after that.
    assert snapshots.seen == [[1], [2, 3]]


def test_a_refusal_is_that_of_its_own_question() -> None:
    four, refused, nine = asyncio.run(_asked_together(Snapshots(), 2, -1, 3))[1:]
    assert (four, nine) == (4, 9)
    assert isinstance(refused, NotFound)


def test_a_read_that_breaks_is_heard_of_by_all_who_asked() -> None:
    snapshots = Snapshots()

    def broken(_: Connection[Any]) -> int:
        raise ConnectionError("away")

    async def ask() -> None:
        await SharedReads(snapshots.read).read(broken)

    with pytest.raises(ConnectionError):
        asyncio.run(ask())

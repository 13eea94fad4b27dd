"""``python -m benchmarks.load.herd``: very many open pages that follow what they show, each on a connection of its own.

The first line of the input is JSON: ``port``, ``path``, ``cookie``, ``pages``. When each page was told its first
figures, « open » is printed. The next line says what was committed since: pairs of a position and an instant.
What is printed then is how long each page waited for each of them, as ``p50``, ``p99`` and how many were ``missed``.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from bisect import bisect_left
from typing import Any, Final

_PAGES_OF_ADDRESS: Final = 1_000
"""Of one address of this machine: a large school behind one router."""
_AT_ONCE: Final = 16
"""Pages that are opened at a time."""
_OTHER_FILES: Final = 100
_POSITION: Final = re.compile(rb'"position": ?(\d+)[,}]')
_SPLIT: Final = 40
"""Bytes of what was told last that may belong to a position which is not whole yet."""
_PATIENCE: Final = 120.0
"""Seconds after the last commit in which every page must have been told of it."""


class Page(asyncio.Protocol):
    """One page: at which instants it was told of which positions. It does as little as it can beside that."""

    def __init__(self, target: dict[str, Any]) -> None:
        """Begin with nothing told."""
        self.positions: list[int] = []
        self.instants: list[float] = []
        self._opened, self._fault = asyncio.Event(), ""
        self._awaited, self._reached = sys.maxsize, asyncio.Event()
        self._target = target
        self._left = b""

    async def follow(self, number: int, places: asyncio.Semaphore) -> None:
        """Open the page, and wait for its first figures."""
        address = f"127.0.1.{number // _PAGES_OF_ADDRESS + 1}"
        async with places:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: self, "127.0.0.1", self._target["port"], local_addr=(address, 0))
            await self._opened.wait()
        if self._fault:
            raise RuntimeError(self._fault)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the page."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(
            f"GET {self._target['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
            f"Cookie: {self._target['cookie']}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Note what is told, and when."""
        at, said = time.time(), self._left + data
        if not self.positions and b"\r\n\r\n" in said and not said.startswith(b"HTTP/1.1 200"):
            self._end(said.decode("latin-1"))
            return
        told = _POSITION.findall(said)
        self._left = said[-_SPLIT:] if self.positions else said
        if told and (not self.positions or int(told[-1]) > self.positions[-1]):
            self.positions.append(int(told[-1]))
            self.instants.append(at)
            self._opened.set()
            if self.positions[-1] >= self._awaited:
                self._reached.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Hear nothing more: what it was not told counts as never told."""
        self._end(f"a page ended: {error}")

    def _end(self, fault: str) -> None:
        self._fault = fault
        self._opened.set()
        self._reached.set()

    async def reach(self, position: int) -> None:
        """Wait until the page was told of a position."""
        self._awaited = position
        if self.positions[-1] < position:
            await self._reached.wait()

    def waited(self, position: int, at: float) -> float | None:
        """Return how long after an instant the page showed a position; None where it does not yet."""
        place = bisect_left(self.positions, position)
        return None if place == len(self.positions) else max(0.0, self.instants[place] - at)


def summary(pages: list[Page], commits: list[tuple[int, float]]) -> dict[str, float]:
    """Say how long pages waited, in seconds; what none was told in time counts as the whole patience."""
    waits = [page.waited(position, at) for position, at in commits for page in pages]
    told = sorted(_PATIENCE if one is None else one for one in waits)
    return {"p50": told[len(told) // 2], "p99": told[len(told) * 99 // 100], "missed": waits.count(None)}


async def main() -> None:
    """Open the pages, listen until told what was committed, and say how long each waited."""
    lines = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    target = json.loads(await lines.readline())
    _allow_files(target["pages"] + _OTHER_FILES)
    pages, places = [Page(target) for _ in range(target["pages"])], asyncio.Semaphore(_AT_ONCE)
    await asyncio.gather(*(page.follow(number, places) for number, page in enumerate(pages)))
    _say("open")
    commits = [(int(position), float(at)) for position, at in json.loads(await lines.readline() or b"[]")]
    if commits:
        reached = [asyncio.ensure_future(page.reach(commits[-1][0])) for page in pages]
        await asyncio.wait(reached, timeout=_PATIENCE)
        _say(json.dumps(summary(pages, commits)))


def _allow_files(wanted: int) -> None:
    """Ask the system for as many open connections as there are pages."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())

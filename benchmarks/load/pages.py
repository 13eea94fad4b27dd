"""A herd of open pages, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.load.conversation import Conversation, conversation


class Herd:
    """Open pages: how long each waited is known once what was committed is told to them."""

    def __init__(self, told: Conversation) -> None:
        """Speak with the process that holds them."""
        self._told = told

    def waits(self, commits: Sequence[tuple[int, float]]) -> dict[str, float]:
        """Tell what was committed and when; return how long pages waited, in seconds. The pages are closed then."""
        return dict(json.loads(self._told.ask(json.dumps(commits))))

    def open(self, port: int, path: str, cookie: str, pages: int) -> None:
        """Open the pages, and wait until each shows its first figures."""
        self._told.ask(json.dumps({"port": port, "path": path, "cookie": cookie, "pages": pages}))


@contextmanager
def open_pages(port: int, path: str, cookie: str, pages: int) -> Iterator[Herd]:
    """Keep so many pages open for a while."""
    with conversation("benchmarks.load.herd") as told:
        herd = Herd(told)
        herd.open(port, path, cookie, pages)
        yield herd

"""A herd of open pages, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 60.0


class Herd:
    """Open pages: how long each waited is known once what was committed is told to them."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        """Speak with the process that holds them."""
        self._running = running

    def waits(self, commits: Sequence[tuple[int, float]]) -> dict[str, float]:
        """Tell what was committed and when; return how long pages waited, in seconds. The pages are closed then."""
        return dict(json.loads(self._ask(json.dumps(commits))))

    def _ask(self, line: str) -> str:
        """Tell a line and hear one.

        Raises:
            subprocess.CalledProcessError: the process ended, for example because a page was refused.
        """
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(line + "\n")
        self._running.stdin.flush()
        heard = self._running.stdout.readline()
        if not heard:
            _, said = self._running.communicate()
            raise subprocess.CalledProcessError(self._running.returncode, "benchmarks.load.herd", stderr=said)
        return heard

    def open(self, port: int, path: str, cookie: str, pages: int) -> None:
        """Open the pages, and wait until each shows its first figures."""
        self._ask(json.dumps({"port": port, "path": path, "cookie": cookie, "pages": pages}))


@contextmanager
def open_pages(port: int, path: str, cookie: str, pages: int) -> Iterator[Herd]:
    """Keep so many pages open for a while."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load.herd"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        herd = Herd(running)
        herd.open(port, path, cookie, pages)
        try:
            yield herd
        finally:
            running.terminate()
            running.wait(_PATIENCE)

"""A load in a process of its own that is told a line and answers with one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 60.0


class Conversation:
    """The process of a module, while it runs."""

    def __init__(self, module: str, running: subprocess.Popen[str]) -> None:
        """Speak with it."""
        self._module = module
        self._running = running

    def ask(self, line: str) -> str:
        """Tell a line and hear one.

        Raises:
            subprocess.CalledProcessError: the process ended, for example because an answer was wrong.
        """
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(line + "\n")
        self._running.stdin.flush()
        heard = self._running.stdout.readline()
        if not heard:
            _, said = self._running.communicate()
            raise subprocess.CalledProcessError(self._running.returncode, self._module, stderr=said)
        return heard


@contextmanager
def conversation(module: str) -> Iterator[Conversation]:
    """Run a module for a while."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield Conversation(module, running)
        finally:
            running.terminate()
            running.wait(_PATIENCE)

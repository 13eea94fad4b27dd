"""A few processes that take work in turn; one that meets a limit is ended, and another begins in its place.

Processes are spawned, not forked: the programs that ask have threads. They start when they are first needed, and end
with the program that asks, however it ends. Errors of our own hierarchy come back as they were raised.
"""

from __future__ import annotations

import atexit
import multiprocessing
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

from adapters.processes.errors import LimitExceeded
from adapters.processes.limits import Limits, Outcome, serve

T = TypeVar("T")
AT_ONCE: Final = 2
"""Processes of the pool that a program shares: a picture of 40 megapixels takes some hundred megabytes meanwhile."""
_WORKS: Final = 100
"""Works of one process, which then gives its memory back by ending."""
_FAREWELL: Final = 2.0
_SPAWN: Final = multiprocessing.get_context("spawn")


class _Process:
    """One process and the channel to it."""

    def __init__(self) -> None:
        self._channel, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs,), name="coopledger-limited", daemon=True)
        self._process.start()
        theirs.close()
        self.works = 0

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def outcome(self, work: Callable[..., Any], args: tuple[Any, ...], limits: Limits) -> Outcome:
        """Have a work done.

        Raises:
            LimitExceeded: it met a limit; the process is of no more use.

        """
        self.works += 1
        self._channel.send((work, args, limits))
        if not self._channel.poll(limits.seconds):
            raise LimitExceeded(kind="seconds", most=limits.seconds)
        try:
            outcome: Outcome = self._channel.recv()
        except EOFError:
            self._process.join(_FAREWELL)
            raise LimitExceeded(kind="ended", exit=self._process.exitcode) from None
        return outcome

    def dismiss(self) -> None:
        """Let it end by itself, as it does when nobody can ask any more; it waits for work."""
        self._channel.close()
        self._process.join(_FAREWELL)
        self.kill()

    def kill(self) -> None:
        """End it whatever it does."""
        self._channel.close()
        self._process.kill()
        self._process.join()


class LimitedProcesses:
    """Processes for work that strangers may make as large as they like; threads may share them."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Start none yet."""
        self._places = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []

    def run(self, limits: Limits, work: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Return ``work(*args)``, carried out in a process; blocks until one is free and has done it.

        Raises:
            LimitExceeded: the work took more than it may.

        """
        with self._places:
            process = self._take()
            try:
                result, error = process.outcome(work, args, limits)
            except BaseException:
                process.kill()
                raise
            self._put_back(process)
        if isinstance(error, MemoryError):
            raise LimitExceeded(kind="memory", most=limits.memory)
        if error is not None:
            raise error
        answer: T = result
        return answer

    def _take(self) -> _Process:
        """Return a process that waits for work."""
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
        return _Process()

    def _put_back(self, process: _Process) -> None:
        if process.works >= _WORKS:
            process.dismiss()
            return
        with self._lock:
            self._idle.append(process)

    def close(self) -> None:
        """End those that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.dismiss()


@cache
def processes() -> LimitedProcesses:
    """Return the processes that this program shares; they end with it."""
    shared = LimitedProcesses()
    atexit.register(shared.close)
    return shared

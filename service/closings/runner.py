"""Closing what is due, again and again: a thread wherever a worker runs, with a payment provider or not."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final, Self

import psycopg

from adapters.connections import DatabaseAwayError
from domain.errors import LedgerError
from service.closings.due import close_due
from service.logging import logger
from service.payments.context import Clock
from service.runtime.runtime import Runtime
from service.worker.worker import Worker

log = logger(__name__)
_EVERY: Final = timedelta(hours=1)
_AWAY: Final = timedelta(seconds=5)
"""When to try again while the database is away."""


class ClosingThread:
    """Looks every hour for what is due until closed, from the first moment on."""

    def __init__(self, runtime: Runtime, worker: Worker | None, clock: Clock, *, every: timedelta = _EVERY) -> None:
        """Start it."""
        self._runtime = runtime
        self._worker = worker
        self._clock = clock
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="closings", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish the round, then end."""
        self._stopping.set()
        self._thread.join()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = self._every
            try:
                closed = close_due(self._runtime, self._worker, self._clock())
                if closed:
                    log.info("periods closed", **closed)
            except DatabaseAwayError as error:
                log.warning("closings wait for the database", kind=type(error).__name__)
                pause = _AWAY
            except (LedgerError, psycopg.Error):
                log.exception("round of closings failed")
            self._stopping.wait(pause.total_seconds())

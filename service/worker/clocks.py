"""Clocks: the machine's, and the sandbox's that the whole demonstration follows."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx2

_FRESH: Final = 0.5
"""Seconds for which the sandbox's answer is believed; between two answers its clock goes on at the real pace."""
_PATIENCE: Final = 5.0


def machine_clock() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


class SandboxClock:
    """Follows the virtual clock of a sandbox, asked about twice a second; while it is away, the last offset holds."""

    def __init__(self, url: str) -> None:
        """Remember where the sandbox is."""
        self._client = httpx2.Client(base_url=url, timeout=_PATIENCE)
        self._offset = timedelta()
        self._asked_at = float("-inf")
        self._known = False
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Return the sandbox's instant, in UTC; while one asks, the others go on with what is known."""
        if time.monotonic() - self._asked_at > _FRESH and self._lock.acquire(blocking=not self._known):
            try:
                self._ask()
            finally:
                self._lock.release()
        return machine_clock() + self._offset

    def close(self) -> None:
        """Ask no more."""
        self._client.close()

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        try:
            told = self._client.get("/_sandbox/clock").raise_for_status().json()
        except httpx2.HTTPError:
            return
        self._offset = datetime.fromisoformat(told["now"]) - machine_clock()
        self._known = True

"""How fast this process asks: a bucket of calls for each account, smaller after each refusal, slowly larger again.

Other processes ask too, and none knows of the others: the provider's refusals (429) tell each that all together are too
fast. They share what there is as connections share a line: who is refused halves its pace, and everybody adds a
little every second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_AT_ONCE: Final = 4
"""The bucket holds the calls of a quarter of a second: a burst is no second full of calls before the pace holds."""
_LESS: Final = 2.0
_MORE: Final = 0.05
"""The part of the full pace that is added every second."""
_SLOWEST: Final = 1.0
_YIELDS: Final = 2.0
"""Seconds for which a crawl lets others go first; after that it takes its turn like everybody."""
_GLANCE: Final = 0.05


class TooSlowError(Exception):
    """There is no turn within the caller's patience: nothing was asked."""


@dataclass(slots=True)
class _AccountCalls:
    """The calls that may be made at once on one account, and how many more there are each second."""

    left: float
    pace: float
    at: float
    closed_until: float = 0.0
    cut_at: float = float("-inf")


class Pace:
    """The buckets of a process; threads share it. ``per_second`` is what the provider takes on one account."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin at full pace."""
        self._full = per_second
        self._room = max(1.0, per_second / _AT_ONCE)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[str, _AccountCalls] = {}

    def take(self, account: str, patience: float, *, crawl: bool = False) -> None:
        """Wait for one's turn to ask about an account; a ``crawl`` lets what people wait for go first.

        Raises:
            TooSlowError: it would take longer than ``patience``, in seconds.

        """
        if crawl:
            patience -= self._let_others_go(account, min(_YIELDS, patience))
        with self._lock:
            bucket, now = self._filled(account), self._clock()
            wait = max(bucket.closed_until - now, 0.0) + max(1.0 - bucket.left, 0.0) / bucket.pace
            if wait > patience:
                raise TooSlowError
            bucket.left -= 1.0
        if wait:
            self._sleep(wait)

    def refused(self, account: str, seconds: float) -> None:
        """Note that a call was one too many: nothing is asked for some seconds, and less after that."""
        with self._lock:
            bucket, now = self._filled(account), self._clock()
            bucket.closed_until = max(bucket.closed_until, now + seconds)
            if now - bucket.cut_at >= seconds:  # the other calls under way are refused for the same reason
                bucket.pace, bucket.cut_at = max(_SLOWEST, bucket.pace / _LESS), now
            bucket.left = min(bucket.left, 0.0)

    def pace(self, account: str) -> float:
        """Return how many calls a second are made on an account now, at most."""
        with self._lock:
            return self._filled(account).pace

    def _let_others_go(self, account: str, longest: float) -> float:
        """Wait until half of the bucket is there, for some seconds at most; return how long that was."""
        began = self._clock()
        while (waited := self._clock() - began) < longest:
            with self._lock:
                bucket = self._filled(account)
                if bucket.left >= self._room / 2 and bucket.closed_until <= self._clock():
                    break
            self._sleep(_GLANCE)
        return waited

    def _filled(self, account: str) -> _AccountCalls:
        """Return the bucket of an account with what came into it since."""
        now = self._clock()
        bucket = self._buckets.get(account)
        if bucket is None:
            bucket = self._buckets[account] = _AccountCalls(self._room, self._full, now)
        passed = max(now - max(bucket.at, bucket.closed_until), 0.0)
        bucket.left = min(self._room, bucket.left + passed * bucket.pace)
        bucket.pace = min(self._full, bucket.pace + passed * _MORE * self._full)
        bucket.at = now
        return bucket

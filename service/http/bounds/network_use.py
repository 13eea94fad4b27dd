"""What each network asked of this process lately, in memory: who asks for too much, and who asks for much.

Two buckets of requests for each network. The large one is a limit: over it nothing is done. The small one tells who
asks for more than a family at home does, and waits for a turn (``turns``). Both count before anything of a request is
looked at: a session or a token proves nothing until work was done. Only ever used from the event loop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

QUICK_BURST: Final = 40
"""Requests of a family that fills in its basket, with the files of its first page: it needs twenty-one."""
QUICK_REFILL: Final = 2.0
"""Seconds until one more is free again: a page each two seconds, hour after hour, is more than a person reads."""
_MOST_OWED: Final = 2
"""How much a network may be behind in its small bucket, in whole buckets: a minute or two later all is forgotten."""
SITE_SHARE: Final = 8
"""Networks' worth of requests that the networks of one IPv6 /48 have together: mobile networks are that dense."""
MAX_NETWORKS: Final = 20_000
"""Networks that are remembered, some 6 MB. A request is remembered for two seconds: a process that answers a thousand
a second never comes near it, and should it, then strangers are counted together and nobody is forgotten for them."""
_ROUNDING: Final = 1e-6
"""Seconds that sums of parts of a second may be off."""
STRANGERS: Final = "strangers"
"""What networks count as that find no place."""


class Use(NamedTuple):
    """How a request is to be taken."""

    wait: float = 0.0
    """Seconds until the network may ask again; 0 where this request is taken."""
    queue: str | None = None
    """The network, or the site, that this request waits for a turn with; None where it need not wait."""


class _Bucket(NamedTuple):
    """When the buckets of a network are full again, as far as nothing more is taken from them."""

    full_at: float
    quick_at: float


class NetworkUse:
    """The buckets of all networks that asked lately."""

    def __init__(
        self, burst: int, per_second: float, *, clock: Callable[[], float] = time.monotonic, most: int = MAX_NETWORKS
    ) -> None:
        """Let each network ask so many times at once, then so many times a second."""
        self._each = 1 / per_second
        self._burst = burst * self._each + _ROUNDING
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._kept)

    def take(self, network: str, site: str | None = None) -> Use:
        """Count one request of a network, and of the site that it is part of; a refusal takes nothing."""
        now = self._clock()
        network = self._place(network, now)
        owned = self._after_one(network, 1, now)
        wait = owned.full_at - now - self._burst
        if site is None:
            return Use(wait=wait) if wait > 0 else Use(queue=network if self._keep(network, owned, now) else None)
        site = self._place(site, now)
        shared = self._after_one(site, SITE_SHARE, now)
        wait = max(wait, shared.full_at - now - self._burst)
        if wait > 0:
            return Use(wait=wait)
        queue = network if self._keep(network, owned, now) else None
        return Use(queue=site if self._keep(site, shared, now) else queue)

    def give_back(self, network: str, site: str | None = None) -> None:
        """Undo the count of a request that turned out to be what it claimed, such as a webhook with its signature."""
        for key, share in ((network, 1), (site, SITE_SHARE)):
            known = None if key is None else self._kept.get(key)
            if key is not None and known is not None:
                self._kept[key] = _Bucket(known.full_at - self._each / share, known.quick_at - QUICK_REFILL / share)

    def _after_one(self, place: str, share: int, now: float) -> _Bucket:
        """Return the buckets of a network as they are after one request more."""
        full_at, quick_at = self._kept.get(place, (now, now))
        return _Bucket(max(full_at, now) + self._each / share, max(quick_at, now) + QUICK_REFILL / share)

    def _keep(self, place: str, bucket: _Bucket, now: float) -> bool:
        """Remember the buckets of a network; tell whether its small one was empty."""
        quick = QUICK_BURST * QUICK_REFILL
        most = now + _MOST_OWED * quick
        self._kept[place] = bucket if bucket.quick_at <= most else bucket._replace(quick_at=most)
        return bucket.quick_at - now > quick

    def _place(self, key: str, now: float) -> str:
        """Return where a network is counted, after two of those that stand longest were looked at for a new one."""
        if key in self._kept:
            return key
        for _ in range(min(2, len(self._kept))):
            oldest, bucket = self._kept.popitem(last=False)
            if max(bucket) > now:
                self._kept[oldest] = bucket
        return key if len(self._kept) < self._most else STRANGERS

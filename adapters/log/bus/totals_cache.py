"""Running totals of coops' accounts, caught up with the log when they are asked for, in the asking thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from copy import deepcopy
from typing import Final
from uuid import UUID

from adapters.log.event_store import EventStore
from domain.closings.totals import AccountTotals, TotalsAt

_CACHED: Final = 1_000


class TotalsCache:
    """The totals of the coops asked for last: each reads its coop's events once, then only what is new."""

    def __init__(self, store: EventStore) -> None:
        """Begin empty."""
        self._store = store
        self._known: OrderedDict[UUID, TotalsAt] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, coop_id: UUID) -> TotalsAt:
        """Return the totals of a coop at the end of the log, with the chain's hash there; for reading only.

        No thread waits while another one reads: the lock is for the memory alone.
        """
        position, head = self._store.head()
        with self._lock:
            known = self._known.get(coop_id)
        if known is not None and known.position <= position:
            after, totals = known.position, deepcopy(known.totals)
        else:
            after, totals = 0, AccountTotals()
        for recorded in self._store.coop_events(coop_id, position, after=after):
            totals.apply(recorded.stream_id, recorded.event)
        found = TotalsAt(position, head.hex(), totals)
        with self._lock:
            self._known[coop_id] = found
            self._known.move_to_end(coop_id)
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return found

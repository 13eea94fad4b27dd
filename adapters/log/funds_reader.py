"""What coops may spend, for the bus and for readers: remembered, and caught up with the log each time it is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, NamedTuple
from uuid import UUID

from adapters.log.event_store import EventStore
from domain.funds import CoopFunds

_REMEMBERED: Final = 1_000


class _ReadFunds(NamedTuple):
    position: int
    funds: CoopFunds


class FundsReader:
    """The funds of the coops of one ledger; what an answer costs does not grow with their history."""

    def __init__(self, store: EventStore) -> None:
        """Remember nothing yet."""
        self._store = store
        self._known: OrderedDict[UUID, _ReadFunds] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, coop_id: UUID) -> tuple[int, CoopFunds]:
        """Return the position of a coop's last event, and a copy of what it may spend, caught up with the log.

        Whatever process wrote them, all events of the coop up to that position are in it: positions follow commits.
        """
        with self._lock:
            position, funds = self._caught_up(coop_id)
            return position, funds.copy()

    def available(self, coop_id: UUID) -> int:
        """Return what a coop may spend now, in cents, from all its events: the figure that payouts are decided on."""
        with self._lock:
            return self._caught_up(coop_id).funds.available

    def _caught_up(self, coop_id: UUID) -> _ReadFunds:
        # Taken out meanwhile: what could not be caught up is read anew next time.
        position, funds = self._known.pop(coop_id, _ReadFunds(0, CoopFunds()))
        for recorded in self._store.coop_events(coop_id, after=position):
            funds.apply(recorded.event)
            position = recorded.position
        known = self._known[coop_id] = _ReadFunds(position, funds)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known

"""Who is served next while many ask: families at once, networks that ask for much one request at a time, in turn.

A request holds its turn until its answer begins, at most for a moment: who sends slowly or waits for the provider
takes no time of the processor, and keeps nobody waiting. Only ever used from the event loop.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Final

LEASE: Final = 0.05
"""Seconds that a request counts as being worked on: pages take 5 to 20 ms, and what takes longer mostly waits."""
PATIENCE: Final = 0.1
"""Seconds that those who ask for much wait for those who ask for little; then one of them has a turn all the same."""
MAX_WAITING: Final = 1_000
"""Requests that wait for a turn, in all."""
MAX_WAITING_OF_NETWORK: Final = 300
"""The same of one network: a school whose families all press the same button."""
LONGEST_WAIT: Final = 10.0
"""Seconds after which a request that had no turn is asked to come again."""


class Turn:
    """The time in which one request is worked on."""

    def __init__(self, turns: Turns, *, quick: bool) -> None:
        """Begin; it ends by itself after the lease."""
        loop = asyncio.get_running_loop()
        self._turns: Turns | None = turns
        self._quick = quick
        self._begun = loop.time()
        self._lease = loop.call_later(LEASE, self.end)

    def end(self) -> None:
        """Let the next have its turn; the second time nothing happens."""
        turns, self._turns = self._turns, None
        if turns is not None:
            self._lease.cancel()
            turns.ended(quick=self._quick, took=asyncio.get_running_loop().time() - self._begun)


class Turns:
    """Turns of one process."""

    def __init__(self) -> None:
        """Begin with nobody served."""
        self._waiting: OrderedDict[str, deque[asyncio.Future[Turn | None]]] = OrderedDict()
        self._count = 0
        self._quick = 0
        self._taken = False
        """Whether a turn of those who ask for much is held, or rests."""
        self._patience: asyncio.TimerHandle | None = None

    def quick(self) -> Turn:
        """Begin at once."""
        self._quick += 1
        return Turn(self, quick=True)

    async def wait(self, queue: str) -> Turn | None:
        """Wait among those who ask for much; None where too many wait, or for too long."""
        if not self._taken and not self._quick and not self._waiting:
            self._taken = True
            return Turn(self, quick=False)
        waiting = self._waiting.get(queue, ())
        if self._count >= MAX_WAITING or len(waiting) >= MAX_WAITING_OF_NETWORK:
            return None
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Turn | None] = loop.create_future()
        self._waiting.setdefault(queue, deque()).append(place)
        self._count += 1
        given_up = loop.call_later(LONGEST_WAIT, _give_up, place)
        self._serve()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and (turn := place.result()) is not None:
                turn.end()
            raise
        finally:
            given_up.cancel()

    def ended(self, *, quick: bool, took: float) -> None:
        """Serve the next; after a turn the same time is left to others."""
        if quick:
            self._quick -= 1
            self._serve()
        else:
            asyncio.get_running_loop().call_later(took, self._rested)

    def _rested(self) -> None:
        self._taken = False
        self._serve()

    def _serve(self, *, patient: bool = True) -> None:
        """Give a turn to the first of the network that has waited longest for one, if it is time."""
        if self._taken or not self._waiting:
            return
        if self._quick and patient:
            if self._patience is None:
                self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._impatient)
            return
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        while self._waiting and not self._taken:
            queue, places = self._waiting.popitem(last=False)
            place = places.popleft()
            self._count -= 1
            if places:
                self._waiting[queue] = places
            if not place.done():
                self._taken = True
                place.set_result(Turn(self, quick=False))

    def _impatient(self) -> None:
        self._patience = None
        self._serve(patient=False)


def _give_up(place: asyncio.Future[Turn | None]) -> None:
    if not place.done():
        place.set_result(None)

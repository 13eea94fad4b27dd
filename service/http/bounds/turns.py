"""Who is served next while many ask: families at once, networks that ask for much one request at a time, in turn.

A request holds its turn until its answer begins, at most for a moment: who sends slowly or waits for the provider
takes no time of the processor, and holds up no other request. Only ever used from the event loop.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Final, NamedTuple

LEASE: Final = 0.05
"""Seconds that a request counts as being worked on: pages take 5 to 20 ms, and what takes longer mostly waits."""
PATIENCE: Final = 0.1
"""Seconds that those who ask for much wait for those who ask for little; then one of them has a turn all the same."""
ABOUT: Final = 1.0
"""Seconds for which who asked for little may be about to ask again: the process rests for them between turns."""
REST: Final = 3
"""How many times as long as the turn that rest is: those who ask for much have a quarter of the processor then."""
LONG: Final = 2.0
"""Seconds of waiting after which a request is served without that rest before it: several schools at once need more."""
LONGEST_WAIT: Final = 20.0
"""Seconds after which a request that had no turn is asked to come again."""


class Turn:
    """The time in which one request is worked on; it begins at once."""

    __slots__ = ("_turns", "begun")

    def __init__(self, turns: Turns) -> None:
        """Begin."""
        self._turns: Turns | None = turns
        self.begun = asyncio.get_running_loop().time()
        """When, by the clock of the event loop."""

    def end(self) -> None:
        """Let the next have its turn; the second time nothing happens."""
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.ended(self)


class _Place(NamedTuple):
    """A request that waits."""

    since: float
    turn: asyncio.Future[Turn | None]


class Turns:
    """Turns of one process."""

    def __init__(self) -> None:
        """Begin with no request under way."""
        self._quick: OrderedDict[Turn, None] = OrderedDict()
        """Those who ask for little, the oldest first; whose lease is over is left out at the next look."""
        self._waiting: OrderedDict[str, deque[_Place]] = OrderedDict()
        self._seen = -ABOUT
        """When somebody last came who asks for little."""
        self._lease: asyncio.TimerHandle | None = None
        """Runs while one of those who ask for much is worked on, then while the process rests from it."""
        self._turn: Turn | None = None
        """That one, the latest there was."""
        self._patience: asyncio.TimerHandle | None = None

    def quick(self) -> Turn:
        """Begin at once."""
        turn = Turn(self)
        self._quick[turn] = None
        self._seen = turn.begun
        return turn

    async def wait(self, queue: str) -> Turn | None:
        """Wait among those who ask for much; None where there was no turn for too long."""
        if self._lease is None and not self._waiting and not self._is_quick_under_way():
            return self._begin()
        loop = asyncio.get_running_loop()
        place: asyncio.Future[Turn | None] = loop.create_future()
        self._waiting.setdefault(queue, deque()).append(_Place(loop.time(), place))
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

    def ended(self, turn: Turn) -> None:
        """Serve the next; after a turn of those who ask for much, the others who are about get their time first."""
        if turn in self._quick:
            del self._quick[turn]
            self._serve()
        elif self._lease is not None and self._turn is turn:
            self._lease.cancel()
            loop = asyncio.get_running_loop()
            now = loop.time()
            if now - self._seen < ABOUT and not self._is_next_late(now):
                self._lease = loop.call_later(REST * min(now - turn.begun, LEASE), self._rested)
            else:
                self._rested()

    def _begin(self) -> Turn:
        """Begin a turn of those who ask for much; it is over with its lease at the latest."""
        self._turn = Turn(self)
        self._lease = asyncio.get_running_loop().call_later(LEASE, self._turn.end)
        return self._turn

    def _is_next_late(self, now: float) -> bool:
        """Tell whether the request whose turn is next has waited for long."""
        return bool(self._waiting) and now - next(iter(self._waiting.values()))[0].since > LONG

    def _rested(self) -> None:
        self._lease = None
        self._serve()

    def _is_quick_under_way(self) -> bool:
        late = asyncio.get_running_loop().time() - LEASE
        while self._quick and (oldest := next(iter(self._quick))).begun < late:
            del self._quick[oldest]
        return bool(self._quick)

    def _serve(self, *, patient: bool = True) -> None:
        """Give a turn to the first of the network that has waited longest for one, if it is time."""
        if self._lease is not None or not self._waiting:
            return
        if patient and self._is_quick_under_way():
            if self._patience is None:
                self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._impatient)
            return
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        while self._waiting and self._lease is None:
            queue, places = self._waiting.popitem(last=False)
            place = places.popleft().turn
            if places:
                self._waiting[queue] = places
            if not place.done():
                place.set_result(self._begin())

    def _impatient(self) -> None:
        self._patience = None
        self._serve(patient=False)


def _give_up(place: asyncio.Future[Turn | None]) -> None:
    if not place.done():
        place.set_result(None)

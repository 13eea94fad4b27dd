"""Crews: threads that do one sort of work, and who hands it out to them as soon as it is due.

One thread asks for what is due, takes its lanes and hands it out, so that no item is handed out twice and nobody else
asks. Each sort of work has a crew of its own: where the provider does not answer, letters leave all the same.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple

from adapters.jobs import QueuedItem, Selection
from adapters.jobs.lanes import Lanes

_POLL: Final = 1.0
"""Seconds after which what has become due by the clock alone is looked for."""
_BREATH: Final = 0.1
"""Seconds between two questions for what is due, at least, unless a duty says otherwise: the first news after a silence
is acted upon at once, and a burst of it is one question."""
_AHEAD: Final = 8
"""How many due rows are looked at for each that can be handed out: several may share a lane."""
_ELSEWHERE: Final = 0.5
"""Seconds for which a lane that another process holds is passed over."""
Attempt = Callable[[Callable[[], int]], int]
"""Does one round of something, and lets nothing that happens in it stop the thread; returns how much was done."""


class Duty(NamedTuple):
    """One sort of work: its name, the table it waits in, whose lanes it takes, what is due of it and how it is done.

    ``places`` is how many of it may be under way at once; None for as many as a crew has. ``sharing`` names those whose
    threads share contexts, since they wait for somebody outside most of the time; threads that wait for nobody but us
    have their own. ``breath`` is how many seconds pass between two questions for what is due, at least.
    """

    name: str
    table: str
    lanes: Lanes
    due: Callable[[Selection], list[QueuedItem]]
    carry_out: Callable[[QueuedItem], int]
    places: int | None = None
    sharing: str = ""
    breath: float = _BREATH


class Crew:
    """The threads of one duty, ``size`` at most; they start as they are needed, and end when told to close."""

    def __init__(self, duty: Duty, size: int, attempt: Attempt, share_contexts: Callable[[str], None]) -> None:
        """Start handing out; everything is done by ``attempt``; threads that share contexts begin by saying so."""
        self.duty = duty
        self._size = size
        self._most = max(1, size * 3 // 4)
        self._attempt = attempt
        self._news = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._left: list[str] = []
        self._elsewhere: dict[str, float] = {}
        begin = partial(share_contexts, duty.sharing) if duty.sharing else None
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=duty.name, initializer=begin)
        self._foreman = threading.Thread(target=self._hand_out_on, name=f"{duty.name}-foreman", daemon=True)
        self._foreman.start()

    def tell(self) -> None:
        """Say that there may be something new to do."""
        self._news.set()

    def close(self) -> None:
        """Finish what is being done, then end."""
        self._stopping = True
        self._news.set()
        self._foreman.join()
        self._threads.shutdown()
        self._attempt(self._release)

    def _hand_out_on(self) -> None:
        while not self._stopping:
            self._news.clear()
            begun = time.monotonic()
            if not self._attempt(self._hand_out):
                self._news.wait(_POLL)
            time.sleep(max(0.0, begun + self.duty.breath - time.monotonic()))

    def _hand_out(self) -> int:
        """Hand out what is due, as much as there are places; return how much that was, or was learnt of others.

        No association has more than three quarters of the places: another never waits for one that has much to do.
        """
        self._release()
        with self._lock:
            under_way = self._under_way.copy()
        free = self._size - under_way.total()
        if free <= 0:
            return 0
        now = time.monotonic()
        self._elsewhere = {lane: until for lane, until in self._elsewhere.items() if until > now}
        held = (*self.duty.lanes.held(), *self._elsewhere)
        full = [ledger for ledger, count in under_way.items() if count >= self._most]
        chosen: dict[str, QueuedItem] = {}
        for one in self.duty.due(Selection(free * _AHEAD, held, full)):
            if len(chosen) < free and one.lane not in chosen and under_way[one.ledger] < self._most:
                chosen[one.lane] = one
                under_way[one.ledger] += 1
        taken = self.duty.lanes.take(chosen)
        self._elsewhere |= dict.fromkeys(chosen.keys() - taken, now + _ELSEWHERE)
        for lane in taken:
            with self._lock:
                self._under_way[chosen[lane].ledger] += 1
            self._threads.submit(self._carry_out, chosen[lane])
        return len(chosen)

    def _carry_out(self, item: QueuedItem) -> None:
        """Do one thing, then leave its lane and its place to others."""
        try:
            if not self._stopping:
                self._attempt(partial(self.duty.carry_out, item))
        finally:
            with self._lock:
                self._left.append(item.lane)
                self._under_way[item.ledger] -= 1
                self._under_way += Counter()  # forgets who has nothing under way
            self._news.set()

    def _release(self) -> int:
        """Let go of the lanes of what was done, all by one statement; return how many."""
        with self._lock:
            left, self._left = self._left, []
        if left:
            self.duty.lanes.release(left)
        return len(left)

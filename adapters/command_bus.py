"""The command bus: one writer thread decides and stores everything, many commands in one append (ADR 2, ADR 5).

Each command has its own outcome. A command whose key was already used gets the first outcome. Nothing slow runs here.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import uuid4

from adapters.batch import Ask, Batch, Decided, Outcome, StateCache, fingerprint_of
from adapters.event_store import Append, AppendRefusedError, AppendUncertainError, EventStore, Refusal
from domain.aggregate import Intent
from domain.errors import Conflict, KeyReused, LedgerError, OutcomeUnknown, TooBusy

Outcomes = tuple[Outcome, ...]
_MAX_ATTEMPTS: Final = 12
_RECENT_KEYS: Final = 20_000
_PAUSE: Final = 0.05


class _Ticket:
    """Asks that stand or fall together, and whoever waits for them."""

    __slots__ = ("answer", "asks", "attempts", "error", "future", "loop")

    def __init__(self, asks: Sequence[Ask], future: Future[Outcomes] | asyncio.Future[Outcomes]) -> None:
        self.asks = asks
        self.future = future
        self.loop = future.get_loop() if isinstance(future, asyncio.Future) else None
        self.answer: Outcomes | None = None
        self.error: BaseException | None = None
        self.attempts = 0

    def settle(self) -> None:
        """Tell the one who waits, if it still does."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer or ())


def _settle(tickets: Sequence[_Ticket]) -> None:
    for ticket in tickets:
        ticket.settle()


class CommandBus:
    """The way of all commands into one association's log, in this process."""

    def __init__(
        self, store: EventStore, *, max_batch: int = 512, cached_states: int = 5_000, patience: float = 20.0
    ) -> None:
        """Start the writer thread; ``patience`` is how long an unreachable store is waited for, in seconds."""
        self._store = store
        self._max_batch = max_batch
        self._patience = patience
        self._cache = StateCache(store, cached_states)
        self._recent: OrderedDict[str, tuple[bytes, Outcome]] = OrderedDict()
        self._queue: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._closed = False
        self._writer = threading.Thread(target=self._run, name=f"writer-{store.schema}", daemon=True)
        self._writer.start()

    async def do(self, command: Intent[Any], *, key: str | None = None, fingerprint: bytes | None = None) -> Outcome:
        """Carry out one command and return its outcome.

        Raises:
            LedgerError: what the decision refused, KeyReused, TooBusy, or OutcomeUnknown.

        """
        future: asyncio.Future[Outcomes] = asyncio.get_running_loop().create_future()
        self._put(_Ticket((_ask(command, key, fingerprint),), future))
        return (await future)[0]

    async def do_together(self, asks: Sequence[Ask]) -> Outcomes:
        """Carry out several commands, all or none."""
        future: asyncio.Future[Outcomes] = asyncio.get_running_loop().create_future()
        self._put(_Ticket(tuple(asks), future))
        return await future

    def submit(
        self, command: Intent[Any], *, key: str | None = None, fingerprint: bytes | None = None
    ) -> Future[Outcomes]:
        """Queue one command from a thread; the result is a tuple of one outcome."""
        return self.submit_together((_ask(command, key, fingerprint),))

    def submit_together(self, asks: Sequence[Ask]) -> Future[Outcomes]:
        """Queue several commands from a thread, all or none."""
        future: Future[Outcomes] = Future()
        self._put(_Ticket(tuple(asks), future))
        return future

    def close(self) -> None:
        """Carry out what is queued, then stop the writer."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._writer.join()

    def _put(self, ticket: _Ticket) -> None:
        if self._closed:
            raise TooBusy(bus="closed")
        self._queue.put(ticket)

    def _run(self) -> None:
        """The writer: drain, process, settle, until closed."""
        open_ = True
        while open_:
            drained = [self._queue.get()]
            with suppress(Empty):
                while len(drained) < self._max_batch:
                    drained.append(self._queue.get_nowait())
            tickets = [ticket for ticket in drained if ticket is not None]
            open_ = len(tickets) == len(drained)
            try:
                self._process(tickets)
            except BaseException as error:  # noqa: BLE001 - whatever happened, those who wait must hear of it
                for ticket in tickets:
                    ticket.error = ticket.error or (error if ticket.answer is None else None)
                self._cache = StateCache(self._store, self._cache.size)
            self._answer(tickets)

    def _answer(self, tickets: Sequence[_Ticket]) -> None:
        """Wake those who wait: once per event loop."""
        by_loop: dict[asyncio.AbstractEventLoop, list[_Ticket]] = {}
        for ticket in tickets:
            if ticket.loop is None:
                ticket.settle()
            else:
                by_loop.setdefault(ticket.loop, []).append(ticket)
        for loop, waiting in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle, waiting)

    def _process(self, tickets: Sequence[_Ticket]) -> None:
        """Decide and store tickets; on another writer's work, halve and redo until each has its own outcome."""
        batch, decided = self._decide(tickets)
        waiting = [ticket for ticket in tickets if ticket.error is None]
        if not batch.facts and not batch.keys:
            self._accept(waiting, decided, 0)
            return
        try:
            before = self._append(batch)
        except AppendRefusedError as refused:
            self._cache.evict(batch.facts)
            self._redo(waiting, batch, refused.refusal)
            return
        except LedgerError as error:
            self._cache.evict(batch.facts)
            for ticket in waiting:
                ticket.error = error
            return
        except BaseException:
            self._cache.evict(batch.facts)
            raise
        self._cache.stored(before, len(batch.facts))
        self._accept(waiting, decided, before)

    def _decide(self, tickets: Sequence[_Ticket]) -> tuple[Batch, dict[_Ticket, list[Decided | Outcome]]]:
        """Decide every ticket; one that fails half-way is taken out and the others are decided anew."""
        while True:
            batch = Batch(self._cache)
            decided: dict[_Ticket, list[Decided | Outcome]] = {}
            for ticket in tickets:
                if ticket.error is not None:
                    continue
                held = len(batch.facts)
                try:
                    decided[ticket] = [self._known(ask) or batch.decide(ask) for ask in ticket.asks]
                except Exception as error:  # noqa: BLE001 - a faulty command must not stop the others
                    ticket.error = error
                    if len(batch.facts) > held or (len(ticket.asks) > 1 and batch.keys):
                        break
            else:
                return batch, decided
            self._cache.evict(batch.facts)

    def _known(self, ask: Ask) -> Outcome | None:
        """The first outcome of a key used before, if this process remembers it."""
        if ask.key is None:
            return None
        found = self._recent.get(ask.key)
        if found is None:
            return None
        if found[0] != ask.fingerprint:
            raise KeyReused(key=ask.key)
        return found[1]._replace(replayed=True)

    def _accept(self, tickets: Sequence[_Ticket], decided: dict[_Ticket, list[Decided | Outcome]], before: int) -> None:
        """Turn what was stored into outcomes, and remember the keys."""
        for ticket in tickets:
            outcomes = []
            for answer in decided[ticket]:
                outcome = answer if isinstance(answer, Outcome) else answer.stored(before, replayed=answer.replayed)
                outcomes.append(outcome)
                if isinstance(answer, Decided) and answer.ask.key is not None and not answer.replayed:
                    self._remember(answer.ask.key, answer.ask.fingerprint, outcome)
            ticket.answer = tuple(outcomes)

    def _remember(self, key: str, fingerprint: bytes, outcome: Outcome) -> None:
        """Keep a key's first outcome, as long as there is room."""
        self._recent[key] = (fingerprint, outcome)
        if len(self._recent) > _RECENT_KEYS:
            self._recent.popitem(last=False)

    def _append(self, batch: Batch) -> int:
        """Store a batch; when the answer is lost, find out whether it landed, and store it again if not.

        Raises:
            OutcomeUnknown: the store stayed out of reach.

        """
        deadline = time.monotonic() + self._patience
        while True:
            batch_id = uuid4()
            try:
                return self._store.append(Append(batch_id, batch.facts, batch.keys, tuple(batch.guards.items())))
            except AppendUncertainError:
                landed = self._resolve(batch_id, deadline)
                if landed is not None:
                    return landed

    def _resolve(self, batch_id: Any, deadline: float) -> int | None:  # noqa: ANN401 - a UUID
        """Ask the store for the truth until it answers; None when the batch is fenced and may be stored again."""
        while True:
            try:
                return self._store.resolve(batch_id)
            except AppendUncertainError as error:
                if time.monotonic() > deadline:
                    raise OutcomeUnknown(batch=batch_id) from error
                time.sleep(_PAUSE)

    def _redo(self, tickets: Sequence[_Ticket], batch: Batch, refusal: Refusal) -> None:
        """Decide again after another writer's work, in halves, so that one stubborn conflict holds up nobody else."""
        if refusal is Refusal.KEY:
            self._learn_keys(batch)
        for ticket in tickets:
            ticket.attempts += 1
        if len(tickets) == 1 and tickets[0].attempts > _MAX_ATTEMPTS:
            tickets[0].error = TooBusy(attempts=tickets[0].attempts, refusal=refusal)
            return
        middle = len(tickets) if refusal is Refusal.KEY else max(1, len(tickets) // 2)
        self._process(tickets[:middle])
        if tickets[middle:]:
            self._process(tickets[middle:])

    def _learn_keys(self, batch: Batch) -> None:
        """Read the first outcomes of the batch's keys that were used before."""
        uses = self._store.find_keys([use.key for use in batch.keys])
        for key, use in uses.items():
            events = self._store.events(use.first_position, use.events) if use.events else []
            if len(events) != use.events:
                raise Conflict(key=key, events=len(events))
            outcome = Outcome(
                events[0].stream_id if events else batch.stream_of(key),
                events[-1].version if events else 0,
                events[0].position if events else None,
                events[-1].position if events else None,
                tuple(recorded.event for recorded in events),
                replayed=True,
            )
            self._remember(key, use.fingerprint, outcome)


def _ask(command: Intent[Any], key: str | None, fingerprint: bytes | None) -> Ask:
    """A command as the bus takes it; only a keyed one needs a fingerprint."""
    if key is None:
        return Ask(command, None, b"")
    return Ask(command, key, fingerprint or fingerprint_of(command))

"""The command bus: one writer thread decides and stores everything, many commands in one append (ADR 2, ADR 5).

Each command has its own outcome. A command whose key was already used gets the first outcome. Nothing slow runs here.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from typing import Any, Final
from uuid import UUID, uuid4

from adapters.log.batch import Admission, CommandBatch, Decided, OvertakenError
from adapters.log.bus.pending_reply import PendingReply, fail, wake
from adapters.log.bus.queue import SubmissionQueue
from adapters.log.bus.state_cache import StateCache
from adapters.log.bus.state_shelf import StateShelf
from adapters.log.bus.submission import CommandOutcome, CommandOutcomes, Submission, check_keys, submission
from adapters.log.bus.totals_cache import TotalsCache
from adapters.log.event_store import (
    Append,
    AppendNotSentError,
    AppendRefusal,
    AppendRefusedError,
    AppendUncertainError,
    EventStore,
    LogHead,
    StoredBatch,
)
from domain.aggregate import Intent
from domain.closings.totals import TotalsAt
from domain.errors import KeyReused, LedgerCorrupt, LedgerError, OutcomeUnknown, TooBusy
from domain.events import Event

__all__ = ["CommandBus", "CommandOutcome", "CommandOutcomes", "Submission", "Watch", "submission", "unwatched"]

Decisions = dict[PendingReply, list[Decided | CommandOutcome]]
_MAX_ATTEMPTS: Final = 12
_RECENT_KEYS: Final = 20_000
_TURN: Final = 0.001
_COLLECT: Final = (20_000, 20, 50)
_PAUSE: Final = 0.05
_SHARED_SECONDS: Final = 30.0


Watch = Callable[[float], None]
"""Hears how many seconds a caller waited, from asking to the answer."""


def unwatched(_: float) -> None:
    """Nobody measures."""


def _admit_all(_: Event) -> None:
    """A bus without a ledger around it takes every event."""


def _suit_interpreter() -> None:
    """Set the process up for a writer among callers; it changes when things happen, never what happens.

    At the default 5 ms between turns an answered append would often wait that long for the interpreter. And the
    cached states are many long-lived objects without cycles: collecting them as often as by default stops everybody
    for tens of milliseconds, for nothing.
    """
    sys.setswitchinterval(min(sys.getswitchinterval(), _TURN))
    gc.set_threshold(*(max(pair) for pair in zip(gc.get_threshold(), _COLLECT, strict=True)))


class CommandBus:
    """The way of all commands into one association's log, in this process."""

    def __init__(
        self,
        store: EventStore,
        *,
        admit: Admission = _admit_all,
        watch: Watch = unwatched,
        max_batch: int = 512,
        shelf: StateShelf | None = None,
        patience: float = 20.0,
    ) -> None:
        """Prepare the writer thread.

        ``admit`` refuses events that do not belong in this ledger; ``watch`` hears how long each caller waited;
        ``shelf`` is the room for states, one alone where none is given; ``patience`` is how long an unreachable store
        is waited for, in seconds.
        """
        self._store = store
        self._admit = admit
        self._watch = watch
        self._patience = patience
        self._cache = StateCache(store, shelf or StateShelf())
        self._totals = TotalsCache(store)
        self._recent: OrderedDict[str, tuple[bytes, CommandOutcome]] = OrderedDict()
        self._booked: set[str] = set()
        self._end: LogHead | None = None
        self._shared_until = 0.0
        self._inbox = SubmissionQueue(max_batch)
        self._writer = threading.Thread(target=self._run, name=f"writer-{store.schema}", daemon=True)
        self._starting = threading.Lock()
        self._started = False

    async def do(
        self, command: Intent[Any], *, key: str | None = None, fingerprint: bytes | None = None
    ) -> CommandOutcome:
        """Carry out one command and return its outcome.

        Raises:
            LedgerError: what the decision refused, KeyReused, TooBusy, or OutcomeUnknown.

        """
        future: asyncio.Future[CommandOutcomes] = asyncio.get_running_loop().create_future()
        self._queue(PendingReply(check_keys((submission(command, key, fingerprint),)), future))
        return (await future)[0]

    def submit(
        self, command: Intent[Any], *, key: str | None = None, fingerprint: bytes | None = None
    ) -> Future[CommandOutcomes]:
        """Queue one command from a thread; the result is a tuple of one outcome."""
        return self.submit_together((submission(command, key, fingerprint),))

    def submit_together(self, submissions: Sequence[Submission]) -> Future[CommandOutcomes]:
        """Queue several commands from a thread, all or none."""
        future: Future[CommandOutcomes] = Future()
        self._queue(PendingReply(check_keys(submissions), future))
        return future

    def totals(self, coop_id: UUID) -> TotalsAt:
        """Return the running totals of a coop's account, as of now, in the caller's thread.

        A command that is decided on them finds them read: what is cold never keeps the writer.
        """
        return self._totals.at(coop_id)

    def close(self) -> None:
        """Carry out what is queued, then stop the writer."""
        self._inbox.close()
        with self._starting:
            if self._started:
                self._writer.join()

    def _queue(self, reply: PendingReply) -> None:
        """Queue a reply; the first one starts the writer, so that a log that nobody writes to costs no thread."""
        if not self._started:
            with self._starting:
                if not self._started:
                    self._writer.start()
                    self._started = True
        self._inbox.put(reply)

    def _run(self) -> None:
        """The writer: drain, carry out, answer, until closed; nothing stops it but ``close``."""
        _suit_interpreter()
        size, last = 1, False
        while not last:
            replies, last = self._inbox.drain(size)
            size = len(replies)
            try:
                self._carry_out(replies)
            except BaseException as error:  # noqa: BLE001 - whatever happened, those who wait must hear of it
                self._forget()
                fail(replies, error)
            wake(replies)
            now = time.perf_counter()
            for reply in replies:
                self._watch(now - reply.asked_at)

    def _carry_out(self, replies: Sequence[PendingReply]) -> None:
        """Process replies; while the store cannot be read, wait for it and begin again with those not answered."""
        deadline = time.monotonic() + self._patience
        while waiting := [reply for reply in replies if reply.open]:
            try:
                if time.monotonic() < self._shared_until:
                    self._cache.refresh(
                        {submission.command.stream_id for reply in waiting for submission in reply.submissions}
                    )
                self._process(waiting)
            except EventStore.UNREACHABLE:
                self._cache.forget()
                if time.monotonic() > deadline:
                    # Only reading failed: an append whose answer is lost is not waited for here (_append).
                    fail(waiting, TooBusy(store="unreachable"))
                    return
                time.sleep(_PAUSE)

    def _process(self, replies: Sequence[PendingReply]) -> None:
        """Decide and store pending replies; on another writer's work, halve and redo until each has its own outcome."""
        batch, decided = self._decide(replies)
        waiting = [reply for reply in replies if reply.open]
        if not batch.new_events and not batch.keys:
            self._accept(waiting, decided, 0)
            return
        try:
            landed = self._append(batch)
        except AppendRefusedError as refused:
            self._cache.evict(batch.new_events)
            self._redo(waiting, batch, refused.refusal)
        except LedgerError as error:
            self._cache.evict(batch.new_events)
            fail(waiting, error)
        except BaseException as error:
            # Postgres refused something that no rule of ours foresees: find the one command that it is about.
            self._cache.evict(batch.new_events)
            if len(waiting) == 1:
                raise
            for reply in waiting:
                self._alone(reply, error)
        else:
            self._note_others(landed)
            self._accept(waiting, decided, landed.before)

    def _alone(self, reply: PendingReply, cause: BaseException) -> None:
        """Process one reply by itself after a failure of its batch; its own failure is its own."""
        try:
            self._process((reply,))
        except EventStore.UNREACHABLE:
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to the one who waits
            error.__context__ = cause
            fail((reply,), error)

    def _note_others(self, landed: StoredBatch) -> None:
        """Notice that another process writes to this log too: for a while, catch up before each batch."""
        if self._end is not None and self._end.position != landed.before:
            self._shared_until = time.monotonic() + _SHARED_SECONDS
        self._end = landed.end

    def _forget(self) -> None:
        """Forget all that was read or stored: it may be about another history than the log now tells."""
        self._cache.forget()
        self._totals = TotalsCache(self._store)
        self._recent.clear()
        self._booked = set()
        self._end = None

    def _decide(self, replies: Sequence[PendingReply]) -> tuple[CommandBatch, Decisions]:
        """Decide every reply; one that fails half-way is taken out and the others are decided anew."""
        while True:
            batch, decided = CommandBatch(self._cache, self._totals, self._admit, self._booked), Decisions()
            if all(self._decide_one(reply, batch, decided) for reply in replies if reply.open):
                repeated = self._asked_before(replies)
                if all(self._decide_one(reply, batch, decided) for reply in repeated):
                    return batch, decided
            self._cache.evict(batch.new_events)

    def _decide_one(self, reply: PendingReply, batch: CommandBatch, decided: Decisions) -> bool:
        """Decide one reply; False when the batch must be thrown away, because it holds half of a failed one."""
        held = len(batch.new_events), len(batch.keys)
        try:
            decided[reply] = [self._known(submission) or batch.decide(submission) for submission in reply.submissions]
        except OvertakenError:
            self._try_again(reply, AppendRefusal.VERSION)
            return False
        except EventStore.UNREACHABLE:
            self._cache.evict(batch.new_events)
            raise
        except Exception as error:  # noqa: BLE001 - a faulty command must not stop the others
            reply.error = error
            return (len(batch.new_events), len(batch.keys)) == held
        return True

    def _asked_before(self, replies: Sequence[PendingReply]) -> list[PendingReply]:
        """Open those refused replies again whose keys were used before: they get the first outcome, not a refusal.

        The first success is often why a repetition is refused; the log knows keys that this process does not.
        """
        refused = [reply for reply in replies if isinstance(reply.error, LedgerError)]
        unknown = {
            submission.key: submission.command
            for reply in refused
            for submission in reply.submissions
            if submission.key is not None
        }
        found = self._learn_keys({key: unknown[key] for key in unknown if key not in self._recent})
        repeated = [reply for reply in refused if any(submission.key in found for submission in reply.submissions)]
        for reply in repeated:
            reply.error = None
        return repeated

    def _known(self, submission: Submission) -> CommandOutcome | None:
        """The first outcome of a key used before, if this process remembers it and the asker may still know it."""
        if submission.key is None:
            return None
        found = self._recent.get(submission.key)
        if found is None:
            return None
        if found[0] != submission.fingerprint:
            raise KeyReused(key=submission.key)
        command = submission.command
        if command.scope is not None:
            command.check_scope(self._cache.state(command.STATE, command.stream_id))
        return found[1]._replace(replayed=True)

    def _accept(self, replies: Sequence[PendingReply], decided: Decisions, before: int) -> None:
        """Turn what was stored into outcomes, and remember the keys."""
        for reply in replies:
            outcomes = []
            for answer in decided[reply]:
                outcome = (
                    answer if isinstance(answer, CommandOutcome) else answer.stored(before, replayed=answer.replayed)
                )
                outcomes.append(outcome)
                if isinstance(answer, Decided) and answer.ask.key is not None and not answer.replayed:
                    self._remember(answer.ask.key, answer.ask.fingerprint, outcome)
            reply.answer = tuple(outcomes)

    def _remember(self, key: str, fingerprint: bytes, outcome: CommandOutcome) -> None:
        """Keep a key's first outcome, as long as there is room."""
        self._recent[key] = (fingerprint, outcome)
        if len(self._recent) > _RECENT_KEYS:
            self._recent.popitem(last=False)

    def _append(self, batch: CommandBatch) -> StoredBatch:
        """Store a batch; when the answer is lost, find out whether it landed, and store it again if not.

        Raises:
            OutcomeUnknown: the store stayed out of reach.
            TooBusy: nothing could be sent, or it answers but keeps losing appends; this one is certainly not stored.

        """
        deadline = time.monotonic() + self._patience
        while True:
            batch_id = uuid4()
            try:
                guards = tuple(batch.guards.items())
                return self._store.append(
                    Append(batch_id, batch.new_events, batch.keys, guards, self._end, batch.counts)
                )
            except AppendNotSentError as error:
                if time.monotonic() > deadline:
                    raise TooBusy(store="unreachable") from error
                time.sleep(_PAUSE)
            except AppendUncertainError as error:
                landed = self._resolve(batch_id, deadline)
                if landed is not None:
                    return landed
                if time.monotonic() > deadline:
                    raise TooBusy(batch=batch_id) from error

    def _resolve(self, batch_id: UUID, deadline: float) -> StoredBatch | None:
        """Ask the store for the truth until it answers; None when the batch is fenced and may be stored again."""
        while True:
            try:
                return self._store.resolve(batch_id)
            except AppendUncertainError as error:
                if time.monotonic() > deadline:
                    raise OutcomeUnknown(batch=batch_id) from error
                time.sleep(_PAUSE)

    def _redo(self, replies: Sequence[PendingReply], batch: CommandBatch, refusal: AppendRefusal) -> None:
        """Decide again after another writer's work, in halves, so that one stubborn conflict delays no other."""
        self._shared_until = time.monotonic() + _SHARED_SECONDS
        if refusal is AppendRefusal.KEY:
            self._learn_keys(batch.commands)
            self._booked = set(self._store.find_keys(list(batch.bookings))) if batch.bookings else set()
        elif refusal is AppendRefusal.OTHER_LOG:
            self._forget()
        for reply in replies:
            self._try_again(reply, refusal)
        middle = len(replies) if refusal is AppendRefusal.KEY else max(1, len(replies) // 2)
        for part in (replies[:middle], replies[middle:]):
            self._process([reply for reply in part if reply.open])

    def _try_again(self, reply: PendingReply, refusal: AppendRefusal) -> None:
        """Count an attempt; after the last one the reply gets a ``TooBusy``."""
        reply.attempts += 1
        if reply.attempts > _MAX_ATTEMPTS:
            reply.error = TooBusy(attempts=reply.attempts, refusal=refusal)

    def _learn_keys(self, commands: Mapping[str, Intent[Any]]) -> AbstractSet[str]:
        """Read the first outcomes of those keys that were used before, and return these keys."""
        uses = self._store.find_keys(list(commands)) if commands else {}
        for key, use in uses.items():
            recorded = self._store.events(use.first_position, use.events) if use.events else []
            if len(recorded) != use.events:
                raise LedgerCorrupt(key=key, expected=use.events, events=len(recorded))
            stream_id = recorded[-1].stream_id if recorded else commands[key].stream_id
            state_class = commands[key].STATE
            outcome = CommandOutcome(
                stream_id,
                recorded[-1].version if recorded else self._store.load(state_class, stream_id).version,
                recorded[0].position if recorded else None,
                recorded[-1].position if recorded else None,
                tuple(one.event for one in recorded),
                replayed=True,
            )
            self._remember(key, use.fingerprint, outcome)
        return uses.keys()

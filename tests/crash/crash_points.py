"""The points between the writes of a process where it may die: every write is counted, any of them may be the last.

A write is one that is kept outside the process: the provider, the queues, the ledger. Between two of them a death
changes nothing that could be seen, so that behind each write there is exactly one point to try.
"""

from __future__ import annotations

import inspect
import os
import signal
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from adapters.log.command_bus import CommandOutcome
from adapters.payments.port import PaymentProvider
from service.payments.context import PaymentContext
from service.worker.worker import Worker


def _parameters(asked: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(asked).parameters)


PROVIDER: Final = (
    *(name for name, asked in vars(PaymentProvider).items() if callable(asked) and "key" in _parameters(asked)),
    *("expire_checkout", "erase_customer"),
)
"""What the port changes at the provider: all that takes a key, and what may be repeated without one."""
_RECORD: Final = "record_together"
"""What records facts in the ledger, one of them or several."""
_NAMED: Final = ("of_account", "of_coop", "all")
READS: Final = frozenset({"lane", "due", "read", "count", "parked", "followed", "swept_at", *_NAMED})
"""What only looks, in the queues and the book of accounts: whatever else they do is a write."""


def writes_of(kept: object) -> tuple[str, ...]:
    """Name what a queue or a book writes."""
    public = inspect.getmembers(kept, inspect.ismethod)
    return tuple(name for name, _ in public if not name.startswith("_") and name not in READS)


class CrashPoints:
    """Counts writes, names the point behind each, and kills the process in the one that was chosen (from 1 on)."""

    def __init__(self, deadly: int | None, testament: Callable[[list[str]], None]) -> None:
        """Choose the point to die in, if any; ``testament`` is called with the points so far before."""
        self.names: list[str] = []
        self._deadly = deadly
        self._testament = testament
        self._times: Counter[str] = Counter()

    def wrote(self, name: str) -> None:
        """Pass the point behind a write, or die in it."""
        self._times[name] += 1
        self.names.append(f"after {name} #{self._times[name]}")
        if len(self.names) == self._deadly:
            self._testament(self.names)
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, thing: object, label: str, writes: tuple[str, ...]) -> None:
        """Pass a point whenever one of these writes of a thing has succeeded."""
        for write in writes:
            setattr(thing, write, self._counted(getattr(thing, write), f"{label}.{write}"))

    def watch_all(self, worker: Worker, context: PaymentContext) -> None:
        """Count everything that a worker and a payment context of it write."""
        self.watch(worker.provider, "provider", PROVIDER)
        for label, kept in (("outbox", worker.outbox), ("inbox", worker.inbox), ("accounts", worker.accounts)):
            self.watch(kept, label, writes_of(kept))
        self.watch(context, "ledger", (_RECORD,))

    def _counted(self, write: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(write)
        def counted(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the write itself
            outcome = write(*given, **named)
            if _changed(name, outcome):
                recorded = "+".join(type(command).__name__ for command in given)
                self.wrote(f"ledger.{recorded}" if name == f"ledger.{_RECORD}" else name)
            return outcome

        return counted


def _changed(name: str, outcome: object) -> bool:
    """Whether a write wrote: some say that all was there already. The place in a log moves also without a task."""
    if isinstance(outcome, tuple):
        return any(isinstance(one, CommandOutcome) and one.events for one in outcome)
    return name == "outbox.follow" or outcome is None or bool(outcome)

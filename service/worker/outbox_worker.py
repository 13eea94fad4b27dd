"""Carrying out tasks of the outbox: each alone in its lane, again when the provider is away, parked when hopeless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from adapters.connections import DatabaseAwayError
from adapters.email import TransportUnavailable
from adapters.jobs import Outbox, QueuedItem, Task
from adapters.jobs.queue import pause
from adapters.payments.errors import (
    FundsNotAvailable,
    NotKnownYet,
    PaymentOutcomeUnknown,
    ProviderMissing,
    ProviderUnavailable,
)
from domain.errors import LedgerError, OutcomeUnknown, TooBusy
from service.logging import logger
from service.payments.context import Clock, PaymentContext
from service.payments.idempotent_calls import WaitForCertification, WaitForConfirmation, WaitUntil
from service.worker.task_handlers import HANDLERS

log = logger(__name__)
PaymentContexts = Callable[[str], PaymentContext]
"""Finds the calling thread's payment context of a ledger, by the ledger's name."""
Handlers = Mapping[str, Callable[[PaymentContext, Task], None]]
"""Who carries out which kind of task."""
_PATIENT: Final = (
    *(ProviderUnavailable, PaymentOutcomeUnknown, NotKnownYet),
    *(OutcomeUnknown, TooBusy, TransportUnavailable),
)
"""The outside did not answer, or what it did is unknown, or nameless yet: the kept call is safe to repeat, for ever."""
_WAITING: Final = (WaitForCertification, WaitForConfirmation, FundsNotAvailable)
"""What is missing comes from elsewhere and wakes the task; it also looks for itself now and then."""
_LOOK_AGAIN: Final = timedelta(hours=6)
_PROVIDER_LOOK: Final = timedelta(minutes=10)
"""How often what needs a payment provider is tried where there is none: an operator may have given a key meanwhile."""
_HOPELESS: Final = 8
"""Attempts after which an operator must look at an unexpected error."""


class OutboxWorker:
    """Carries out tasks, for all ledgers."""

    def __init__(self, outbox: Outbox, contexts: PaymentContexts, clock: Clock, handlers: Handlers = HANDLERS) -> None:
        """Remember the parts."""
        self._outbox = outbox
        self._contexts = contexts
        self._now = clock
        self._handlers = handlers

    def carry_out(self, waiting: QueuedItem) -> bool:
        """Carry out one task if no other worker holds its lane; False when it was not its turn."""
        with self._outbox.lane(waiting.lane) as held:
            return held and self.carry_out_in_lane(waiting)

    def carry_out_in_lane(self, waiting: QueuedItem) -> bool:
        """Carry out one task whose lane is held; False when it is not its turn, or done meanwhile."""
        task = self._outbox.read(int(waiting.key), self._now())
        if task is None:
            return False
        self._run(task)
        return True

    def _run(self, task: Task) -> None:
        """Run a task and keep how it ended; nothing that happens in it stops the worker."""
        try:
            with self._contexts(task.ledger).in_turn() as context:
                self._handlers[task.kind](context, task)
        except WaitUntil as wait:
            self._outbox.later(task.task_id, wait.until, wait.code)
        except _WAITING as wait:
            self._outbox.later(task.task_id, self._now() + _LOOK_AGAIN, wait.code)
        except ProviderMissing as missing:
            self._outbox.later(task.task_id, self._now() + _PROVIDER_LOOK, missing.code)
        except _PATIENT as error:
            self._outbox.later(task.task_id, self._now() + pause(task.attempts + 1), str(error))
        except DatabaseAwayError:
            raise  # how it ended cannot be kept either: it is done again when the database is back
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on and an operator sees this one
            self._trouble(task, error)
        else:
            self._outbox.done(task.task_id, self._now())

    def _trouble(self, task: Task, error: Exception) -> None:
        """Try again what may mend itself, a few times; then park it."""
        told = str(error) if isinstance(error, LedgerError) else type(error).__name__
        about = {"task": task.task_id, "kind": task.kind, "ledger": task.ledger, "attempts": task.attempts + 1}
        if task.attempts + 1 >= _HOPELESS:
            log.error("task parked", **about, reason=told, exc_info=error)
            self._outbox.park(task.task_id, told, self._now())
            return
        log.warning("task failed", **about, reason=told, exc_info=not isinstance(error, LedgerError))
        self._outbox.later(task.task_id, self._now() + pause(task.attempts + 1), told)

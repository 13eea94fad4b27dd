"""Calls to the provider that must happen once: each is kept with its key before it is made, and found after a crash.

Or put off, for reasons that are no error and that no person is ever shown.
The provider remembers a key for a day. After that no call is repeated blindly: what it made is looked for first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from adapters.jobs import Call, Task
from domain.errors import Conflict
from service.payments.context import PaymentContext

T = TypeVar("T")
C = TypeVar("C", bound=Call)
KEY_LIFE: Final = timedelta(hours=23)
"""How long a key may be repeated: the provider forgets it after a day."""


def make_once(context: PaymentContext, task: Task, call: C, make: Callable[[C], T], find: Callable[[C], T | None]) -> T:
    """Make a call once, and return what it made; ``find`` looks for it where its key may be forgotten.

    Raises:
        UnexpectedCall: the task keeps a call of another kind.

    """
    found = find(call) if task.pending(type(call)) == call and key_forgotten(context, task) else None
    return keep_and_make(context, task, call, make) if found is None else found


def keep_and_make(context: PaymentContext, task: Task, call: C, make: Callable[[C], T]) -> T:
    """Make a call whose key is fresh. The task keeps it until ``end_call``: run again, it repeats this very call.

    Raises:
        UnexpectedCall: the task keeps a call of another kind.

    """
    if task.pending(type(call)) != call:
        context.outbox.begin_call(task.task_id, call, context.now())
    return make(call)


def key_forgotten(context: PaymentContext, task: Task) -> bool:
    """Tell whether the provider may have forgotten the key of the call that a task keeps: repeated, it is made anew."""
    return task.called_at is not None and context.now() - task.called_at > KEY_LIFE


class WaitForCertification(Conflict):
    """The coop's account at the provider cannot receive or pay out yet; its certification wakes the task."""

    code = "wait-for-certification"


class WaitForConfirmation(Conflict):
    """Payouts are frozen until the association confirms a bank account; that wakes the task."""

    code = "wait-for-confirmation"


class WaitUntil(Conflict):
    """There is nothing to do before an instant."""

    code = "wait-until"

    def __init__(self, until: datetime, **values: object) -> None:
        """Remember until when."""
        super().__init__(until=until, **values)
        self.until = until

"""What workers still have to do: tasks of the outbox, notifications of the provider, accounts there."""

from adapters.work.accounts import AccountBook, KnownAccount
from adapters.work.inbox import Inbox, Received
from adapters.work.outbox import NewTask, Outbox, Task
from adapters.work.queue import Waiting

__all__ = ["AccountBook", "Inbox", "KnownAccount", "NewTask", "Outbox", "Received", "Task", "Waiting"]

"""What workers still have to do: tasks of the outbox, notifications of the provider, accounts there."""

from adapters.jobs.outbox import NewTask, Outbox, Task
from adapters.jobs.provider_accounts import AccountBook, KnownAccount
from adapters.jobs.queue import Waiting
from adapters.jobs.webhook_inbox import Inbox, Received

__all__ = ["AccountBook", "Inbox", "KnownAccount", "NewTask", "Outbox", "Received", "Task", "Waiting"]

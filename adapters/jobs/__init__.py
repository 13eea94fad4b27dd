"""What workers still have to do: tasks of the outbox, webhook events of the provider, accounts there."""

from adapters.jobs.calls import (
    Call,
    ChargeCall,
    GrantCall,
    PayoutCall,
    RefundCall,
    ReversalCall,
    TakeBackCall,
    TransferCall,
    UnexpectedCall,
)
from adapters.jobs.outbox import NewTask, Outbox, Task
from adapters.jobs.provider_accounts import ProviderAccount, ProviderAccountStore
from adapters.jobs.queue import QueuedItem, Selection
from adapters.jobs.webhook_inbox import ReceivedWebhook, WebhookInbox

__all__ = [
    "Call",
    "ChargeCall",
    "GrantCall",
    "NewTask",
    "Outbox",
    "PayoutCall",
    "ProviderAccount",
    "ProviderAccountStore",
    "QueuedItem",
    "ReceivedWebhook",
    "RefundCall",
    "ReversalCall",
    "Selection",
    "TakeBackCall",
    "Task",
    "TransferCall",
    "UnexpectedCall",
    "WebhookInbox",
]

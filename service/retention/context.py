"""What erasing needs to know: one association's ledger, the queues of its work, where its e-mails lie, and the time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from adapters.jobs import Outbox, WebhookInbox
from adapters.postgres import DatabaseRole
from adapters.trail import TrailStore
from service.emails.transports import folder_of
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime


class RetentionContext(NamedTuple):
    """One association at an instant; ``mail_folder`` is where e-mails lie that no server takes away."""

    opened: OpenLedger
    outbox: Outbox
    inbox: WebhookInbox
    trail: TrailStore
    mail_folder: Path
    now: datetime


def context_of(runtime: Runtime, slug: str, now: datetime) -> RetentionContext:
    """Return the context of an association.

    Raises:
        NotFound: no such association.

    """
    pool = runtime.pool(DatabaseRole.WORKER)
    folder = folder_of(runtime.settings, slug)
    return RetentionContext(runtime.ledger(slug), Outbox(pool), WebhookInbox(pool), TrailStore(pool), folder, now)

"""What erasing needs to know: one association's ledger, the queues of its work, where its e-mails lie, and the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from psycopg_pool import ConnectionPool

from adapters.jobs import Outbox, WebhookInbox
from adapters.jobs.queue import Pool
from adapters.postgres import DatabaseRole, conninfo_for
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


@contextmanager
def retention_pool(runtime: Runtime) -> Iterator[Pool]:
    """Open a small pool of the worker's role, for a while."""
    dsn = conninfo_for(runtime.database_url, DatabaseRole.WORKER)
    pool: Pool = ConnectionPool(dsn, min_size=0, max_size=2, kwargs={"autocommit": True}, open=True)
    with pool:
        yield pool


def context_of(runtime: Runtime, pool: Pool, slug: str, now: datetime) -> RetentionContext:
    """Return the context of an association.

    Raises:
        NotFound: no such association.

    """
    folder = folder_of(runtime.settings, slug)
    return RetentionContext(runtime.ledger(slug), Outbox(pool), WebhookInbox(pool), TrailStore(pool), folder, now)

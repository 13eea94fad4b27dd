"""The two sessions of a rebuild or a replay, as the projector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

from adapters.log.ledger import Ledger
from projections.engine.live import LedgerSchemas


@contextmanager
def projector_sessions(ledger: Ledger) -> Iterator[tuple[Connection[Any], Connection[Any]]]:
    """Open them: one reads the log, one the read models."""
    with (
        psycopg.connect(ledger.projector_dsn, autocommit=True) as log,
        psycopg.connect(ledger.projector_dsn, autocommit=True) as read,
    ):
        yield log, read


def schemas_of(ledger: Ledger) -> LedgerSchemas:
    """Where an association's log and read models are."""
    return LedgerSchemas(ledger.log_schema, ledger.read_schema)

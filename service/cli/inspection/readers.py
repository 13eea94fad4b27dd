"""What the commands that look open: an association's read models, as the application's role, without its vault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from service.cli.access.roles import ledger_of

if TYPE_CHECKING:
    from psycopg import Connection


@contextmanager
def read_models_of(slug: str) -> Iterator[Connection[Any]]:
    """Open a connection that sees the read models of an association; no key of the vault is asked for."""
    import psycopg

    from projections.base.read_model import set_schema

    with ledger_of(slug) as ledger, psycopg.connect(ledger.app_dsn) as connection:
        set_schema(connection, ledger.read_schema)
        yield connection

"""What a store asks of a pool: a connection for a while."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from psycopg import Connection
from psycopg.rows import TupleRow


class Lender(Protocol):
    """Lends connections to a database as one role; the transaction is committed at the end of each lending."""

    def connection(self, *, autocommit: bool | None = None) -> AbstractContextManager[Connection[TupleRow]]:
        """Lend one for a while; with ``autocommit`` each of its statements is a transaction of its own."""
        ...

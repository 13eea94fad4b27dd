"""What a store asks of a pool: a connection for a while."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from psycopg import Connection
from psycopg.rows import TupleRow


class Lender(Protocol):
    """Lends connections to a database as one role."""

    def connection(self, *, autocommit: bool = True) -> AbstractContextManager[Connection[TupleRow]]:
        """Lend one for a while: each statement stands by itself, or without ``autocommit`` all are one transaction."""
        ...

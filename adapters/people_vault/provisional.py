"""People who are in the vault on approval: named by a command whose event is not known to be in the log yet.

A row is written before its command is decided, since an event must never name someone who is lost. It stays for good
once the event stands (``confirm``), goes with a refusal (``withdraw``), and after a crash is looked for in the log:
whoever the log names stays, whoever it does not is erased. Times are the database's, on no matter which clock the
service is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.connections import Lender

LEASE: Final = timedelta(minutes=30)
"""How long nobody looks: more than any command takes to be decided, a file of thousands of payments included."""
_SHARE: Final = """
    UPDATE vault.keys SET attempt = NULL, provisional_until = greatest(provisional_until, now() + %s)
    WHERE association IS NOT DISTINCT FROM %s AND person_id = ANY(%s) AND num_nonnulls(provisional_until) = 1
        AND attempt IS DISTINCT FROM %s
"""
_CONFIRM: Final[LiteralString] = """
    UPDATE vault.keys SET provisional_since = NULL, provisional_until = NULL, attempt = NULL
    WHERE association IS NOT DISTINCT FROM %s AND person_id = ANY(%s) AND num_nonnulls(provisional_until) = 1
"""
_KEEP: Final[LiteralString] = f"""
    WITH late AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)), kept AS ({_CONFIRM})
    SELECT person_id FROM vault.keys, late WHERE association IS NOT DISTINCT FROM %s AND person_id = ANY(%s)
"""  # noqa: S608 (made of constants)
_WITHDRAW: Final = """
    DELETE FROM vault.keys WHERE association = %s AND attempt = %s AND provisional_until IS NOT NULL
"""
_DUE: Final = """
    SELECT person_id, provisional_since FROM vault.keys
    WHERE association = %s AND provisional_until < now() ORDER BY provisional_since LIMIT %s
"""
_ERASE: Final = """
    DELETE FROM vault.keys WHERE association = %s AND person_id = ANY(%s) AND provisional_until < now()
"""
_CHUNK: Final = 5_000


class UnconfirmedPerson(NamedTuple):
    """Someone whose command should have been decided by now, and since when the log may name them."""

    person_id: UUID
    since: datetime


class ProvisionalPeople:
    """The people of one association who are there on approval, over a pool of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id

    def share(self, connection: Connection, ids: Iterable[UUID], attempt: UUID | None) -> None:
        """Have several commands wait for the same people: none of them may take the rows back any more.

        Without an ``attempt`` whoever asks wants them for good.
        """
        if attempt is None:
            connection.execute(_CONFIRM, (self._association_id, list(ids)))
        else:
            connection.execute(_SHARE, (LEASE, self._association_id, list(ids), attempt))

    def confirm(self, ids: Iterable[UUID]) -> frozenset[UUID]:
        """Keep people for good, since an event names them; return those who are in the vault. Twice is once.

        It does not wait for the disk: who is not confirmed after a crash is looked for in the log.
        """
        values = (self._association_id, list(ids)) * 2
        with self._pool.connection() as connection:
            return frozenset(person_id for (person_id,) in connection.execute(_KEEP, values))

    def confirm_together(self, groups: Sequence[frozenset[UUID]]) -> list[frozenset[UUID]]:
        """Keep the people of several commands for good, by one statement; return whom of each the vault has."""
        present = self.confirm(frozenset[UUID]().union(*groups))
        return [group & present for group in groups]

    def withdraw(self, attempt: UUID) -> int:
        """Erase whom a command brought in, since it was refused; return how many. Those it shares stay."""
        with self._pool.connection() as connection:
            return connection.execute(_WITHDRAW, (self._association_id, attempt)).rowcount

    def due(self) -> list[UnconfirmedPerson]:
        """Return who should be confirmed or gone by now, the longest waiting first."""
        with self._pool.connection() as connection:
            rows = connection.execute(_DUE, (self._association_id, _CHUNK)).fetchall()
        return [UnconfirmedPerson(*row) for row in rows]

    def erase(self, ids: Iterable[UUID]) -> int:
        """Erase people whom the log does not name; one confirmed or awaited anew meanwhile stays. Return how many."""
        with self._pool.connection() as connection:
            return connection.execute(_ERASE, (self._association_id, list(ids))).rowcount

"""Which account at the provider belongs to which coop, and which of its bank accounts is the confirmed one."""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender
from domain.errors import AlreadyExists

_SELECT: Final[LiteralString] = "SELECT account, ledger, coop_id, bank_account_id, bank_account FROM work.accounts"


class ProviderAccount(NamedTuple):
    """A coop's account at the provider; ``bank_account`` is the provider's name of ``bank_account_id``."""

    account: str
    ledger: str
    coop_id: UUID
    bank_account_id: UUID | None
    bank_account: str | None


class ProviderAccountStore:
    """The accounts of all coops."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        self._pool = pool

    def begin(self, ledger: str, coop_id: UUID, now: datetime) -> bool:
        """Note that an account is about to be asked for; return whether it had been asked for before."""
        with self._pool.connection() as connection:
            begun = connection.execute(
                "INSERT INTO work.openings (ledger, coop_id, asked_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                (ledger, coop_id, now),
            )
        return begun.rowcount == 0

    def add(self, account: str, ledger: str, coop_id: UUID) -> None:
        """Note whose an account is; the same again changes nothing.

        Raises:
            AlreadyExists: the coop has another account, or the account another coop.

        """
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO work.accounts (account, ledger, coop_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                (account, ledger, coop_id),
            )
        known = self.of_account(account)
        if known is None or (known.ledger, known.coop_id) != (ledger, coop_id):
            raise AlreadyExists(provider_account=account, coop=coop_id)

    def name_bank_account(self, account: str, bank_account_id: UUID, bank_account: str) -> None:
        """Note what the provider calls the confirmed bank account."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE work.accounts SET bank_account_id = %s, bank_account = %s WHERE account = %s",
                (bank_account_id, bank_account, account),
            )

    def of_account(self, account: str) -> ProviderAccount | None:
        """Return whose an account is."""
        return self._one("account = %s", account)

    def of_coop(self, ledger: str, coop_id: UUID) -> ProviderAccount | None:
        """Return a coop's account."""
        return self._one("ledger = %s AND coop_id = %s", ledger, coop_id)

    def all(self) -> list[ProviderAccount]:
        """Return every coop's account, by name."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ProviderAccount)) as cursor:
            return cursor.execute(f"{_SELECT} ORDER BY account").fetchall()

    def _one(self, where: LiteralString, *values: object) -> ProviderAccount | None:
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ProviderAccount)) as cursor:
            return cursor.execute(f"{_SELECT} WHERE {where}", values).fetchone()

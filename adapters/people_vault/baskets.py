"""Baskets that families are filling, sealed: names and addresses before they belong to any contribution.

A basket is found by a token of 256 random bits that only its address holds; the database knows the token's digest. It
lives for a day after it was last written, then it is erased: after a rotation of keys the older one is kept that long.
Once it is placed it names people of the vault: the database erases it with the first of them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope
from adapters.people_vault.crypto.keys import Keyring

LIFE: Final = timedelta(days=1)
_WRITE: Final = """
    WITH late AS MATERIALIZED (
        SELECT set_config('synchronous_commit', CASE WHEN %(late)s THEN 'off' ELSE 'on' END, true)
    )
    INSERT INTO vault.baskets (token_sha256, association, kek_id, wrapped, nonce, sealed, people, expires_at)
    SELECT %(token)s, %(association)s, %(kek_id)s, %(wrapped)s, %(nonce)s, %(sealed)s, %(people)s, %(expires_at)s
    FROM late
    ON CONFLICT (token_sha256) DO UPDATE SET
        kek_id = excluded.kek_id, wrapped = excluded.wrapped, nonce = excluded.nonce, sealed = excluded.sealed,
        expires_at = excluded.expires_at
    WHERE baskets.association = excluded.association AND baskets.contribution_id IS NULL
"""
_READ: Final = """
    SELECT contribution_id, token_sha256, kek_id, wrapped, nonce, sealed FROM vault.baskets
    WHERE token_sha256 = %s AND association IS NOT DISTINCT FROM %s AND expires_at > %s
"""
_GOOD: Final = """
    SELECT token_sha256 FROM vault.baskets
    WHERE token_sha256 = ANY(%s) AND association IS NOT DISTINCT FROM %s AND expires_at > %s
        AND contribution_id IS NOT NULL
"""
_READ_PLACED: Final = """
    SELECT people, token_sha256, kek_id, wrapped, nonce, sealed FROM vault.baskets
    WHERE contribution_id = %s AND association IS NOT DISTINCT FROM %s AND expires_at > %s
"""
_PLACE: Final = """
    WITH late AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE vault.baskets SET contribution_id = %s, people = %s FROM late
    WHERE token_sha256 = %s AND association IS NOT DISTINCT FROM %s AND contribution_id IS NULL
"""


class KeptBasket(NamedTuple):
    """A basket as last written: its bytes, and what it has become, if anything."""

    content: bytes
    contribution_id: UUID | None


class BasketVault:
    """One association's baskets, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    @staticmethod
    def new_token() -> str:
        """Return a token for a new basket."""
        return secrets.token_urlsafe()

    def write(
        self, token: str, content: bytes, now: datetime, people: Sequence[UUID] = (), *, late: bool = False
    ) -> bool:
        """Keep a basket's content for a day from now; False when it was placed meanwhile, and stays as it was.

        ``people`` are those of the vault that a new basket names. What is written ``late`` does not wait for the disk:
        for a basket that is about to be placed, whose event does.
        """
        digest = _digest(token)
        row = {
            "token": digest,
            "association": self._association_id,
            **close_envelope(self._keyring, content, self._bound(digest))._asdict(),
            "people": list(people),
            "expires_at": now + LIFE,
            "late": late,
        }
        with self._pool.connection() as connection:
            return connection.execute(_WRITE, row).rowcount == 1

    def read(self, token: str, now: datetime) -> KeptBasket | None:
        """Return a basket, or None when there is none, or no more.

        Raises:
            VaultUnreadable: altered, or another key; VaultKeyMissing: its key is gone.

        """
        digest = _digest(token)
        with self._pool.connection() as connection:
            row = connection.execute(_READ, (digest, self._association_id, now)).fetchone()
        if row is None:
            return None
        contribution_id, *sealed = row
        return KeptBasket(self._open(*sealed), contribution_id)

    def good(self, tokens: Collection[str], now: datetime) -> set[str]:
        """Return which of some tokens are those of baskets that became contributions; it is one question."""
        asked = {_digest(token): token for token in tokens}
        with self._pool.connection() as connection:
            rows = connection.execute(_GOOD, (list(asked), self._association_id, now)).fetchall()
        return {asked[bytes(digest)] for (digest,) in rows}

    def is_kept(self, contribution_id: UUID, now: datetime) -> bool:
        """Tell whether what was typed into the basket that became a contribution is still there."""
        with self._pool.connection() as connection:
            return connection.execute(_READ_PLACED, (contribution_id, self._association_id, now)).rowcount > 0

    def begin_again(self, contribution_id: UUID, now: datetime) -> str | None:
        """Fill a new basket with what was typed into the one that became a contribution; return its token.

        None when that is not kept any more: its day is over, or somebody whom it names was erased.

        Raises:
            VaultUnreadable: altered, or another key; VaultKeyMissing: its key is gone.

        """
        with self._pool.connection() as connection:
            row = connection.execute(_READ_PLACED, (contribution_id, self._association_id, now)).fetchone()
        if row is None:
            return None
        people, *sealed = row
        token = self.new_token()
        self.write(token, self._open(*sealed), now, people)
        return token

    def place(self, token: str, contribution_id: UUID, people: Sequence[UUID]) -> None:
        """Note what a basket has become, and whom of the vault it names; it is not written any more.

        It does not wait for the disk: a basket that is placed again becomes the same contribution.
        """
        with self._pool.connection() as connection:
            connection.execute(_PLACE, (contribution_id, list(people), _digest(token), self._association_id))

    def erase_placed(self, contribution_id: UUID) -> int:
        """Erase the basket that became a contribution, so that its address opens nothing any more; return how many."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.baskets WHERE association = %s AND contribution_id = %s",
                (self._association_id, contribution_id),
            ).rowcount

    def erase_expired(self, now: datetime) -> int:
        """Erase baskets not written for a day; return how many."""
        with self._pool.connection() as connection:
            cursor = connection.execute(
                "DELETE FROM vault.baskets WHERE association = %s AND expires_at <= %s", (self._association_id, now)
            )
            return cursor.rowcount

    def _open(self, digest: bytes, *sealed: Any) -> bytes:  # noqa: ANN401 - the columns of an envelope
        return open_envelope(self._keyring, Envelope(*sealed), self._bound(digest))

    def _bound(self, digest: bytes) -> bytes:
        return f"v1|basket|{self._association_id}|{digest.hex()}".encode()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

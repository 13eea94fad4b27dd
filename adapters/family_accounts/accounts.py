"""The accounts of one association's families, kept by the role ``coopledger_vault``.

An address and a Google identity are found by keyed digests: a reader of the database cannot even test a guess.
Each request for an account is a record of its own, which waits: the one that an e-mail confirms becomes the account of
its address, and the others are then gone. So nobody can undo what another asked for.
An account is personal data that its holder can erase at once; the ledger and what the law has a coop keep about its
payers stay (docs/recipes/forget-a-family.md).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation

from adapters.connections import Lender
from adapters.family_accounts.account import FamilyAccount, Profile
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring
from domain.texts.addresses import address_form

UNCONFIRMED: Final = timedelta(days=7)
"""How long an account waits for its address to be confirmed."""
UNUSED: Final = timedelta(days=3 * 365)
"""How long an account is kept without any sign-in (CNIL: three years after the last contact)."""
_SELECT: Final[LiteralString] = """
SELECT account_id, kek_id, wrapped, nonce, sealed, password, google_digest IS NOT NULL, confirmed_at IS NOT NULL
FROM vault.accounts WHERE association = %(association)s
"""
_CREATE: Final = """
    INSERT INTO vault.accounts AS known (account_id, association, email_digest, google_digest, password,
        kek_id, wrapped, nonce, sealed, created_at, confirmed_at, seen_at)
    VALUES (%(account)s, %(association)s, %(email)s, %(google)s, %(password)s,
        %(kek_id)s, %(wrapped)s, %(nonce)s, %(sealed)s, %(now)s, %(confirmed)s, %(now)s)
    ON CONFLICT DO NOTHING
"""
_ALL_IDS: Final = "SELECT account_id FROM vault.accounts WHERE association = %s ORDER BY account_id"
_LOCK_ENVELOPE: Final = """
    SELECT kek_id, wrapped, nonce, sealed FROM vault.accounts WHERE account_id = %s AND association = %s FOR UPDATE
"""
_REPLACE_ENVELOPE: Final = """
    UPDATE vault.accounts SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE account_id = %s
"""
_CONFIRM: Final = """
    UPDATE vault.accounts SET confirmed_at = coalesce(confirmed_at, %(now)s), seen_at = %(now)s
    WHERE account_id = %(account)s AND association = %(association)s RETURNING email_digest
"""
_DROP_WAITING: Final = """
    DELETE FROM vault.accounts
    WHERE association = %(association)s AND email_digest = %(email)s AND confirmed_at IS NULL
"""
_WHERE: Final[LiteralString] = " WHERE account_id = %(account)s AND association = %(association)s"


class LinkedContribution(NamedTuple):
    """A contribution that was placed while signed in to an account."""

    campaign_id: UUID
    contribution_id: UUID
    placed_at: datetime


class FamilyAccounts:
    """One association's accounts.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name, made when first asked for."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring
        self._secret = secret

    def create(
        self,
        account_id: UUID,
        profile: Profile,
        now: datetime,
        *,
        password: str | None = None,
        google: str | None = None,
        confirmed: bool = False,
    ) -> bool:
        """Open an account, which waits unless it is ``confirmed``; several may wait for one address.

        Returns:
            False when it is confirmed, and the address or the Google identity has a confirmed one already.

        """
        row = {
            "account": account_id,
            "association": self._association_id,
            "email": self.address_digest(profile.email),
            "google": None if google is None else self._digest("google", google),
            "password": password,
            **self._sealed(account_id, profile),
            "now": now,
            "confirmed": now if confirmed else None,
        }
        with self._pool.connection() as connection, connection.transaction():
            created = connection.execute(_CREATE, row).rowcount == 1
            if created and confirmed:
                connection.execute(_DROP_WAITING, row)
            return created

    def by_id(self, account_id: UUID) -> FamilyAccount | None:
        """Return an account, or None when there is none, or none any more."""
        return self._find("AND account_id = %(key)s", account_id)

    def by_email(self, email: str) -> FamilyAccount | None:
        """Return the account of an address, if it has one that is confirmed."""
        return self._find("AND email_digest = %(key)s AND confirmed_at IS NOT NULL", self.address_digest(email))

    def by_address(self, digest: bytes) -> FamilyAccount | None:
        """Return the account of an address by its digest: the confirmed one, else the last that waits."""
        return self._find(
            "AND email_digest = %(key)s ORDER BY confirmed_at IS NULL, created_at DESC, account_id LIMIT 1", digest
        )

    def address_digest(self, email: str) -> bytes:
        """Return the keyed digest by which an address is found, whatever its case."""
        return self._digest("email", address_form(email))

    def by_google(self, subject: str) -> FamilyAccount | None:
        """Return the account that a Google identity is connected to, if any."""
        return self._find("AND google_digest = %(key)s", self._digest("google", subject))

    def confirm(self, account_id: UUID, now: datetime) -> bool:
        """Note that the address is the holder's; the others that waited for it are gone, with what was linked to them.

        Returns:
            False when there is no such account any more, or another one of the address was confirmed first.

        """
        row = {"account": account_id, "association": self._association_id, "now": now}
        try:
            with self._pool.connection() as connection, connection.transaction():
                confirmed = connection.execute(_CONFIRM, row).fetchone()
                if confirmed is None:
                    return False
                connection.execute(_DROP_WAITING, {**row, "email": confirmed[0]})
        except UniqueViolation:
            return False
        return True

    def note_seen(self, account_id: UUID, now: datetime) -> None:
        """Note that the holder signed in."""
        self._change(account_id, "seen_at = %(now)s", now=now)

    def connect_google(self, account_id: UUID, subject: str) -> None:
        """Let a Google identity sign in to an account."""
        self._change(account_id, "google_digest = %(google)s", google=self._digest("google", subject))

    def rename(self, account_id: UUID, profile: Profile) -> None:
        """Change the names of the holder; the address stays the one that was confirmed."""
        self._change(
            account_id,
            "kek_id = %(kek_id)s, wrapped = %(wrapped)s, nonce = %(nonce)s, sealed = %(sealed)s",
            **self._sealed(account_id, profile),
        )

    def set_password(self, account_id: UUID, password: str) -> None:
        """Keep the hash of another password; who is signed in with the old one has to be signed out apart."""
        self._change(account_id, "password = %(password)s", password=password)

    def link(self, account_id: UUID, contribution: LinkedContribution) -> bool:
        """Note that a contribution is an account's; twice is once, and False where there is no such account."""
        with self._pool.connection() as connection:
            added = connection.execute(
                "INSERT INTO vault.account_contributions SELECT account_id, %s, %s, %s FROM vault.accounts"
                " WHERE account_id = %s AND association = %s ON CONFLICT DO NOTHING",
                (*contribution, account_id, self._association_id),
            )
            return added.rowcount == 1

    def contributions_of(self, account_id: UUID) -> list[LinkedContribution]:
        """Return the contributions of an account, latest first."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT campaign_id, contribution_id, placed_at FROM vault.account_contributions"
                " WHERE account_id = %s ORDER BY placed_at DESC, contribution_id",
                (account_id,),
            ).fetchall()
        return [LinkedContribution(*row) for row in rows]

    def confirmed_addresses(self, campaign_ids: Collection[UUID]) -> dict[UUID, bytes]:
        """Return, by contribution, the digest of the address of the confirmed account that it was placed under.

        Of some campaigns; contributions that were placed without an account are not among them.
        """
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT contribution_id, email_digest FROM vault.account_contributions JOIN vault.accounts"
                " USING (account_id) WHERE association = %s AND confirmed_at IS NOT NULL AND campaign_id = ANY(%s)",
                (self._association_id, list(campaign_ids)),
            ).fetchall()
        return dict(rows)

    def unlink_all(self, account_id: UUID) -> None:
        """Forget which contributions are an account's."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.account_contributions WHERE account_id = %s", (account_id,))

    def drop_unconfirmed(self, account_id: UUID) -> None:
        """Drop the record of an account that was asked for and that nobody has confirmed."""
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM vault.accounts WHERE account_id = %s AND association = %s AND confirmed_at IS NULL",
                (account_id, self._association_id),
            )

    def erase_expired(self, now: datetime) -> int:
        """Erase accounts that were never confirmed or were unused for three years; return how many."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.accounts WHERE association = %s"
                " AND (confirmed_at IS NULL AND created_at < %s OR seen_at < %s)",
                (self._association_id, now - UNCONFIRMED, now - UNUSED),
            ).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many accounts."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT account_id, kek_id, wrapped FROM vault.accounts"
                " WHERE association = %s AND kek_id <> %s FOR UPDATE",
                (self._association_id, self._keyring.current_id),
            ).fetchall()
            for account_id, kek_id, wrapped in rows:
                connection.execute(
                    "UPDATE vault.accounts SET kek_id = %s, wrapped = %s WHERE account_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(account_id)), account_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every account again under a key made now; return how many."""
        with self._pool.connection() as connection:
            ids = connection.execute(_ALL_IDS, (self._association_id,)).fetchall()
        return sum(self._reseal_account(account_id) for (account_id,) in ids)

    def _reseal_account(self, account_id: UUID) -> int:
        """Seal one account again; 0 when it was erased meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(_LOCK_ENVELOPE, (account_id, self._association_id)).fetchone()
            if row is None:
                return 0
            fresh = reseal_envelope(self._keyring, Envelope(*row), self._bound(account_id))
            connection.execute(_REPLACE_ENVELOPE, (*fresh, account_id))
        return 1

    def _find(self, condition: LiteralString, key: object) -> FamilyAccount | None:
        with self._pool.connection() as connection:
            row = connection.execute(_SELECT + condition, {"association": self._association_id, "key": key}).fetchone()
        if row is None:
            return None
        account_id, *sealed, password, google, confirmed = row
        content = open_envelope(self._keyring, Envelope(*sealed), self._bound(account_id))
        return FamilyAccount(account_id, msgspec.json.decode(content, type=Profile), password, google, confirmed)

    def _change(self, account_id: UUID, change: LiteralString, **values: Any) -> None:  # noqa: ANN401 - columns of all kinds
        statement: LiteralString = "UPDATE vault.accounts SET " + change + _WHERE  # noqa: S608 - constants of this file
        values |= {"account": account_id, "association": self._association_id}
        with self._pool.connection() as connection:
            connection.execute(statement, values)

    def _sealed(self, account_id: UUID, profile: Profile) -> dict[str, Any]:
        return close_envelope(self._keyring, msgspec.json.encode(profile), self._bound(account_id))._asdict()

    def _bound(self, account_id: UUID) -> bytes:
        return f"v1|account|{self._association_id}|{account_id}".encode()

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.new(self._secret("accounts"), f"{kind}\n{text}".encode(), hashlib.sha256).digest()

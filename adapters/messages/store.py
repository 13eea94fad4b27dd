"""What a coop wrote to families, sealed, and to how many; whom it wrote to is in no row.

Who wants no more messages of a coop is known by the keyed digest of the address, whichever basket named it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from adapters.connections import Lender
from adapters.people_vault import Keyring
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key

_ADD: Final = """
    INSERT INTO vault.messages (message_id, association, coop_id, campaign_id, sent_by, sent_at, recipients, expires_on,
                                kek_id, wrapped, nonce, sealed)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (message_id) DO NOTHING
"""
_SELECT: Final = """
    SELECT message_id, coop_id, campaign_id, sent_at, recipients, kek_id, wrapped, nonce, sealed FROM vault.messages
    WHERE association = %s
"""
_REFUSE: Final = """
    INSERT INTO vault.message_refusals (association, coop_id, email_digest, expires_on) VALUES (%s, %s, %s, %s)
    ON CONFLICT (association, coop_id, email_digest) DO UPDATE SET expires_on = excluded.expires_on
"""


class FamilyMessage(msgspec.Struct, frozen=True):
    """What a message says: one line of subject, lines of text."""

    subject: str
    text: str

    def __repr__(self) -> str:
        """Say nothing: a message may name people, and must not reach a log or a traceback."""
        return "FamilyMessage(…)"


class SentMessage(NamedTuple):
    """A message as its history tells it: when it was sent (UTC), to how many families, and what it says."""

    message_id: UUID
    coop_id: UUID
    campaign_id: UUID
    sent_at: datetime
    recipients: int
    message: FamilyMessage


class MessageStore:
    """The messages of one association, over a pool of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring.derived(b"messages")

    def add(self, sent: SentMessage, sent_by: UUID, expires_on: date, since: datetime, most: int) -> bool:
        """Keep a message, unless its coop sent ``most`` of them since an instant; a second time changes nothing."""
        envelope = close_envelope(self._keyring, msgspec.json.encode(sent.message), self._bound(sent.message_id))
        with self._pool.connection(autocommit=False) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"messages:{sent.coop_id}",))
            counted = connection.execute(
                "SELECT count(*) FILTER (WHERE message_id <> %s) FROM vault.messages"
                " WHERE association = %s AND coop_id = %s AND sent_at >= %s",
                (sent.message_id, self._association_id, sent.coop_id, since),
            ).fetchone()
            if counted is not None and counted[0] >= most:
                return False
            about = (sent.message_id, self._association_id, sent.coop_id, sent.campaign_id, sent_by)
            connection.execute(_ADD, (*about, sent.sent_at, sent.recipients, expires_on, *envelope))
        return True

    def find(self, message_id: UUID) -> SentMessage | None:
        """Return a message, None where there is none any more.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        with self._pool.connection() as connection:
            row = connection.execute(f"{_SELECT} AND message_id = %s", (self._association_id, message_id)).fetchone()
        return None if row is None else self._opened(row)

    def of_campaign(self, campaign_id: UUID) -> list[SentMessage]:
        """Return the messages to families of a campaign, the latest first; errors as ``find``."""
        with self._pool.connection() as connection:
            query = f"{_SELECT} AND campaign_id = %s ORDER BY sent_at DESC"
            rows = connection.execute(query, (self._association_id, campaign_id)).fetchall()
        return [self._opened(row) for row in rows]

    def refuse(self, coop_id: UUID, email_digest: bytes, expires_on: date) -> None:
        """Remember until a day that an address wants no more messages of a coop."""
        with self._pool.connection() as connection:
            connection.execute(_REFUSE, (self._association_id, coop_id, email_digest, expires_on))

    def refuses(self, coop_id: UUID, email_digest: bytes) -> bool:
        """Tell whether an address wants no more messages of a coop."""
        query = "SELECT FROM vault.message_refusals WHERE association = %s AND coop_id = %s AND email_digest = %s"
        with self._pool.connection() as connection:
            return connection.execute(query, (self._association_id, coop_id, email_digest)).fetchone() is not None

    def erase_expired(self, today: date) -> int:
        """Erase messages and refusals whose last day is before ``today`` (Paris); return how many."""
        with self._pool.connection() as connection:
            values = (self._association_id, today)
            erased = connection.execute("DELETE FROM vault.messages WHERE association = %s AND expires_on < %s", values)
            query = "DELETE FROM vault.message_refusals WHERE association = %s AND expires_on < %s"
            return erased.rowcount + connection.execute(query, values).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many messages."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT message_id, kek_id, wrapped FROM vault.messages"
                " WHERE association = %s AND kek_id <> %s FOR UPDATE",
                (self._association_id, self._keyring.current_id),
            ).fetchall()
            for message_id, kek_id, wrapped in rows:
                connection.execute(
                    "UPDATE vault.messages SET kek_id = %s, wrapped = %s WHERE message_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(message_id)), message_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every message again under a key made now; return how many."""
        with self._pool.connection(autocommit=False) as connection:
            query = f"{_SELECT} FOR UPDATE"
            rows = connection.execute(query, (self._association_id,)).fetchall()
            for message_id, _, _, _, _, *sealed in rows:
                fresh = reseal_envelope(self._keyring, Envelope(*sealed), self._bound(message_id))
                connection.execute(
                    "UPDATE vault.messages SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s"
                    " WHERE message_id = %s",
                    (*fresh, message_id),
                )
        return len(rows)

    def _opened(self, row: tuple[Any, ...]) -> SentMessage:
        message_id, coop_id, campaign_id, sent_at, recipients, *sealed = row
        content = open_envelope(self._keyring, Envelope(*sealed), self._bound(message_id))
        return SentMessage(
            message_id, coop_id, campaign_id, sent_at, recipients, msgspec.json.decode(content, type=FamilyMessage)
        )

    def _bound(self, message_id: UUID) -> bytes:
        return f"v1|message|{self._association_id}|{message_id}".encode()

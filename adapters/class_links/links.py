"""The links of one association's collections for colleagues: what a link opens is found by the digest of its secret.

A secret is 256 bits, made from the link's id and a key of the vault: the table alone opens nothing, and who shares the
link sees the same one again. A link that was cut, or is over, is erased.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from adapters.connections import Lender

_SECRET: Final = "class-links"  # noqa: S105 - the name of the secret in the vault
_ADD: Final = """
    INSERT INTO vault.class_links (link_id, token_sha256, association, campaign_id, made_at, expires_on)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (link_id) DO NOTHING
"""
_OF: Final = """
    SELECT link_id, campaign_id, made_at, expires_on FROM vault.class_links
    WHERE association = %s AND campaign_id = %s AND expires_on >= %s ORDER BY made_at, link_id
"""
_FIND: Final = """
    SELECT link_id, campaign_id, made_at, expires_on FROM vault.class_links
    WHERE association = %s AND token_sha256 = %s AND expires_on >= %s
"""


class ClassLink(NamedTuple):
    """A link that is good: of which collection, since when (UTC), and the last Paris day on which it opens."""

    link_id: UUID
    campaign_id: UUID
    made_at: datetime
    expires_on: date


class ClassLinks:
    """The links of one association, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives a key of the vault by its name."""
        self._pool = pool
        self._association_id = association_id
        self._secret = secret

    def token(self, link_id: UUID) -> str:
        """Return the secret of a link."""
        made = hmac.digest(self._secret(_SECRET), link_id.bytes, "sha256")
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def add(self, link: ClassLink) -> None:
        """Keep a link; kept once more, it is the same."""
        values = (link.link_id, _digest(self.token(link.link_id)), self._association_id, *link[1:])
        with self._pool.connection() as connection:
            connection.execute(_ADD, values)

    def of_campaign(self, campaign_id: UUID, today: date) -> list[ClassLink]:
        """Return the links of a collection that are good on a Paris day, the oldest first."""
        with self._pool.connection() as connection:
            return [ClassLink(*row) for row in connection.execute(_OF, (self._association_id, campaign_id, today))]

    def find(self, token: str, today: date) -> ClassLink | None:
        """Return the link of a secret that is good on a Paris day; None where there is none."""
        with self._pool.connection() as connection:
            row = connection.execute(_FIND, (self._association_id, _digest(token), today)).fetchone()
        return None if row is None else ClassLink(*row)

    def cut(self, campaign_id: UUID, link_id: UUID) -> None:
        """End a link of a collection at once."""
        query = "DELETE FROM vault.class_links WHERE association = %s AND campaign_id = %s AND link_id = %s"
        with self._pool.connection() as connection:
            connection.execute(query, (self._association_id, campaign_id, link_id))

    def erase_expired(self, today: date) -> int:
        """Erase the links that are over; return how many."""
        query = "DELETE FROM vault.class_links WHERE association = %s AND expires_on < %s"
        with self._pool.connection() as connection:
            return connection.execute(query, (self._association_id, today)).rowcount


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()

"""What families hold instead of an account: random tokens of 256 bits, each for one purpose and one contribution.

The database knows the digests alone. A token is good up to the end of a Paris day and can be revoked; a token of the
return from the payment page serves once. Identifiers of contributions open nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from adapters.connections import Lender
from adapters.people_vault.errors import LinkExpired, LinkInvalid

_REMEMBERED: Final = timedelta(days=365)
"""How long a token that is over is still known: whoever opens it is told so, and may ask for another receipt."""
_KEEP: Final = """
    INSERT INTO vault.family_tokens
        (token_sha256, association, purpose, campaign_id, contribution_id, instalment, expires_on)
    SELECT * FROM unnest(%s::bytea[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::integer[], %s::date[])
    ON CONFLICT (token_sha256) DO UPDATE SET expires_on = excluded.expires_on
    WHERE family_tokens.association = excluded.association
"""
_FIND: Final = """
    SELECT purpose, campaign_id, contribution_id, expires_on, instalment FROM vault.family_tokens
    WHERE token_sha256 = %s AND association IS NOT DISTINCT FROM %s AND purpose = %s
"""
_GOOD: Final = """
    SELECT token_sha256 FROM vault.family_tokens
    WHERE token_sha256 = ANY(%s) AND association IS NOT DISTINCT FROM %s AND purpose = %s AND expires_on >= %s
"""
_TAKE: Final = """
    DELETE FROM vault.family_tokens
    WHERE token_sha256 = %s AND association IS NOT DISTINCT FROM %s AND purpose = ANY(%s) AND expires_on >= %s
    RETURNING purpose, campaign_id, contribution_id, expires_on, instalment
"""


_TELL: Final = "SELECT pg_notify('coopledger_read', 'vault.family_tokens:0')"
_END_RETURNS: Final = """
    DELETE FROM vault.family_tokens
    WHERE association IS NOT DISTINCT FROM %s AND contribution_id = %s AND purpose = ANY(%s)
"""


class TokenPurpose(StrEnum):
    """What a token is for; one for something else opens nothing."""

    CONTRIBUTION = "contribution"
    """See what the ledger knows of a contribution; pay it, or fill it in again, while it is not paid."""
    RECEIPT = "receipt"
    """Obtain the « attestation de paiement »."""
    PLAN = "plan"
    """See the instalments to come, and stop them."""
    INSTALMENT = "instalment"
    """Pay one instalment that was refused."""
    RETURN_PAID = "return-paid"
    """Come back once from the provider's page, a card accepted."""
    RETURN_LEFT = "return-left"
    """Come back once from the provider's page, left without paying."""


_RETURNS: Final = [TokenPurpose.RETURN_PAID.value, TokenPurpose.RETURN_LEFT.value]


class FamilyGrant(NamedTuple):
    """What a token's holder may do with which contribution, up to the end of a Paris day.

    ``instalment`` is the number of the one to pay, 0 where the contribution as a whole is meant.
    """

    purpose: TokenPurpose
    campaign_id: UUID
    contribution_id: UUID
    until: date
    instalment: int = 0

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> Self:
        """Read a row of the table."""
        purpose, *rest = row
        return cls(TokenPurpose(purpose), *rest)


class FamilyReturn(NamedTuple):
    """A family back from the payment page: whether a card was accepted there, and the token that it goes on with.

    ``grant`` says of what it comes back; ``grant.instalment`` is 0 where it paid its basket.
    """

    paid: bool
    purpose: TokenPurpose
    token: str
    grant: FamilyGrant


class FamilyTokens:
    """The tokens of one association's families, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id

    def create(self, grant: FamilyGrant) -> str:
        """Make a token, which is not kept itself; those that were made before stay good."""
        token = secrets.token_urlsafe()
        self.keep(token, grant)
        return token

    def keep(self, token: str, grant: FamilyGrant) -> None:
        """Keep the digest of a token that its maker can make again; kept once more, it serves once more."""
        self.keep_all({token: grant})

    def keep_all(self, grants: Mapping[str, FamilyGrant]) -> None:
        """Keep several, by one statement."""
        with self._pool.connection() as connection:
            connection.execute(_KEEP, self._columns(grants))

    def find(self, token: str, purpose: TokenPurpose, today: date) -> FamilyGrant:
        """Read a token for one purpose, on a Paris day.

        Raises:
            LinkInvalid: made up, altered, revoked, of another association or for another purpose.
            LinkExpired: it was good until an earlier day.

        """
        grant = self.find_old(token, purpose)
        if today > grant.until:
            raise LinkExpired(contribution=grant.contribution_id, until=grant.until)
        return grant

    def find_old(self, token: str, purpose: TokenPurpose) -> FamilyGrant:
        """Read a token for one purpose whatever its day: for who asks for another.

        Raises:
            LinkInvalid: made up, altered, revoked, of another association or for another purpose.

        """
        with self._pool.connection() as connection:
            row = connection.execute(_FIND, (_digest(token), self._association_id, purpose.value)).fetchone()
        if row is None:
            raise LinkInvalid(purpose=purpose)
        return FamilyGrant.of_row(row)

    def good(self, tokens: Collection[str], purpose: TokenPurpose, today: date) -> set[str]:
        """Return which of some tokens are good for one purpose on a Paris day; it is one question."""
        asked = {_digest(token): token for token in tokens}
        values = (list(asked), self._association_id, purpose.value, today)
        with self._pool.connection() as connection:
            return {asked[bytes(digest)] for (digest,) in connection.execute(_GOOD, values).fetchall()}

    def come_back(self, token: str, today: date, until: date) -> FamilyReturn | None:
        """Use up a token of the return, and make one to go on with up to a day; None when it has served, or is over.

        Who comes back from an accepted card needs no other way back: the one of who left without paying ends too.
        """
        asked = (_digest(token), self._association_id, _RETURNS, today)
        onward = secrets.token_urlsafe()
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(_TAKE, asked).fetchone()
            if row is None:
                return None
            taken = FamilyGrant.of_row(row)
            paid = taken.purpose is TokenPurpose.RETURN_PAID
            if paid:
                connection.execute(_END_RETURNS, (self._association_id, taken.contribution_id, _RETURNS))
            purpose = TokenPurpose.INSTALMENT if taken.instalment else TokenPurpose.CONTRIBUTION
            connection.execute(_KEEP, self._columns({onward: taken._replace(purpose=purpose, until=until)}))
        return FamilyReturn(paid, purpose, onward, taken)

    def revoke(self, contribution_id: UUID) -> int:
        """End every token of a contribution at once, and tell open pages; return how many there were."""
        with self._pool.connection(autocommit=False) as connection:
            connection.execute(_TELL)
            return connection.execute(
                "DELETE FROM vault.family_tokens WHERE association IS NOT DISTINCT FROM %s AND contribution_id = %s",
                (self._association_id, contribution_id),
            ).rowcount

    def erase_expired(self, today: date) -> int:
        """Erase the tokens that have been over for a year; return how many."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.family_tokens WHERE association = %s AND expires_on < %s",
                (self._association_id, today - _REMEMBERED),
            ).rowcount

    def _columns(self, grants: Mapping[str, FamilyGrant]) -> list[list[object]]:
        """Tokens as the columns that are stored."""
        rows = [
            (_digest(token), self._association_id, purpose.value, campaign_id, contribution_id, instalment, until)
            for token, (purpose, campaign_id, contribution_id, until, instalment) in grants.items()
        ]
        return [list(column) for column in zip(*rows, strict=True)]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

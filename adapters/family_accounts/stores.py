"""All that is kept for the families of one association, and what is erased of it in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from adapters.connections import Lender
from adapters.family_accounts.accounts import FamilyAccounts
from adapters.family_accounts.tokens import OneTimeLinks, Sessions
from adapters.people_vault.crypto.keys import Keyring
from adapters.rate_limits import RateLimiter


class FamilyStores(NamedTuple):
    """The accounts of one association, who is signed in, the links of e-mails, and how often visitors did what."""

    accounts: FamilyAccounts
    sessions: Sessions
    links: OneTimeLinks
    limits: RateLimiter

    @classmethod
    def open(cls, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> Self:
        """Open them over a pool of connections of the role ``coopledger_vault``."""
        return cls(
            FamilyAccounts(pool, association_id, keyring, secret),
            Sessions(pool, association_id),
            OneTimeLinks(pool, association_id),
            RateLimiter(pool, secret),
        )

    def erase_expired(self, now: datetime) -> int:
        """Erase what is over: accounts, sessions, links, buckets; return how many rows."""
        kept = (self.accounts, self.sessions, self.links, self.limits)
        return sum(one.erase_expired(now) for one in kept)

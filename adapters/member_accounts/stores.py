"""All that is kept for the members of one association, and what is erased of it in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from adapters.connections import Lender
from adapters.member_accounts.former_addresses import FormerAddresses
from adapters.member_accounts.links import MemberLinks
from adapters.member_accounts.members import Members
from adapters.member_accounts.passkeys import Passkeys
from adapters.member_accounts.replacements import PasskeyReplacements
from adapters.member_accounts.sessions import MemberSessions
from adapters.people_vault.crypto.keys import Keyring


class MemberStores(NamedTuple):
    """The members of one association, where their letters went, who is signed in, links of letters, passkeys."""

    members: Members
    former_addresses: FormerAddresses
    sessions: MemberSessions
    links: MemberLinks
    passkeys: Passkeys
    replacements: PasskeyReplacements

    @classmethod
    def open(cls, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> Self:
        """Open them over a pool of connections of the role ``coopledger_vault``."""
        return cls(
            Members(pool, association_id, keyring, secret),
            FormerAddresses(pool, association_id, keyring),
            MemberSessions(pool, association_id),
            MemberLinks(pool, association_id),
            Passkeys(pool, association_id),
            PasskeyReplacements(pool, association_id),
        )

    def erase_expired(self, now: datetime) -> int:
        """Erase what is over: former addresses, sessions, links, challenges, replacements; return how many rows."""
        kept = (self.former_addresses, self.sessions, self.links, self.passkeys, self.replacements)
        return sum(one.erase_expired(now) for one in kept)

"""All that is kept of the contacts of one association's coops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, Self
from uuid import UUID

from adapters.connections import Lender
from adapters.contact_vault.contacts import ContactVault
from adapters.contact_vault.fields import PersonFieldVault
from adapters.contact_vault.groups import ContactGroups
from adapters.people_vault.crypto.keys import Keyring


class ContactStores(NamedTuple):
    """The contacts themselves, the groups that coops make of them, the fields that coops add to their records."""

    people: ContactVault
    groups: ContactGroups
    fields: PersonFieldVault

    @classmethod
    def open(cls, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> Self:
        """Open them over a pool of connections of the role ``coopledger_vault``."""
        return cls(
            ContactVault(pool, association_id, keyring, secret),
            ContactGroups(pool, association_id, keyring),
            PersonFieldVault(pool, association_id, keyring),
        )

    def erase_expired(self, today: date) -> int:
        """Erase the contacts whose last day is before ``today`` (Paris), then groups without a member."""
        return self.people.erase_expired(today) + self.groups.erase_expired(today)

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many rows."""
        return sum(one.rewrap() for one in self)

    def reseal(self) -> int:
        """Seal everything again under keys made now; return how many rows."""
        return sum(one.reseal() for one in self)

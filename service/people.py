"""Putting people and bank accounts in the vault before a command, so that events carry only ids and commitments."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from adapters.people_vault import NewPerson, PeopleVault, Person, Purpose, retention_end
from domain.calendar import paris_date
from domain.errors import IbanInvalid
from reports.parts.wording import ERASED_NAME

_SHOWN: Final = 4


def keep_payer(vault: PeopleVault, coop_id: UUID, person_id: UUID, person: Person, at: datetime) -> str:
    """Keep who pays or holds a mandate, as long as the accounts, and return the commitment."""
    purpose = Purpose.ACCOUNTING
    return vault.put(
        person,
        person_id=person_id,
        coop_id=coop_id,
        purpose=purpose,
        expires_on=retention_end(purpose, paris_date(at)),
    )


def keep_children(vault: PeopleVault, coop_id: UUID, children: dict[UUID, Person], at: datetime) -> None:
    """Keep the children of a basket, for the school year and one more."""
    purpose = Purpose.CLASS_LIFE
    expires_on = retention_end(purpose, paris_date(at))
    vault.put_many(NewPerson(key, coop_id, purpose, expires_on, child) for key, child in children.items())


def keep_contact(vault: PeopleVault, coop_id: UUID, contact_id: UUID, contact: Person, at: datetime) -> None:
    """Keep a campaign's contact, for the school year and one more."""
    purpose = Purpose.CLASS_LIFE
    expires_on = retention_end(purpose, paris_date(at))
    vault.put(contact, person_id=contact_id, coop_id=coop_id, purpose=purpose, expires_on=expires_on)


def keep_iban(vault: PeopleVault, coop_id: UUID, account_id: UUID, iban: str, at: datetime) -> tuple[str, str]:
    """Keep an IBAN and return what the log may show: its masked form and a keyed fingerprint.

    Raises:
        IbanInvalid: wrong length, country or check digits.

    """
    try:
        compact = IBAN(iban).compact
    except SchwiftyException as error:
        raise IbanInvalid(kind=type(error).__name__) from error
    keep_payer(vault, coop_id, account_id, Person("", "", extra={"iban": compact}), at)
    fingerprint = hmac.new(vault.secret("iban"), compact.encode(), hashlib.sha256).hexdigest()
    return f"{compact[:_SHOWN]} •••• {compact[-_SHOWN:]}", fingerprint


def full_names(vault: PeopleVault, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; an erased person is shown as such."""
    wanted = set(ids)
    known = vault.get_many(wanted)
    names = {key: f"{person.first_name} {person.last_name}".strip() for key, person in known.items()}
    return {key: names.get(key, ERASED_NAME) for key in wanted}

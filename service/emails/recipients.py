"""Who an e-mail to several goes to, and where: the present address of each, for some e-mails the former ones too.

Whoever may change addresses must not be able to hide that money is to go elsewhere: those e-mails reach the mandate
holders and the association's office, at every address that they lately had.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Self
from uuid import UUID

from adapters.email import Undeliverable, check_address
from adapters.jobs import Task
from adapters.jobs.outbox import Facts
from adapters.member_accounts import MemberStores
from adapters.people_vault import Person
from domain.campaign.state import Campaign
from domain.rights.roles import MemberRole
from domain.texts.addresses import address_form
from service.emails.context import EmailContext
from service.emails.email_plan import CARDS_TESTED, MONEY_WAITS, TO_EXPLAIN

_REGISTRATION: Final = "notification"
"""The e-mail about one registration, which the addresses that the campaign names receive as well (S-99)."""
NOTIFIED: Final = frozenset({_REGISTRATION, CARDS_TESTED})
"""E-mails that the campaign's contact receives as well."""
ALARMING: Final = frozenset({"bank-account-registered", "bank-account-confirmed", "bank-account-withdrawn"})
"""E-mails that the office receives as well, and that former addresses do too."""
_OFFICE: Final = frozenset({MemberRole.STAFF, MemberRole.TREASURER})
_PERSON: Final = "recipient_id"
_FORMER: Final = "former_address_id"


class Recipient(NamedTuple):
    """A person, by id, at the present address, or by its id at a former one: what a task may hold."""

    person_id: UUID
    former_address_id: UUID | None = None

    @classmethod
    def of_task(cls, task: Task) -> Self | None:
        """Return to whom one e-mail goes; None for a task that is still to be split."""
        if _PERSON not in task.facts:
            return None
        return cls(task.id(_PERSON), task.id(_FORMER) if _FORMER in task.facts else None)

    @property
    def facts(self) -> Facts:
        """What the task of one e-mail holds beside what the event asked for."""
        former = self.former_address_id
        return {_PERSON: str(self.person_id)} | ({} if former is None else {_FORMER: str(former)})


def recipients(email_context: EmailContext, stores: MemberStores, name: str) -> list[Recipient]:
    """Return who is written to, each address once: present addresses before former ones, in a fixed order."""
    context, ids = email_context.payment_context, list(_people(email_context, name))
    written: dict[str, Recipient] = {}
    email_context.know(ids)
    present = {person_id: find_email(email_context, stores, Recipient(person_id)) or "" for person_id in ids}
    for person_id, email in present.items():
        written.setdefault(email.casefold(), Recipient(person_id))
    if name in ALARMING:
        for former in stores.former_addresses.of_members(ids, context.now()):
            written.setdefault(address_form(former.email), Recipient(former.member_id, former.address_id))
    return [recipient for email, recipient in written.items() if email]


def find_email(email_context: EmailContext, stores: MemberStores, recipient: Recipient) -> str | None:
    """Return where a person is written to, empty without an address; None when erased, or past its day."""
    person_id, former_id = recipient
    if former_id is not None:
        kept = stores.former_addresses.of_members([person_id], email_context.payment_context.now())
        return next((one.email.strip() for one in kept if one.address_id == former_id), None)
    person = email_context.person(person_id)
    email = person.email.strip() if person else None
    member = None if email else stores.members.by_id(person_id)
    return member.profile.email.strip() if member else email


def contact_id_of(campaign: Campaign) -> UUID | None:
    """Return who answers to the families of a campaign, by id; None where none is named."""
    return campaign.details.contact_id if campaign.details else None


def reply_address(contact: Person | None) -> str:
    """Return the address that families may answer to (S-60); one that is none must not hold an e-mail back."""
    try:
        return check_address(contact.email.strip()) if contact else ""
    except Undeliverable:
        return ""


def _people(email_context: EmailContext, name: str) -> Iterable[UUID]:
    """The holders of a mandate today, or the office, for some e-mails both or the campaign's contact, each once."""
    held = () if name == TO_EXPLAIN else email_context.coop().mandates.values()
    found = [holder for holder, first, last in held if first <= email_context.today <= last]
    if name in NOTIFIED:
        campaign = email_context.campaign()
        found += [campaign.details.contact_id] if campaign.details and campaign.details.contact_id else []
        found += campaign.notified if name == _REGISTRATION else ()
    if name in ALARMING or name in {MONEY_WAITS, TO_EXPLAIN}:
        roles = email_context.payment_context.association().roles.values()
        found += [one.member_id for one in roles if one.role in _OFFICE and one.holds_on(email_context.today)]
    return list(dict.fromkeys(found))

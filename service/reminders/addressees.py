"""Whether a contact gets the letter of a reminder: decided when it leaves, from what no page puts side by side.

The answer goes to the sender of letters and nowhere else: nothing here is logged, counted or kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from adapters.reminder_vault import ListedContact
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from service.messages.stop_links import digest_of
from service.runtime.open_ledger import OpenLedger


class Collection(NamedTuple):
    """A campaign and its coop, as they are now."""

    campaign: Campaign
    coop: Coop


def address_to_remind(opened: OpenLedger, about: Collection, listed: ListedContact) -> str | None:
    """Return where a contact is reminded; None where the letter does not concern it.

    That is: it contributed, wants no reminders or no messages of the coop at all, works with it, was erased, or has
    another address by now. Each of these is looked at, whatever the others say.
    """
    contact = opened.contacts.people.find(about.coop.id, listed.contact_id)
    email = contact.profile.email if contact else ""
    reasons = (
        not email or opened.contacts.people.digest(email) != listed.digest,
        bool(opened.reminders.stopped(about.coop.id, [listed.digest])),
        opened.messages.refuses(about.coop.id, digest_of(opened.secret, email)),
        listed.digest in digests(opened, working_addresses(opened, about)),
        _has_contributed(opened, about.campaign, listed, email),
    )
    return None if any(reasons) else email


def working_addresses(opened: OpenLedger, about: Collection) -> Iterator[str]:
    """Yield the addresses of who works with the coop: members of the association, holders, contacts of the campaign."""
    yield from (member.profile.email for member in opened.members.members.all())
    holders = {holder for holder, _, _ in about.coop.mandates.values()}
    details = about.campaign.details
    named = {*holders, *about.campaign.notified, *((details.contact_id,) if details and details.contact_id else ())}
    yield from (person.email for person in opened.vault.get_many(named).values())


def digests(opened: OpenLedger, emails: Iterable[str]) -> frozenset[bytes]:
    """Return the digests by which contacts of some addresses are found."""
    return frozenset(opened.contacts.people.digest(email.strip()) for email in emails if email.strip())


def _has_contributed(opened: OpenLedger, campaign: Campaign, listed: ListedContact, email: str) -> bool:
    """Tell whether something was received from an address, by an account of it, or by the link of a former letter.

    Who got it back has contributed as well. The people of the campaign are opened in memory: there is no index of
    payers by address.
    """
    standing = {key: one for key, one in campaign.contributions.items() if _stands(one)}
    payers = opened.vault.get_many({one.payer_id for one in standing.values()})
    ways = (
        not standing.keys().isdisjoint(listed.contributions),
        not standing.keys().isdisjoint(_of_account(opened, email)),
        listed.digest in digests(opened, (payer.email for payer in payers.values())),
    )
    return any(ways)


def _stands(contribution: Contribution) -> bool:
    """Tell whether something was received, or nothing was to be paid: a basket that was left is no contribution."""
    free = not contribution.due and not contribution.abandoned
    return contribution.received or bool(contribution.on_hold) or free


def _of_account(opened: OpenLedger, email: str) -> set[UUID]:
    """Return what the account of an address contributed, if the address has a confirmed one."""
    account = opened.families.accounts.by_email(email)
    if account is None:
        return set()
    return {one.contribution_id for one in opened.families.accounts.contributions_of(account.account_id)}

"""Forgetting a person who asked for it (RGPD art. 17): in the vault, at the provider, and in what is still to be sent.

Of a payer, what is typed, the children of their own contributions, every link, the address and the telephone go at
once. Where money moved the name alone moves to the accounting archive, until the ten years of its papers are over
(art. 17.3.b), unless the association decides otherwise. Who holds a mandate, or a bank account, stays as long as the
accounts need it. No event changes: balances, hashes and totals are what they were.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.email import StoredEmail, erase_emails
from adapters.people_vault import ArchivedPaper, Person
from adapters.retention import Erasure, ErasureKind, ErasureList
from domain.calendar import paris_date
from domain.campaign.state import Campaign
from domain.errors import Conflict
from service.payments.instalments import erasure_of_customer
from service.retention.context import RetentionContext
from service.retention.erasures import erase
from service.retention.person.accounting_papers import papers_of
from service.retention.person.record import PersonRecord, find_person


class InstalmentsPending(Conflict):
    """Instalments are still to be taken from the person's card."""

    code = "instalments-pending"
    sentence = (
        "Des échéances restent à prélever sur la carte de cette personne\u00a0: annulez-les ou attendez la dernière. "
        "Rien n’a été effacé."
    )


class ErasureOutcome(NamedTuple):
    """What was erased: how many people and contributions.

    ``kept_until`` is when who holds a mandate or a bank account goes too; ``archived_until`` when the last name goes
    that moved to the accounting archive, for ``archived`` contributions.
    """

    people: int
    contributions: int
    kept_until: date | None = None
    archived: int = 0
    archived_until: date | None = None


def erase_person(
    context: RetentionContext, erasure_list: ErasureList, person_id: UUID, *, despite_accounts: bool = False
) -> ErasureOutcome:
    """Erase a person and, of a payer, the children on their own contributions; begun again after a crash, it finishes.

    Who was forgotten before is asked for again by ``despite_accounts``: the archive then forgets the name as well.

    Raises:
        PersonMissing: nobody of that id.
        ReadersBehind: not all that is theirs is known yet.
        InstalmentsPending: their card is still needed.
        ErasureListUnwritable: nothing was erased.

    """
    if despite_accounts and context.opened.archive.holds(person_id):
        return _empty_archive(context, erasure_list, person_id)
    record = find_person(context.opened, person_id)
    _check_instalments(context, record)
    erasure_list.add(())  # that it can be written is known before anything goes
    kept = record.of_accounts and not despite_accounts
    ids = [*record.children, *(() if kept else (person_id,))]
    orders = [one.row for one in record.contributions]
    # What must be forgotten outside goes first: once the vault is empty, nobody could say what to look for.
    for order in orders:
        if not kept:
            task = erasure_of_customer(order.coop_id, order.campaign_id, order.contribution_id, context.now)
            context.outbox.add(context.opened.ledger.slug, task)
            context.outbox.give_up_lane(
                context.opened.ledger.slug, f"letters:{order.contribution_id}", "erased", context.now
            )
    gone = [*record.children.values(), *(() if kept else (record.person,))]
    _erase_traces(context, gone, [str(order.contribution_id) for order in orders])
    papers = () if kept or despite_accounts else papers_of(context.opened, orders, paris_date(context.now))
    _erase(
        context,
        erasure_list,
        *((ErasureKind.CONTRIBUTION, order.contribution_id, ()) for order in orders),
        *((ErasureKind.PERSON, one, papers if one == person_id else ()) for one in ids),
        *((ErasureKind.CONTACT, one, ()) for one in _contacts(context, gone)),
    )
    return ErasureOutcome(
        people=len(ids),
        contributions=len(orders),
        kept_until=record.expires_on if kept else None,
        archived=len(papers),
        archived_until=max((one.expires_on for one in papers), default=None),
    )


def _empty_archive(context: RetentionContext, erasure_list: ErasureList, payer_id: UUID) -> ErasureOutcome:
    """Erase the name that the archive holds of a payer who was forgotten before."""
    _erase(context, erasure_list, (ErasureKind.ARCHIVED_NAME, payer_id, ()))
    return ErasureOutcome(people=1, contributions=0)


def _erase(
    context: RetentionContext, erasure_list: ErasureList, *subjects: tuple[ErasureKind, UUID, tuple[ArchivedPaper, ...]]
) -> None:
    """Erase subjects: first the list, then the vault."""
    association = context.opened.ledger.association_id
    listed = [Erasure(association, kind, who, context.now, papers) for kind, who, papers in subjects]
    erase(context.opened, erasure_list, listed)


def _contacts(context: RetentionContext, people: list[Person]) -> list[UUID]:
    """The contacts of coops that have an address of some people: who is forgotten is written down nowhere."""
    addresses = {person.email for person in people if person.email}
    return [one for email in addresses for one in context.opened.contacts.people.ids_of_address(email)]


def _check_instalments(context: RetentionContext, record: PersonRecord) -> None:
    for campaign_id in {one.row.campaign_id for one in record.contributions if one.row.expected_later}:
        campaign = context.opened.ledger.store.load(Campaign, campaign_id)
        mine = {one.row.contribution_id for one in record.contributions}
        if any(campaign.contribution(one).schedule for one in mine & campaign.contributions.keys()):
            raise InstalmentsPending(person=record.person_id, campaign=campaign_id)


def _erase_traces(context: RetentionContext, people: list[Person], contributions: list[str]) -> None:
    """Empty the webhook bodies, and erase the e-mails laid in folders, that are about some people."""
    emails = [person.email for person in people if person.email]
    names = [f"{person.first_name} {person.last_name}".strip() for person in people]
    context.inbox.empty_bodies_holding([*emails, *filter(None, names), *contributions])

    def about_them(email: StoredEmail) -> bool:
        return email.to in emails or any(name and name in f"{email.subject}\n{email.text}" for name in names)

    erase_emails(context.mail_folder, about_them)

"""Forgetting a person who asked for it (RGPD art. 17): in the vault, at the provider, and in what is still to be sent.

Of a payer, what is typed, the children of their own contributions and every link goes at once. The payer's own row
stays where money came in their name, as long as the accounts need it (art. 17.3.b), unless the association decides
otherwise. No event changes: balances, hashes and totals are what they were.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.email import StoredEmail, erase_emails
from adapters.people_vault import Person
from adapters.retention import Erasure, ErasureKind, ErasureList
from domain.campaign.state import Campaign
from domain.errors import Conflict
from service.payments.instalments import erasure_of_customer
from service.retention.context import RetentionContext
from service.retention.erasures import erase
from service.retention.person import PersonRecord, find_person


class InstalmentsPending(Conflict):
    """Instalments are still to be taken from the person's card."""

    code = "instalments-pending"
    sentence = (
        "Des échéances restent à prélever sur la carte de cette personne\u00a0: annulez-les ou attendez la dernière. "
        "Rien n’a été effacé."
    )


class ErasureOutcome(NamedTuple):
    """What was erased: how many people and contributions; until when the payer is kept for the accounts, if so."""

    people: int
    contributions: int
    kept_until: date | None


def erase_person(
    context: RetentionContext, erasure_list: ErasureList, person_id: UUID, *, despite_accounts: bool = False
) -> ErasureOutcome:
    """Erase a person and, of a payer, the children on their own contributions; begun again after a crash, it finishes.

    Raises:
        PersonMissing: nobody of that id.
        ReadersBehind: not all that is theirs is known yet.
        InstalmentsPending: their card is still needed.
        ErasureListUnwritable: nothing was erased.

    """
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
    association = context.opened.ledger.association_id
    subjects = [
        *((ErasureKind.CONTRIBUTION, order.contribution_id) for order in orders),
        *((ErasureKind.PERSON, one) for one in ids),
    ]
    erase(
        context.opened, erasure_list, [Erasure(association, kind, subject, context.now) for kind, subject in subjects]
    )
    return ErasureOutcome(len(ids), len(orders), record.expires_on if kept else None)


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

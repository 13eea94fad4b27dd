"""E-mails to the mandate holders, some to the office too: contributions, payouts, bank accounts, certification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from adapters.email import Email
from domain.calendar import paris_date
from domain.campaign.held.state import MOST_RETURNS
from domain.events.bank import BankAccountRegistered, MovementPutOnHold
from domain.events.base import Event
from domain.events.contribution import ContributionPlaced
from domain.events.payout import PayoutRequested
from reports.parts.wording import ERASED_NAME
from service import people
from service.emails import content
from service.emails.content import ClassAmount, EmailEnvelope, PayoutTrouble
from service.emails.context import EmailContext, EmailNotSent
from service.emails.email_plan import CARDS_TESTED, MONEY_WAITS, TO_EXPLAIN
from service.emails.family_emails import Writer

_UNNAMED: Final = "Une personne autorisée"
"""Who asked, when the log names a program's access rather than a person."""
_TROUBLES: Final = {
    "account_closed": PayoutTrouble.ACCOUNT_CLOSED,
    "no_account": PayoutTrouble.ACCOUNT_UNKNOWN,
    "invalid_account_number": PayoutTrouble.ACCOUNT_UNKNOWN,
    "incorrect_account_holder_name": PayoutTrouble.ACCOUNT_UNKNOWN,
}
"""The provider's codes that a coop can do something about."""
_REVOKED: Final = ("Le prestataire attend des pièces ou des informations complémentaires.",)
"""The provider's own reasons are codes in English; its page says in French what is awaited."""


def _notification(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    lines = email_context.contribution().lines.values()
    facts = content.NotificationEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        paid_on=email_context.day,
        lines=tuple(ClassAmount(email_context.class_label(line.class_code), line.due) for line in lines),
        received_cents=0 if isinstance(email_context.event, ContributionPlaced) else email_context.event.cents,
        url=email_context.page(f"/{email_context.fact.stream_id}"),
    )
    return content.notification(envelope, facts)


def _payout_requested(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.payout_requested(envelope, _payout(email_context), _who(email_context))


def _payout_cancelled(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.payout_cancelled(envelope, _payout(email_context), _who(email_context))


def _bank_account_registered(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.bank_account_registered(envelope, _bank_account(email_context))


def _bank_account_confirmed(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.bank_account_confirmed(envelope, _bank_account(email_context))


def _bank_account_withdrawn(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.bank_account_withdrawn(envelope, _bank_account(email_context))


def _payout_paid(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.payout_paid(envelope, _payout(email_context))


def _payout_failed(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.payout_failed(envelope, _payout(email_context), _trouble(email_context))


def _payout_returned(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.payout_returned(envelope, _payout(email_context), _trouble(email_context))


def _certified(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.certification_gained(envelope, email_context.day, email_context.page())


def _revoked(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.certification_revoked(envelope, email_context.day, _REVOKED, email_context.page())


def _payout(email_context: EmailContext) -> content.PayoutEmail:
    """A payout as its request fixed it; the log keeps the masked IBAN even when the vault has forgotten the whole."""
    payout_id: UUID = email_context.event.payout_id
    events = [fact.event for fact in email_context.payment_context.ledger.store.newer({email_context.coop_id: 0})]
    asked = next(one for one in events if isinstance(one, PayoutRequested) and one.payout_id == payout_id)
    iban = _masked_iban(events, asked.bank_account_id)
    told_on = paris_date(email_context.event.happened_at)
    return content.PayoutEmail(paris_date(asked.at), asked.cents, iban, told_on, email_context.payout_page())


def _bank_account(email_context: EmailContext) -> content.BankAccountEmail:
    """A bank account as its registration named it."""
    events = [fact.event for fact in email_context.payment_context.ledger.store.newer({email_context.coop_id: 0})]
    iban = _masked_iban(events, email_context.event.bank_account_id)
    return content.BankAccountEmail(iban, _who(email_context), email_context.day, email_context.page())


def _masked_iban(events: Sequence[Event], bank_account_id: UUID) -> str:
    """The IBAN of an account as its registration masked it."""
    registered = (one for one in events if isinstance(one, BankAccountRegistered))
    return next(one.iban_masked for one in registered if one.bank_account_id == bank_account_id)


def _who(email_context: EmailContext) -> str:
    """The name of who asked, where the log has a person's id."""
    try:
        person_id = UUID(email_context.event.by)
    except ValueError:
        return _UNNAMED
    name = people.full_names(email_context.payment_context.vault, [person_id])[person_id]
    return _UNNAMED if name == ERASED_NAME else name


def _trouble(email_context: EmailContext) -> PayoutTrouble:
    return _TROUBLES.get(email_context.event.reason, PayoutTrouble.OTHER)


def _cards_tested(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    url = email_context.page(f"/{email_context.fact.stream_id}")
    return content.cards_tested(envelope, email_context.title, email_context.day, url)


def _money_waits(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """What still waits of what an event put there; nothing is written of what was explained since."""
    event, in_coop = email_context.event, isinstance(email_context.event, MovementPutOnHold)
    cents = email_context.coop().suspense.get(event.movement_id, 0) if in_coop else _held(email_context)
    if not cents:
        raise EmailNotSent("explained")
    facts = content.WaitingEmail(
        campaign="" if in_coop else email_context.title,
        reference=event.movement_id if in_coop else email_context.reference,
        since=email_context.day,
        cents=abs(cents),
        left=cents < 0,
        url=email_context.page(),
    )
    return content.money_waits(envelope, facts)


def _held(email_context: EmailContext) -> int:
    """The signed cents that wait of a family's payment; what is still tried again is nobody's work."""
    event, contribution = email_context.event, email_context.contribution()
    if event.refund_id is not None:
        return -contribution.external[event.refund_id].left
    held = contribution.on_hold[event.payment_id]
    return held.left if len(held.back) >= MOST_RETURNS else 0


def _to_explain(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """What is still in suspense of a dispute; where that is nothing any more, nothing is written."""
    dispute = email_context.contribution().disputes[email_context.event.dispute_id]
    if dispute.suspense <= 0:
        raise EmailNotSent("explained")
    told = content.DisputeEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        dispute=email_context.event.dispute_id,
        cents=dispute.suspense,
        on=email_context.day,
        url=email_context.page(f"/{email_context.fact.stream_id}"),
    )
    return content.dispute_to_explain(envelope, told)


WRITERS: Final[dict[str, Writer]] = {
    "notification": _notification,
    "payout-requested": _payout_requested,
    "payout-cancelled": _payout_cancelled,
    "bank-account-registered": _bank_account_registered,
    "bank-account-confirmed": _bank_account_confirmed,
    "bank-account-withdrawn": _bank_account_withdrawn,
    "payout-paid": _payout_paid,
    "payout-failed": _payout_failed,
    "payout-returned": _payout_returned,
    "certification-gained": _certified,
    "certification-revoked": _revoked,
    CARDS_TESTED: _cards_tested,
    MONEY_WAITS: _money_waits,
    TO_EXPLAIN: _to_explain,
}
"""The writers of e-mails to several people, by the e-mail's name."""

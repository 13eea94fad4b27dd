"""E-mails to families: a payment received, instalments, money given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from adapters.email import Email
from adapters.people_vault import TokenPurpose
from domain.campaign.instalments import GIVE_UP_AFTER
from service.emails import content
from service.emails.content import DeclineCause, DuePayment, EmailEnvelope, Instalment
from service.emails.context import EmailContext, EmailNotSent
from service.emails.receipt_requests import RECEIPT
from service.family_links import LINK_LIFE

Writer = Callable[[EmailContext, EmailEnvelope], Email]
"""Writes one kind of e-mail.

Raises:
    EmailNotSent: what it would say is no longer true.

"""
_A_DAY: Final = timedelta(days=1)
_REFUSALS: Final = {
    "expired_card": DeclineCause.CARD_EXPIRED,
    "insufficient_funds": DeclineCause.INSUFFICIENT_FUNDS,
    "authentication_required": DeclineCause.AUTHENTICATION,
}
"""The provider's codes that a family can do something about."""


def _confirmation(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """The first payment as it was received: what becomes of its instalments has e-mails of its own."""
    lines = email_context.contribution().lines
    later = tuple(DuePayment(due.due_on, due.cents) for due in email_context.planned_with())
    facts = content.ConfirmationEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        paid_on=email_context.day,
        lines=email_context.children({number: line.due for number, line in lines.items()}),
        tip_cents=email_context.event.tip_cents,
        receipt_url=email_context.receipt(),
        message=email_context.campaign().message,
        later=later,
        manage_url=email_context.link(TokenPurpose.PLAN, later[-1].on + LINK_LIFE) if later else "",
    )
    return content.confirmation(envelope, facts)


def _registration(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """A basket of nothing, as long as it stands."""
    contribution = email_context.contribution()
    if contribution.abandoned:
        raise EmailNotSent("overtaken")
    facts = content.RegistrationEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        placed_on=email_context.day,
        lines=email_context.children({number: line.due for number, line in contribution.lines.items()}),
        message=email_context.campaign().message,
    )
    return content.registration(envelope, facts)


def _reminder(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    due = email_context.contribution().schedule.get(email_context.number)
    if due is None or due.due_on < email_context.today:
        raise EmailNotSent("overtaken")
    manage = email_context.link(TokenPurpose.PLAN, due.due_on + LINK_LIFE)
    return content.instalment_reminder(envelope, _instalment(email_context, due.number, due.due_on, due.cents), manage)


def _collected(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    event = email_context.event
    instalment = _instalment(email_context, event.instalment, email_context.day, event.cents)
    later = tuple(DuePayment(due.due_on, due.cents) for due in email_context.contribution().schedule.values())
    return content.instalment_collected(envelope, instalment, later, email_context.receipt())


def _failed(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """A refusal that can still be mended; after its next attempt there is either money or another e-mail."""
    event = email_context.event
    due = email_context.contribution().schedule.get(event.number)
    tried_again = event.retry_on is not None and event.retry_on < email_context.today
    until = None if due is None else due.due_on + GIVE_UP_AFTER - _A_DAY
    if until is None or tried_again or until < email_context.today:
        raise EmailNotSent("overtaken")
    pay = email_context.link(TokenPurpose.INSTALMENT, until, event.number)
    refusal = _REFUSALS.get(event.reason, DeclineCause.OTHER)
    instalment = _instalment(email_context, event.number, until - GIVE_UP_AFTER + _A_DAY, event.cents)
    return content.instalment_failed(envelope, instalment, refusal, content.Recovery(pay, until, event.retry_on))


def _given_up(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    event = email_context.event
    due_on = email_context.planned()[event.number].due_on
    return content.instalment_given_up(envelope, _instalment(email_context, event.number, due_on, event.cents))


def _cancelled(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    planned, contribution = email_context.planned(), email_context.contribution()
    facts = content.InstalmentsStopped(
        campaign=email_context.title,
        reference=email_context.reference,
        cancelled=tuple(
            DuePayment(planned[number].due_on, planned[number].cents) for number in email_context.event.numbers
        ),
        paid_cents=sum(line.paid for line in contribution.lines.values()),
    )
    return content.plan_cancelled(envelope, facts)


def _refund(email_context: EmailContext) -> content.RefundEmail:
    """What a refund gives back; what the coop keeps follows the lines as they are now."""
    contribution = email_context.contribution()
    refund = contribution.refunds[email_context.event.refund_id]
    return content.RefundEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        lines=email_context.children(refund.by_line),
        tip_cents=refund.tip_cents,
        kept_cents=sum(line.held for line in contribution.lines.values()),
    )


def _refund_made(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.refund_made(envelope, _refund(email_context))


def _refund_failed(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """A refund of which nobody has said whose money it was is first explained by the coop."""
    facts = _refund(email_context)
    if facts.total_cents != email_context.event.cents + email_context.event.tip_cents:
        raise EmailNotSent("not explained")
    return content.refund_failed(envelope, facts)


def _receipt(email_context: EmailContext, envelope: EmailEnvelope) -> Email:
    """The link to the receipt, asked for again: it is good from today on, for what is paid by now."""
    contribution, until = email_context.contribution(), email_context.today + LINK_LIFE
    facts = content.ReceiptEmail(
        campaign=email_context.title,
        reference=email_context.reference,
        paid_cents=sum(line.paid for line in contribution.lines.values()) + contribution.tip_paid,
        until=until,
        receipt_url=email_context.link(TokenPurpose.RECEIPT, until),
    )
    return content.receipt(envelope, facts)


def _instalment(email_context: EmailContext, number: int, on: date, cents: int) -> Instalment:
    count = email_context.contribution().instalments
    return Instalment(email_context.title, email_context.reference, number, count, on, cents)


WRITERS: Final[dict[str, Writer]] = {
    "confirmation": _confirmation,
    "registration": _registration,
    "instalment-reminder": _reminder,
    "instalment-collected": _collected,
    "instalment-failed": _failed,
    "instalment-given-up": _given_up,
    "plan-cancelled": _cancelled,
    "refund-made": _refund_made,
    "refund-failed": _refund_failed,
    RECEIPT: _receipt,
}
"""The writers of e-mails to who paid, by the e-mail's name."""

"""Letters to families: a payment received, instalments, money given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from adapters.email import Email
from service.emails import content
from service.emails.content import DeclineCause, DuePayment, EmailEnvelope, Instalment
from service.emails.context import LINK_LIFE, EmailContext, EmailNotSent
from service.emails.receipt_requests import RECEIPT
from service.signed_links import LinkPurpose
from service.worker.task_plan import GIVE_UP_AFTER

Writer = Callable[[EmailContext, EmailEnvelope], Email]
"""Writes one kind of letter.

Raises:
    Unsent: what it would say is no longer true.

"""
_A_DAY: Final = timedelta(days=1)
_REFUSALS: Final = {
    "expired_card": DeclineCause.CARD_EXPIRED,
    "insufficient_funds": DeclineCause.INSUFFICIENT_FUNDS,
    "authentication_required": DeclineCause.AUTHENTICATION,
}
"""The provider's codes that a family can do something about."""


def _confirmation(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    """The first payment as it was received: what becomes of its instalments has letters of its own."""
    lines = matter.contribution().lines
    facts = content.ConfirmationEmail(
        campaign=matter.title,
        reference=matter.reference,
        paid_on=matter.day,
        lines=matter.children({number: line.due for number, line in lines.items()}),
        tip_cents=matter.event.tip_cents,
        receipt_url=matter.receipt(),
        message=matter.campaign().message,
        later=tuple(DuePayment(due.due_on, due.cents) for due in matter.planned_with()),
    )
    return content.confirmation(envelope, facts)


def _reminder(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    due = matter.contribution().schedule.get(matter.number)
    if due is None or due.due_on < matter.today:
        raise EmailNotSent("overtaken")
    manage = matter.link(LinkPurpose.MANAGE, due.due_on + LINK_LIFE)
    return content.instalment_reminder(envelope, _instalment(matter, due.number, due.due_on, due.cents), manage)


def _collected(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    event = matter.event
    instalment = _instalment(matter, event.instalment, matter.day, event.cents)
    later = tuple(DuePayment(due.due_on, due.cents) for due in matter.contribution().schedule.values())
    return content.instalment_collected(envelope, instalment, later, matter.receipt())


def _failed(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    """A refusal that can still be mended; after its next attempt there is either money or another letter."""
    event = matter.event
    due = matter.contribution().schedule.get(event.number)
    tried_again = event.retry_on is not None and event.retry_on < matter.today
    until = None if due is None else due.due_on + GIVE_UP_AFTER - _A_DAY
    if until is None or tried_again or until < matter.today:
        raise EmailNotSent("overtaken")
    pay = matter.link(LinkPurpose.PAY_INSTALMENT, until, event.number)
    refusal = _REFUSALS.get(event.reason, DeclineCause.OTHER)
    instalment = _instalment(matter, event.number, until - GIVE_UP_AFTER + _A_DAY, event.cents)
    return content.instalment_failed(envelope, instalment, refusal, content.Recovery(pay, until, event.retry_on))


def _given_up(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    event = matter.event
    due_on = matter.planned()[event.number].due_on
    return content.instalment_given_up(envelope, _instalment(matter, event.number, due_on, event.cents))


def _cancelled(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    planned, contribution = matter.planned(), matter.contribution()
    facts = content.InstalmentsStopped(
        campaign=matter.title,
        reference=matter.reference,
        cancelled=tuple(DuePayment(planned[number].due_on, planned[number].cents) for number in matter.event.numbers),
        paid_cents=sum(line.paid for line in contribution.lines.values()),
    )
    return content.plan_cancelled(envelope, facts)


def _refund(matter: EmailContext) -> content.RefundEmail:
    """What a refund gives back; what the coop keeps is told of the lines as they are now."""
    contribution = matter.contribution()
    refund = contribution.refunds[matter.event.refund_id]
    return content.RefundEmail(
        campaign=matter.title,
        reference=matter.reference,
        lines=matter.children(refund.by_line),
        tip_cents=refund.tip_cents,
        kept_cents=sum(line.held for line in contribution.lines.values()),
    )


def _refund_made(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.refund_made(envelope, _refund(matter))


def _refund_failed(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    return content.refund_failed(envelope, _refund(matter))


def _receipt(matter: EmailContext, envelope: EmailEnvelope) -> Email:
    """The link to the receipt, asked for again: it is good from today on, for what is paid by now."""
    contribution, until = matter.contribution(), matter.today + LINK_LIFE
    facts = content.ReceiptEmail(
        campaign=matter.title,
        reference=matter.reference,
        paid_cents=sum(line.paid for line in contribution.lines.values()) + contribution.tip_paid,
        until=until,
        receipt_url=matter.link(LinkPurpose.RECEIPT, until),
    )
    return content.receipt(envelope, facts)


def _instalment(matter: EmailContext, number: int, on: date, cents: int) -> Instalment:
    count = matter.contribution().instalments
    return Instalment(matter.title, matter.reference, number, count, on, cents)


WRITERS: Final[dict[str, Writer]] = {
    "confirmation": _confirmation,
    "instalment-reminder": _reminder,
    "instalment-collected": _collected,
    "instalment-failed": _failed,
    "instalment-given-up": _given_up,
    "plan-cancelled": _cancelled,
    "refund-made": _refund_made,
    "refund-failed": _refund_failed,
    RECEIPT: _receipt,
}
"""The letters to who paid, by name."""

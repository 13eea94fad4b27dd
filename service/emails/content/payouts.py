"""E-mails to the mandate holders about a payout: asked for, arrived, failed, sent back (S-147, S-152)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


class PayoutTrouble(Enum):
    """Why a bank did not take a payout, as far as the coop can do something about it."""

    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_UNKNOWN = "account_unknown"
    OTHER = "other"


@dataclass(frozen=True)
class PayoutEmail:
    """A payout: the day it was asked for, its cents, the masked IBAN it goes to, the day of what is told, its page."""

    asked_on: date
    cents: int
    iban: str
    on: date
    url: str


def payout_requested(envelope: EmailEnvelope, payout: PayoutEmail, asked_by: str) -> Email:
    """Say that a payout was asked for and by whom: a holder who did not ask should be alarmed."""
    return compose("payout_requested", envelope, payout=payout, asked_by=asked_by)


def payout_cancelled(envelope: EmailEnvelope, payout: PayoutEmail, cancelled_by: str) -> Email:
    """Say that a payout was taken back before it left, and by whom."""
    return compose("payout_cancelled", envelope, payout=payout, cancelled_by=cancelled_by)


def payout_paid(envelope: EmailEnvelope, payout: PayoutEmail) -> Email:
    """Say that a payout reached the bank."""
    return compose("payout_paid", envelope, payout=payout)


def payout_failed(envelope: EmailEnvelope, payout: PayoutEmail, trouble: PayoutTrouble) -> Email:
    """Say that a payout did not arrive and that its amount is available again."""
    return compose("payout_failed", envelope, payout=payout, why=trouble.value)


def payout_returned(envelope: EmailEnvelope, payout: PayoutEmail, trouble: PayoutTrouble) -> Email:
    """Say that the bank sent a payout back and that its amount is available again."""
    return compose("payout_returned", envelope, payout=payout, why=trouble.value)

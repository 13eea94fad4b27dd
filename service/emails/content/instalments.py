"""E-mails about payment in several times: before, after, refused, given up, cancelled (S-94…S-96)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import DuePayment, EmailEnvelope, Instalment


class DeclineCause(Enum):
    """Why an instalment was refused, as far as the family can do something about it."""

    CARD_EXPIRED = "card_expired"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    AUTHENTICATION = "authentication"
    OTHER = "other"


@dataclass(frozen=True)
class Recovery:
    """How a family can pay a refused instalment: a link, its last day, the day of our next attempt if any."""

    url: str
    until: date
    retry_on: date | None = None


@dataclass(frozen=True)
class InstalmentsStopped:
    """Instalments that will not be debited, and what the family has paid so far, tip excluded."""

    campaign: str
    reference: str
    cancelled: tuple[DuePayment, ...]
    paid_cents: int

    @property
    def cancelled_cents(self) -> int:
        """What will not be debited."""
        return sum(due.cents for due in self.cancelled)


def instalment_reminder(envelope: EmailEnvelope, instalment: Instalment, manage_url: str) -> Email:
    """Announce an instalment five days before its day; the link shows and stops those to come."""
    return compose("instalment_reminder", envelope, instalment=instalment, manage_url=manage_url)


def instalment_collected(
    envelope: EmailEnvelope, instalment: Instalment, later: tuple[DuePayment, ...], receipt_url: str
) -> Email:
    """Confirm an instalment (its ``on`` is the day it was paid), with those still to come."""
    return compose("instalment_collected", envelope, instalment=instalment, later=later, receipt_url=receipt_url)


def instalment_failed(
    envelope: EmailEnvelope, instalment: Instalment, refusal: DeclineCause, recovery: Recovery
) -> Email:
    """Say that an instalment was refused, what is safe and what to do about it."""
    return compose("instalment_failed", envelope, instalment=instalment, why=refusal.value, recovery=recovery)


def instalment_given_up(envelope: EmailEnvelope, instalment: Instalment) -> Email:
    """Say that an instalment will not be tried again: the coop and the family agree on something else."""
    return compose("instalment_given_up", envelope, instalment=instalment)


def plan_cancelled(envelope: EmailEnvelope, facts: InstalmentsStopped) -> Email:
    """Say that the instalments to come are cancelled, without any refund."""
    return compose("plan_cancelled", envelope, facts=facts)

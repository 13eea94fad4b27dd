"""What a piece says of the fact that it is about, beside its figures: numbers of slips, lines and payouts, and means.

Words and numbers are written into the paper when it is issued. None of them tells of a person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.events.bank import BankLineMatched, BankLineUnmatched, BankReturnMatched, BankReturnUnmatched
from domain.events.base import Event
from domain.events.by_hand.cash import CashDeposited, CashDepositWithdrawn, CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived
from domain.events.external import ExternalPaymentWithdrawn, ExternalPayoutRecorded, ExternalPayoutWithdrawn
from domain.money import euros
from domain.papers.drafts import Said
from domain.vocabulary.platforms import french_platform

_MEANS: Final = {"cheque": "chèque", "transfer": "virement", "cash": "espèces"}


def _slip(event: CashReceived | CashReturned) -> tuple[Said, ...]:
    return (Said(label="Bordereau d’espèces", text=event.slip),)


def _corrected(event: CashSlipCorrected) -> tuple[Said, ...]:
    wrong, right = euros(event.typed), euros(event.cents)
    return (
        Said(label="Bordereau d’espèces", text=event.slip),
        Said(label="Montant écrit", text=wrong),
        Said(label="Montant exact", text=right),
    )


def _deposit(event: CashDeposited | CashDepositWithdrawn) -> tuple[Said, ...]:
    return (Said(label="Bordereau de remise", text=event.slip),)


def _means(event: FailedRefundRepaid | RefundPaidOutOfBand | PaymentToFamilyWithdrawn) -> tuple[Said, ...]:
    return (Said(label="Réglé par", text=_MEANS[event.means]),)


def _paid_out(event: ExternalPayoutRecorded) -> tuple[Said, ...]:
    return (*_taken_back(event), Said(label="Référence du versement", text=event.reference))


def _taken_back(event: ExternalPayoutRecorded | ExternalPayoutWithdrawn) -> tuple[Said, ...]:
    return (
        Said(label="Plateforme", text=french_platform(event.platform)),
        Said(label="Arrivé en banque", text=euros(event.cents - event.fee_cents)),
        Said(label="Frais retenus", text=euros(event.fee_cents)),
    )


def _never_paid(event: ExternalPaymentWithdrawn) -> tuple[Said, ...]:
    return (Said(label="Plateforme", text=french_platform(event.platform)),)


def _line(event: BankLineMatched | BankLineUnmatched | BankReturnMatched | BankReturnUnmatched) -> tuple[Said, ...]:
    return (Said(label="Ligne du relevé", text=event.bank_line_id),)


_SAID: Final[dict[type[Event], Callable[[Any], tuple[Said, ...]]]] = {
    CashReceived: _slip,
    CashReturned: _slip,
    CashSlipCorrected: _corrected,
    CashDeposited: _deposit,
    CashDepositWithdrawn: _deposit,
    FailedRefundRepaid: _means,
    RefundPaidOutOfBand: _means,
    PaymentToFamilyWithdrawn: _means,
    ExternalPayoutRecorded: _paid_out,
    ExternalPayoutWithdrawn: _taken_back,
    ExternalPaymentWithdrawn: _never_paid,
    BankLineMatched: _line,
    BankLineUnmatched: _line,
    BankReturnMatched: _line,
    BankReturnUnmatched: _line,
}


def said_of(event: Event) -> tuple[Said, ...]:
    """Return what a piece says of an event; nothing of what a payout's statement says."""
    say = _SAID.get(type(event))
    return () if say is None else say(event)

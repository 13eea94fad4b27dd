"""What people decide for a reason may carry the id of a note; without one its stored form is what it always was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec
import pytest

from domain.aggregate import Intent
from domain.association.platform import ClearPlatformSuspense, RecordPlatformMovement
from domain.campaign.basket import AbandonContribution, CorrectContribution, PlaceContribution
from domain.campaign.by_hand.cash import CorrectCashSlip, ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, WithdrawPaymentToFamily
from domain.campaign.disputes.explanation import ClearDispute
from domain.campaign.disputes.facts import RecordDisputeOpened
from domain.campaign.held.explained import ClearContributionSuspense
from domain.campaign.held.returns import RecordOnHoldPaymentReturned, RecordOnHoldReturnFailed
from domain.campaign.imports import ImportContribution
from domain.campaign.instalments import CancelInstalments
from domain.campaign.payments import RecordPaymentOnHold
from domain.campaign.refunds import RequestRefund
from domain.campaign.settings import SetPaymentOptions
from domain.coop.banking import MatchBankLine, UnmatchBankLine
from domain.coop.by_hand.adjustments import ReverseAdjustment
from domain.coop.by_hand.deposits import DepositCash, WithdrawCashDeposit
from domain.coop.closing import ApproveAdjustment, RecordFinding
from domain.coop.mandates import GrantMandate, RevokeMandate
from domain.coop.payouts import RecordPayoutSent, RequestPayout
from domain.coop.suspense import ClearSuspense, RecordMovementOnHold
from domain.errors import ReasonInvalid
from domain.events import EVENT_TYPES, Event, decode, encode
from domain.events.association import AssociationRegistered
from domain.events.bank import BankLineUnmatched, BankReturnUnmatched
from domain.events.base import InstalmentTerms
from domain.events.by_hand.cash import CashDepositUnmatched
from domain.external.payments import WithdrawExternalPayment, WithdrawImport
from domain.external.payouts import EnterExternalPayout, WithdrawExternalPayout
from tests.kit import example
from tests.kit.example_commands import command_classes
from tests.kit.example_events import EXAMPLES
from tests.kit.in_memory_ledger import (
    BASKET,
    CARD_ONLY,
    EXTERNAL_PAYOUT,
    IMPORTED,
    REFUND,
    InMemoryLedger,
    capture,
    certified,
    in_cash,
    paid,
    placed,
    published,
    transfer,
)

NOTE: Final = example.uid(4711)
NOTED: Final = [event for event in EVENT_TYPES if "note_id" in event.__struct_fields__]
_OF: Final = {"contribution_id": example.CONTRIBUTION}
_TWO: Final = {"approvers": ("actor-1", "actor-2")}
_CORRECTION: Final = {**_OF, "line": 1, "class_label": "CE1", "tariff_id": "t1"}
_MANDATE: Final = {"mandate_id": example.MANDATE, "holder_id": example.HOLDER}
_YEAR: Final = {"valid_from": date(2024, 6, 1), "valid_to": date(2024, 6, 30)}
_FINDING: Final = {"finding_id": example.FINDING, "severity": "remark", "up_to_position": 12}
_MOVED: Final = {"kind": "adjustment", "cents": -250, "moved_at": example.NOW}
_LINE: Final = {"bank_line_id": "L-1", "booked_on": example.NOW.date()}
_TODAY: Final = {"paid_on": example.NOW.date()}
_DEPOSIT: Final = {"deposit_id": example.DEPOSIT}
_BACK: Final = {**_OF, "refund_id": example.uid(4_712), "cents": 1_000}


def world() -> InMemoryLedger:
    """A paid contribution, a mandate, a movement on hold, and a payout that the bank shows."""
    ledger = certified(paid())
    transfer(ledger)
    ledger.association.evolve(
        AssociationRegistered(**example.SAID, name="OCCE 06", slug="ad06", siren="123456782", demo=True)
    )
    ledger.do(GrantMandate, **_MANDATE, **_YEAR)
    ledger.do(ApproveAdjustment, adjustment_id=example.uid(4_713), cents=100, reason="goodwill", **_TWO)
    ledger.do(RecordMovementOnHold, movement_id="txn_1", **_MOVED)
    ledger.do(RecordPlatformMovement, movement_id="txn_2", **_MOVED)
    ledger.do(RecordPaymentOnHold, **_OF, payment_id="ch_2", cents=100, reason="twice", paid_at=example.NOW)
    ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=1_000)
    ledger.do(RecordPayoutSent, payout_id=example.PAYOUT, provider_payout="po_1", sent_at=example.NOW)
    ledger.do(MatchBankLine, payout_id=example.PAYOUT, cents=1_000, **_LINE)
    return ledger


def collected_elsewhere() -> InMemoryLedger:
    """A payment of another platform that an import brought."""
    ledger = published()
    ledger.do(ImportContribution, **IMPORTED)
    return ledger


def paid_out_elsewhere() -> InMemoryLedger:
    """The same, and the other platform paid it out."""
    ledger = collected_elsewhere()
    ledger.do(EnterExternalPayout, **EXTERNAL_PAYOUT)
    return ledger


def scheduled() -> InMemoryLedger:
    """A contribution in two instalments, the first one paid."""
    ledger = published()
    terms = InstalmentTerms(count=2, interval_months=1)
    ledger.do(SetPaymentOptions, means=("card",), instalments=terms, message="", policy=CARD_ONLY)
    ledger.do(PlaceContribution, **BASKET, instalments=2)
    capture(ledger, cents=1_200)
    return ledger


def with_cash() -> InMemoryLedger:
    """Cash received, part of it given back, part of it taken to the bank."""
    ledger = in_cash()
    back = {**_OF, "refund_id": example.REFUND, "cents": 100, "slip": "B-2", "reason": "duplicate"}
    ledger.do(ReturnCash, **back, returned_on=example.NOW.date())
    ledger.do(DepositCash, **_DEPOSIT, slip="R-1", cents=100, deposited_on=example.NOW.date())
    return ledger


def contested_too_much() -> InMemoryLedger:
    """A paid contribution of which a bank took one euro more than there was."""
    ledger = paid()
    taken = {"dispute_id": example.DISPUTE, "provider_movement": "txn_3", "payment_id": example.PAYMENT}
    ledger.do(RecordDisputeOpened, **taken, cents=2_692, fee_cents=0, opened_at=example.NOW)
    return ledger


def kept_by_no_card() -> InMemoryLedger:
    """A payment that was not expected, and that no card keeps."""
    ledger = paid()
    kept = {"cents": 2_592, "reason": "twice", "paid_at": example.NOW}
    ledger.do(RecordPaymentOnHold, **_OF, payment_id="ch_2", **kept)
    for refund in ("re_1", "re_2"):
        back = {"payment_id": "ch_2", "provider_refund": refund}
        ledger.do(RecordOnHoldPaymentReturned, **back, cents=2_592, returned_at=example.NOW)
        ledger.do(RecordOnHoldReturnFailed, **back, reason="unknown", failed_at=example.NOW)
    return ledger


DECISIONS: Final[dict[type[Intent[Any]], tuple[str, dict[str, Any]]]] = {
    CorrectContribution: ("mistake", _CORRECTION),
    RequestRefund: ("duplicate", {**REFUND, "cents": 500}),
    RevokeMandate: ("moved", {"mandate_id": example.MANDATE}),
    RecordFinding: ("cash_box", _FINDING),
    ApproveAdjustment: ("goodwill", {"adjustment_id": example.ADJUSTMENT, "cents": 100, **_TWO}),
    UnmatchBankLine: ("other_account", {"bank_line_id": "L-1"}),
    ReverseAdjustment: ("made_twice", {"adjustment_id": example.uid(4_713), **_TWO}),
    WithdrawCashDeposit: ("mistake", _DEPOSIT),
    PayRefundOutOfBand: ("duplicate", {**_BACK, "means": "transfer", **_TODAY}),
    WithdrawPaymentToFamily: ("never_happened", {"refund_id": example.REFUND}),
    ReturnCash: ("duplicate", {**_BACK, "slip": "B-3", "returned_on": example.NOW.date()}),
    CorrectCashSlip: ("other_family", {"slip": "B-1", "cents": 1_400}),
    ClearSuspense: ("provider_fee", {"movement_id": "txn_1", "account": "psp_fees", **_TWO}),
    ClearContributionSuspense: (
        "provider_correction",
        {**_OF, "payment_id": "ch_2", "cents": 100, "account": "goodwill", **_TWO},
    ),
    ClearPlatformSuspense: ("provider_fee", {"movement_id": "txn_2", "account": "psp_fees", **_TWO}),
    ClearDispute: ("dispute_cost", {"dispute_id": example.DISPUTE, "account": "dispute_fees", **_TWO}),
    AbandonContribution: ("given_up", _OF),
    CancelInstalments: ("child_left", _OF),
    WithdrawExternalPayment: ("wrong_amount", {"external_payment_id": example.EXTERNAL_PAYMENT}),
    WithdrawImport: ("wrong_file", {"import_id": example.IMPORT}),
    WithdrawExternalPayout: ("duplicate", {"external_payout_id": example.EXTERNAL_PAYOUT}),
}
"""Every command that takes a reason from people, an example of one, and the rest of its fields."""
_WORLDS: Final[dict[type[Intent[Any]], Callable[[], InMemoryLedger]]] = {
    AbandonContribution: placed,
    CancelInstalments: scheduled,
    ClearDispute: contested_too_much,
    ClearContributionSuspense: kept_by_no_card,
    WithdrawCashDeposit: with_cash,
    PayRefundOutOfBand: with_cash,
    WithdrawPaymentToFamily: with_cash,
    ReturnCash: with_cash,
    CorrectCashSlip: with_cash,
    WithdrawExternalPayment: collected_elsewhere,
    WithdrawImport: collected_elsewhere,
    WithdrawExternalPayout: paid_out_elsewhere,
}
_OF_ONE_COMMAND: Final[tuple[type[Event], ...]] = (BankLineUnmatched, BankReturnUnmatched, CashDepositUnmatched)
"""What undoing a match may be, by what the line was recognised as."""
_REASONS: Final[dict[type[Intent[Any]], str]] = {RecordFinding: "subject"}


@pytest.mark.parametrize("event", NOTED, ids=lambda event: event.__name__)
def test_an_event_without_a_note_is_stored_as_it_always_was(event: type[Any]) -> None:
    stored = encode(EXAMPLES[event])
    assert b"note_id" not in stored
    assert decode(event.TOPIC, stored).note_id is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("event", NOTED, ids=lambda event: event.__name__)
def test_an_event_with_a_note_holds_its_id_and_is_read_back(event: type[Any]) -> None:
    noted = msgspec.structs.replace(EXAMPLES[event], note_id=NOTE)
    assert f'"note_id":"{NOTE}"'.encode() in encode(noted)
    assert decode(event.TOPIC, encode(noted)) == noted


def test_every_event_that_may_name_a_note_is_decided_here() -> None:
    commands = {command for command in command_classes() if "note_id" in command.__struct_fields__}
    assert commands == set(DECISIONS)
    # A whole import is withdrawn payment by payment.
    assert len(set(NOTED) - set(_OF_ONE_COMMAND)) == len(set(DECISIONS) - {UnmatchBankLine, WithdrawImport})
    assert set(NOTED) >= set(_OF_ONE_COMMAND)


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: command.__name__)
def test_a_decision_carries_the_code_of_its_reason_and_the_id_of_its_note(command: type[Intent[Any]]) -> None:
    reason, fields = DECISIONS[command]
    name = _REASONS.get(command, "reason")
    (event,) = _WORLDS.get(command, world)().do(command, **{**fields, name: reason}, note_id=NOTE)
    assert type(event) in NOTED
    assert (getattr(event, name), event.note_id) == (reason, NOTE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: command.__name__)
def test_a_decision_in_somebody_s_own_words_is_refused(command: type[Intent[Any]]) -> None:
    _, fields = DECISIONS[command]
    words = {_REASONS.get(command, "reason"): "À la demande de Mme Durand"}
    _WORLDS.get(command, world)().refused(ReasonInvalid, command, **{**fields, **words})

"""Every event that books money at the provider says which movements it stands for there, to the cent."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.chart_of_accounts import Account
from domain.errors import LedgerCorrupt
from domain.events import EVENT_TYPES
from domain.events.association import PlatformMovementRecorded
from domain.events.bank import AdjustmentTransferred, MovementPutOnHold
from domain.events.base import Event
from domain.events.contribution import (
    FundsTransferred,
    OnHoldPaymentReturned,
    PaymentCaptured,
    PaymentPutOnHold,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.events.coop import CertificationRequested
from domain.events.dispute import DisputeCleared, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.events.payout import PayoutFailed, PayoutReturned, PayoutSent
from domain.events.refund import ExternalRefundFound, RefundFailed, RefundSettled
from domain.journal import postings
from domain.reconciliation import expected
from domain.reconciliation.expected import Direction, expectations, names_given, names_wanted
from domain.recorded_event import RecordedEvent
from tests.domain.reconciliation.movements import IDS
from tests.kit import example
from tests.kit.example_events import EXAMPLES

NAMES = {example.COOP: "acct_1", example.PAYOUT: "po_1", example.REFUND: "re_1"}
at_the_provider = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)


STORED: Final[dict[type[Event], str]] = {
    PaymentPutOnHold: "PaymentSuspended",
    OnHoldPaymentReturned: "SuspendedPaymentReturned",
    MovementPutOnHold: "MovementSuspended",
}
"""What stored expectations call the events that were renamed since."""


def recorded(event: Event, coop_id: UUID | None = example.COOP) -> RecordedEvent:
    """An event as a log tells it."""
    return RecordedEvent(1, example.COOP, 1, coop_id, event.at, event)


def moves(
    kind: type[Event],
    names: dict[UUID, str] | None = None,
    **changes: Any,  # noqa: ANN401 - fields
) -> list[tuple[str, str, Direction, int]]:
    """What the example of an event, changed, expects."""
    event = replace(EXAMPLES[kind], **changes)
    wishes = expectations(recorded(event), NAMES if names is None else names, IDS)
    return [(wish.account, wish.object_id, wish.way, wish.cents) for wish in wishes]


@at_the_provider
def test_an_event_expects_what_it_books_at_the_provider_and_nothing_else(kind: type[Event]) -> None:
    event = EXAMPLES[kind]
    wishes = expectations(recorded(event), NAMES, IDS)
    for account, mine in ((Account.PSP_PLATFORM, True), (Account.PSP_COOP, False)):
        booked = sum(leg.debit - leg.credit for leg in postings(event) if leg.account is account)
        assert sum(one.cents for one in wishes if (one.account in ("", "elsewhere")) is mine) == booked
    touches = {leg.account for leg in postings(event)} & {Account.PSP_PLATFORM, Account.PSP_COOP}
    assert bool(touches) == bool(wishes)
    told = event.happened_at, event.at, STORED.get(kind, kind.__name__)
    assert {(one.moved_at, one.known_at, one.what) for one in wishes} <= {told}


def test_a_payment_comes_to_the_platform_and_its_fee_goes_with_it() -> None:
    assert moves(PaymentCaptured, payment_id="ch_1") == [("", "ch_1", Direction.IN, 2_200)]
    assert moves(PaymentPutOnHold) == [("", "ch_2", Direction.IN, 2_592)]
    assert moves(ProviderFeeCharged, payment_id="ch_1") == [("", "ch_1", Direction.IN, -58)]


@pytest.mark.parametrize(
    "kind",
    [
        *(ExternalPaymentRecorded, ExternalPaymentRefunded, ExternalPaymentWithdrawn),
        *(ExternalPayoutRecorded, ExternalPayoutWithdrawn),
    ],
)
def test_a_payment_taken_on_another_platform_is_nothing_to_this_provider(kind: type[Event]) -> None:
    assert moves(kind) == []


def test_a_capture_that_the_provider_cannot_have_made_is_looked_for_there_and_so_found_out() -> None:
    assert moves(PaymentCaptured, payment_id="HA-12345") == [("", "HA-12345", Direction.IN, 2_200)]
    assert moves(ProviderFeeCharged, payment_id="HA-12345") == [("", "HA-12345", Direction.IN, -58)]


def test_what_the_demonstrations_story_invents_was_never_at_the_provider() -> None:
    assert moves(PaymentCaptured, payment_id="ch_demo_galante") == [
        ("elsewhere", "ch_demo_galante", Direction.IN, 2_200)
    ]
    assert {account for account, *_ in moves(FundsTransferred, transfer_id="tr_demo_1")} == {"elsewhere"}
    assert moves(PayoutReturned, names={example.PAYOUT: "po_demo_1"}) == [
        ("elsewhere", "po_demo_1", Direction.IN, 2_000)
    ]


@pytest.mark.parametrize(
    ("kind", "name", "cents"), [(FundsTransferred, "tr_1", 2_000), (AdjustmentTransferred, "tr_2", 300)]
)
def test_a_transfer_leaves_the_platform_and_reaches_the_coop(kind: type[Event], name: str, cents: int) -> None:
    assert moves(kind) == [("", name, Direction.OUT, -cents), ("acct_1", name, Direction.IN, cents)]


def test_a_reversal_goes_the_other_way_under_its_own_name() -> None:
    assert moves(TransferReversed) == [("", "trr_1", Direction.IN, 1_000), ("acct_1", "trr_1", Direction.OUT, -1_000)]


def test_a_refund_leaves_the_platform_and_one_that_fails_comes_back() -> None:
    assert moves(RefundSettled) == [("", "re_1", Direction.OUT, -1_200)]
    assert moves(RefundFailed) == [("", "re_1", Direction.IN, 1_200)]
    assert moves(RefundFailed, was_settled=False) == []
    assert moves(ExternalRefundFound) == [("", "re_2", Direction.OUT, -1_200)]
    assert moves(OnHoldPaymentReturned) == [("", "re_3", Direction.OUT, -2_592)]


def test_a_dispute_takes_the_payment_with_a_fee_and_gives_back_the_payment_alone() -> None:
    assert moves(DisputeOpened) == [("", "dp_1", Direction.OUT, -4_700)]
    assert moves(DisputeOpened, suspense_cents=-2_200, fee_cents=0) == []
    assert moves(DisputeWon) == [("", "dp_1", Direction.IN, 2_700)]
    assert moves(LostDisputeReinstated) == [("", "dp_1", Direction.IN, 3_700)]
    assert moves(DisputeCleared) == []


def test_a_payout_leaves_the_coops_account_and_comes_back_when_it_fails_or_returns() -> None:
    assert moves(PayoutSent) == [("acct_1", "po_1", Direction.OUT, -2_000)]
    assert moves(PayoutFailed) == [("acct_1", "po_1", Direction.IN, 2_000)]
    assert moves(PayoutFailed, was_sent=False) == []
    assert moves(PayoutReturned) == [("acct_1", "po_1", Direction.IN, 2_000)]


def test_an_unexplained_movement_is_expected_under_its_own_name() -> None:
    assert moves(MovementPutOnHold) == [("acct_1", "txn_3", Direction.OUT, -700)]
    assert moves(PlatformMovementRecorded) == [("", "txn_1", Direction.OUT, -250)]


def test_what_was_never_named_is_expected_of_nobody_known() -> None:
    assert moves(PayoutSent, names={}) == [(f"coop:{example.COOP}", "po_1", Direction.OUT, -2_000)]
    assert moves(RefundFailed, names={}) == [("", str(example.REFUND), Direction.IN, 1_200)]
    orphan = recorded(EXAMPLES[PayoutSent], coop_id=None)
    assert expectations(orphan, NAMES, IDS)[0].account == "coop:none"


def test_the_names_of_accounts_payouts_and_refunds_are_told_once_and_wanted_later() -> None:
    account = EXAMPLES[CertificationRequested]
    assert isinstance(account, CertificationRequested)
    assert names_given(recorded(account)) == {example.COOP: account.provider_account}
    assert names_given(recorded(EXAMPLES[PayoutSent])) == {example.PAYOUT: "po_1"}
    assert names_given(recorded(EXAMPLES[RefundSettled])) == {example.REFUND: "re_1"}
    assert names_given(recorded(EXAMPLES[PaymentCaptured])) == {}
    facts = [recorded(EXAMPLES[PayoutReturned]), recorded(EXAMPLES[RefundFailed], None)]
    assert names_wanted(facts) == {example.COOP, example.PAYOUT, example.REFUND}


def test_an_event_that_books_money_nobody_expects_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expected, "_MOVES", {})
    with pytest.raises(LedgerCorrupt):
        moves(PaymentCaptured)

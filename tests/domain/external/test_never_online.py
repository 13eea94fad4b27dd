"""What another platform collects never becomes money of the provider: not to pay out here, not to refund here."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from domain.campaign.basket import AbandonContribution, PlaceContribution
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.payments import RecordTransfer
from domain.campaign.refunds import RequestRefund
from domain.chart_of_accounts import Account
from domain.coop.payouts import RequestPayout
from domain.errors import Conflict, InsufficientBalance
from domain.events import EVENT_TYPES
from domain.events.base import Event
from domain.external.errors import CollectedByOtherPlatform
from domain.external.payments import EnterExternalPayment, EnterExternalPaymentRefund
from domain.external.payouts import EnterExternalPayout
from domain.funds.movements import online_change
from domain.journal import postings
from domain.money import euros
from tests.kit import example
from tests.kit.example_events import EXAMPLES
from tests.kit.in_memory_ledger import (
    BASKET,
    EXTERNAL_PAYOUT,
    IMPORTED,
    REFUND,
    InMemoryLedger,
    available,
    capture,
    certified,
    child,
    published,
)

_PROVIDER: Final = frozenset(
    (Account.ONLINE, Account.ONLINE_BLOCKED, *(one for one in Account if one.startswith("psp_")))
)
_ELSEWHERE: Final = tuple(event for event in EVENT_TYPES if event.__name__.startswith("ExternalP"))
_FAMILY: Final = example.uid(2_500)


def with_36_euros_online_and_48_elsewhere() -> InMemoryLedger:
    """The provider holds 36,00 € of a family that paid here; 48,00 € of another family lie on another platform."""
    ledger = certified(published())
    ours = {"contribution_id": _FAMILY, "children": tuple(child(n) for n in (7, 8, 9)), "tip_cents": 0}
    ledger.do(PlaceContribution, **{**BASKET, **ours})
    capture(ledger, contribution_id=_FAMILY, cents=3_600, tip_cents=0)
    transfer = {"contribution_id": _FAMILY, "payment_id": example.PAYMENT, "transfer_id": "tr_1"}
    ledger.do(RecordTransfer, **transfer, cents=3_600, moved_at=example.NOW)
    children = (
        ImportedChild(participant_id=example.MARIE, class_label="CPa", cents=2_400),
        ImportedChild(participant_id=example.JULIEN, class_label="CE1", cents=2_400),
    )
    ledger.do(ImportContribution, **{**IMPORTED, "children": children})
    return ledger


def balances(ledger: InMemoryLedger) -> Counter[Account]:
    """The balance of every account, debits positive."""
    totals: Counter[Account] = Counter()
    for event in ledger.events:
        for leg in postings(event):
            totals[leg.account] += leg.debit - leg.credit
    return totals


def test_an_import_of_48_euros_leaves_the_36_euros_online_as_they_were() -> None:
    ledger = with_36_euros_online_and_48_elsewhere()
    assert available(ledger) == euros(3_600)
    assert ledger.funds.external.in_hand == {"helloasso": 4_800}
    found = balances(ledger)
    assert (found[Account.ONLINE], found[Account.PSP_COOP]) == (3_600, 3_600)
    assert (found[Account.COLLECTED_ELSEWHERE], found[Account.CONTRIBUTIONS]) == (4_800, -8_400)


def test_a_refund_here_of_what_was_paid_there_is_refused_with_what_to_do() -> None:
    ledger = with_36_euros_online_and_48_elsewhere()
    refusal = ledger.refused(CollectedByOtherPlatform, RequestRefund, **{**REFUND, "cents": 2_400, "tip_cents": 0})
    assert "payée sur une autre plateforme" in refusal.french
    assert available(ledger) == euros(3_600)


def test_a_payout_here_of_what_the_other_platform_holds_is_refused() -> None:
    ledger = with_36_euros_online_and_48_elsewhere()
    refusal = ledger.refused(InsufficientBalance, RequestPayout, payout_id=example.PAYOUT, cents=7_200)
    assert euros(3_600) in refusal.french
    (event,) = ledger.do(RequestPayout, payout_id=example.PAYOUT, cents=3_600)
    assert [item.contribution_id for item in event.content] == [_FAMILY]  # type: ignore[attr-defined]


def test_what_the_other_platform_pays_out_comes_to_the_bank_and_not_to_the_online_account() -> None:
    ledger = with_36_euros_online_and_48_elsewhere()
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 4_800, "fee_cents": 70})
    found = balances(ledger)
    assert (found[Account.BANK], found[Account.BANK_FEES], found[Account.COLLECTED_ELSEWHERE]) == (4_730, 70, 0)
    assert available(ledger) == euros(3_600)


def test_what_was_paid_there_cannot_be_given_up_as_if_nothing_had_been_paid() -> None:
    ledger = with_36_euros_online_and_48_elsewhere()
    given_up = {"contribution_id": example.CONTRIBUTION, "reason": "given_up"}
    ledger.refused(Conflict, AbandonContribution, **given_up)


def test_at_the_desk_a_basket_may_be_paid_on_another_platform_and_never_with_a_tip_for_us() -> None:
    ledger = published()
    at_desk = {**BASKET, "means": "external", "tip_cents": 0}
    ledger.refused(Conflict, PlaceContribution, **at_desk)
    ledger.refused(Conflict, PlaceContribution, **{**at_desk, "tip_cents": 192}, desk=True)
    ledger.do(PlaceContribution, **at_desk, desk=True)
    paid = {"contribution_id": example.CONTRIBUTION, "external_payment_id": example.EXTERNAL_PAYMENT}
    of = {"platform": "lydia", "reference": "L-7", "cents": 2_400, "paid_at": example.NOW}
    ledger.do(EnterExternalPayment, **paid, **of)
    assert ledger.funds.available == 0
    back = {"refund_id": example.REFUND, "external_payment_id": example.EXTERNAL_PAYMENT}
    ledger.do(EnterExternalPaymentRefund, **back, cents=400, refunded_at=example.NOW)
    assert (ledger.funds.available, ledger.funds.external.in_hand) == (0, {"lydia": 2_000})


@pytest.mark.parametrize("kind", _ELSEWHERE, ids=lambda kind: kind.__name__)
def test_no_event_of_another_platform_books_on_an_account_of_the_provider(kind: type[Event]) -> None:
    legs = postings(EXAMPLES[kind])
    assert legs
    assert {leg.account for leg in legs} & _PROVIDER == set()
    assert online_change(legs) == 0


def test_all_five_events_of_other_platforms_are_looked_at() -> None:
    assert len(_ELSEWHERE) == 5

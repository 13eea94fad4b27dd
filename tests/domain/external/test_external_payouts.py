"""What another platform pays out: never more than it held that day, by the movements that it covers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.campaign.imports import ImportContribution, ImportedChild
from domain.chart_of_accounts import Account
from domain.errors import AlreadyExists, AmountInvalid, Conflict, InvalidInput, LedgerError, NotFound
from domain.events.external import ExternalPayoutRecorded
from domain.external.errors import DayToCome, ExternalFundsExceeded, PlatformReferenceInvalid, PlatformUnknown
from domain.external.payments import EnterExternalPaymentRefund, WithdrawExternalPayment
from domain.external.payouts import EnterExternalPayout, WithdrawExternalPayout
from domain.funds import external_change
from domain.journal import postings
from domain.money import euros
from tests.kit import example
from tests.kit.in_memory_ledger import EXTERNAL_PAYOUT, IMPORTED, InMemoryLedger, published

_BACK: Final = {"refund_id": example.REFUND, "external_payment_id": example.EXTERNAL_PAYMENT}
_WITHDRAWN: Final = {"external_payout_id": example.EXTERNAL_PAYOUT, "reason": "duplicate"}


def imported(*days: int, cents: int = 3_200) -> InMemoryLedger:
    """One payment of another platform for each day of June."""
    ledger = published()
    for number, day in enumerate(days):
        pay(ledger, number, datetime(2024, 6, day, 8, 0, tzinfo=UTC), cents)
    return ledger


def pay(ledger: InMemoryLedger, number: int, paid_at: datetime, cents: int, platform: str = "helloasso") -> None:
    """Import one payment of one child."""
    child = ImportedChild(participant_id=example.uid(3_000 + number), class_label="CP", cents=cents)
    of: dict[str, Any] = {
        "contribution_id": example.uid(2_000 + number),
        "external_payment_id": example.uid(8_100 + number),
        "reference": f"HA-{number + 1}",
        "children": (child,),
        "paid_at": paid_at,
        "platform": platform,
    }
    ledger.do(ImportContribution, **{**IMPORTED, **of})


def content(event: object) -> list[tuple[str, int]]:
    """What a payout covers, by the last digits of each movement."""
    assert isinstance(event, ExternalPayoutRecorded)
    return [(item.reference[-4:], item.cents) for item in event.content]


def test_a_payout_covers_the_oldest_payments_and_its_fees_are_an_expense() -> None:
    ledger = imported(20, 21, 22)
    (event,) = ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 4_000})
    assert content(event) == [("1fa4", 3_200), ("1fa5", 800)]
    legs = {(leg.account, leg.debit, leg.credit) for leg in postings(event)}
    assert legs == {
        (Account.BANK, 3_940, 0),
        (Account.COLLECTED_ELSEWHERE, 0, 3_940),
        (Account.BANK_FEES, 60, 0),
        (Account.COLLECTED_ELSEWHERE, 0, 60),
    }
    assert ledger.funds.external.in_hand == {"helloasso": 5_600}
    assert event.happened_at == datetime(2024, 6, 22, 10, 0, tzinfo=UTC)


def test_a_refund_made_there_comes_first_in_the_next_payout() -> None:
    ledger = imported(20, 21)
    ledger.do(EnterExternalPaymentRefund, **_BACK, cents=200, refunded_at=datetime(2024, 6, 21, 9, 0, tzinfo=UTC))
    (event,) = ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 3_100})
    assert content(event) == [("1b58", -200), ("1fa4", 3_200), ("1fa5", 100)]


def test_a_payout_above_what_was_held_on_its_day_is_refused_with_what_was_held() -> None:
    ledger = imported(20, 23)
    refusal = ledger.refused(ExternalFundsExceeded, EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 3_201})
    assert f"détenait {euros(3_200)}" in refusal.french
    (event,) = ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 6_400, "booked_on": date(2024, 6, 23)})
    assert sum(cents for _, cents in content(event)) == 6_400


def test_one_platform_does_not_pay_out_what_another_holds() -> None:
    ledger = imported(20)
    refusal = ledger.refused(ExternalFundsExceeded, EnterExternalPayout, **{**EXTERNAL_PAYOUT, "platform": "lydia"})
    assert f"détenait {euros(0)}" in refusal.french


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"platform": "paypal"}, PlatformUnknown),
        ({"reference": "VIREMENT DURAND"}, PlatformReferenceInvalid),
        ({"cents": 0, "fee_cents": 0}, AmountInvalid),
        ({"fee_cents": -1}, AmountInvalid),
        ({"cents": 50}, InvalidInput),
        ({"booked_on": date(2024, 6, 24)}, DayToCome),
        ({"booked_on": date(2024, 6, 19)}, ExternalFundsExceeded),
    ],
)
def test_a_payout_that_cannot_be_is_refused(wrong: dict[str, object], error: type[LedgerError]) -> None:
    imported(20).refused(error, EnterExternalPayout, **{**EXTERNAL_PAYOUT, **wrong})


def test_a_payout_is_entered_once_by_its_number() -> None:
    ledger = imported(20, 21)
    ledger.do(EnterExternalPayout, **EXTERNAL_PAYOUT)
    assert ledger.does_nothing(EnterExternalPayout, **EXTERNAL_PAYOUT)
    assert ledger.does_nothing(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "external_payout_id": example.uid(1)})
    ledger.refused(Conflict, EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 3_100})
    ledger.refused(AlreadyExists, EnterExternalPayout, **{**EXTERNAL_PAYOUT, "reference": "COUT-32"})


def test_a_payout_that_was_a_mistake_is_withdrawn_and_entered_right() -> None:
    ledger = imported(20)
    ledger.do(EnterExternalPayout, **EXTERNAL_PAYOUT)
    (event,) = ledger.do(WithdrawExternalPayout, **_WITHDRAWN)
    assert ledger.funds.external.in_hand == {"helloasso": 3_200}
    assert event.happened_at == datetime(2024, 6, 22, 10, 0, tzinfo=UTC)
    ledger.refused(NotFound, WithdrawExternalPayout, **_WITHDRAWN)
    right = {"external_payout_id": example.uid(1), "fee_cents": 50}
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, **right})
    totals = dict.fromkeys((Account.BANK, Account.BANK_FEES, Account.COLLECTED_ELSEWHERE), 0)
    for leg in (leg for event in ledger.events for leg in postings(event) if leg.account in totals):
        totals[leg.account] += leg.debit - leg.credit
    assert list(totals.values()) == [3_150, 50, 0]


def held_elsewhere(ledger: InMemoryLedger, day: int) -> dict[str, int]:
    """What each platform held at the end of a day of June, by the changes of its account."""
    changes = [change for change in map(external_change, ledger.events) if change and change.day <= date(2024, 6, day)]
    names = {change.platform for change in changes}
    return {name: sum(change.cents for change in changes if change.platform == name) for name in names}


def test_what_was_held_at_the_end_of_each_day_is_told_by_platform() -> None:
    ledger = imported(10, 20)
    pay(ledger, 7, datetime(2024, 6, 15, 8, 0, tzinfo=UTC), 900, "lydia")
    ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 1_000})
    held = {day: held_elsewhere(ledger, day) for day in (9, 10, 15, 21, 22)}
    assert held == {
        9: {},
        10: {"helloasso": 3_200},
        15: {"helloasso": 3_200, "lydia": 900},
        21: {"helloasso": 6_400, "lydia": 900},
        22: {"helloasso": 5_400, "lydia": 900},
    }


def test_a_payout_that_is_all_fees_books_nothing_at_the_bank() -> None:
    ledger = imported(20)
    (event,) = ledger.do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, "cents": 60})
    assert [leg.account for leg in postings(event)] == [Account.BANK_FEES, Account.COLLECTED_ELSEWHERE]


class RandomMonth:
    """A month of payments, refunds, payouts and withdrawals at one platform, whatever is refused."""

    def __init__(self) -> None:
        self.ledger = published()
        self.payments: list[Any] = []
        self.payouts: list[Any] = []

    def step(self, what: str, number: int, cents: int, day: int) -> tuple[Any, ...]:
        """Do one thing and return the events."""
        do, instant = self.ledger.do, datetime(2024, 6, day, 8, 0, tzinfo=UTC)
        if what == "pay":
            pay(self.ledger, number, instant, cents)
            self.payments.append(example.uid(8_100 + number))
        elif what == "payout":
            payout_id = example.uid(9_000 + number)
            of = {"external_payout_id": payout_id, "reference": f"V-{number}", "booked_on": date(2024, 6, day)}
            decided = do(EnterExternalPayout, **{**EXTERNAL_PAYOUT, **of, "cents": cents, "fee_cents": 0})
            self.payouts.append(payout_id)
            return decided
        elif what == "refund" and self.payments:
            refund = {
                "refund_id": example.uid(number),
                "external_payment_id": self.payments[cents % len(self.payments)],
            }
            do(EnterExternalPaymentRefund, **refund, cents=cents, refunded_at=instant)
        elif what == "withdraw" and self.payments:
            payment_id = self.payments[cents % len(self.payments)]
            do(WithdrawExternalPayment, external_payment_id=payment_id, reason="mistake")
        elif what == "take back" and self.payouts:
            payout_id = self.payouts[cents % len(self.payouts)]
            do(WithdrawExternalPayout, external_payout_id=payout_id, reason="mistake")
        return ()

    def booked(self, upto: datetime) -> int:
        """What the books say that the platform held at an instant."""
        legs = (leg for event in self.ledger.events if event.happened_at <= upto for leg in postings(event))
        return sum(leg.debit - leg.credit for leg in legs if leg.account is Account.COLLECTED_ELSEWHERE)


_WHAT = ("pay", "pay", "refund", "payout", "payout", "withdraw", "take back")
_STEPS = st.lists(st.tuples(st.sampled_from(_WHAT), st.integers(1, 4_000), st.integers(1, 23)), max_size=14)


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_the_account_is_what_the_platform_holds_and_no_payout_leaves_it_below_zero_on_its_day(
    steps: list[tuple[str, int, int]],
) -> None:
    month = RandomMonth()
    for number, (what, cents, day) in enumerate(steps):
        before, told = month.ledger.funds.external.in_hand, None
        decided: tuple[Any, ...] = ()
        try:
            decided = month.step(what, number, cents, day)
        except LedgerError as refusal:
            told = refusal.french
        assert told != ""
        assert told is None or month.ledger.funds.external.in_hand == before
        assert month.booked(example.NOW) == sum(month.ledger.funds.external.in_hand.values())
        assert all(month.booked(event.happened_at) >= 0 for event in decided)
        assert month.ledger.funds.available == 0


def test_random_months_see_every_event() -> None:
    month = RandomMonth()
    for number, step in enumerate([("pay", 900, 1), ("refund", 100, 2), ("payout", 700, 3), ("take back", 1, 3)]):
        month.step(step[0], number, *step[1:])
    month.step("withdraw", 9, 1, 4)
    assert [type(event).__name__ for event in month.ledger.events if "External" in type(event).__name__] == [
        "ExternalPaymentRecorded",
        "ExternalPaymentRefunded",
        "ExternalPayoutRecorded",
        "ExternalPayoutWithdrawn",
        "ExternalPaymentWithdrawn",
    ]

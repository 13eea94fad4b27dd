"""One school's whole economy, worked by hand: every kind of movement, the books balanced and true after each."""

from __future__ import annotations

from typing import Any

import pytest

from domain.association.platform import ClearPlatformSuspense, RecordPlatformMovement
from domain.campaign.instalments import RecordInstalmentFailed
from domain.chart_of_accounts import Account, Book, book_of
from domain.coop.closing import ApproveAdjustment
from domain.coop.suspense import ClearSuspense, RecordAdjustmentTransfer, RecordMovementOnHold
from tests.domain.economy.school_economy import SchoolEconomy
from tests.kit import example

TWO: dict[str, Any] = {"approvers": ("a", "b"), "reason": "goodwill"}


def _families_pay_and_are_given_back(school: SchoolEconomy) -> None:
    school.refund("A", school.pay("A", tip=2_00), 20_00, tip=2_00)
    school.refund("B", school.pay("B", tip=2_00), 10_00)
    school.refund("C", school.pay("C", tip=1_00), 0, tip=1_00)
    payment = school.pay("D")
    school.refund("D", payment, 5_00)
    school.refund_comes_back("D", 5_00)
    assert school.balances[Account.DUE_TO_FAMILIES] == -5_00
    school.transfer("D", payment, 5_00, name="tr_back")
    school.repay("D")


def _a_dispute_is_won(school: SchoolEconomy) -> None:
    payment = school.pay("E", tip=2_00)
    school.dispute(payment, 20_00, tip=2_00)
    school.reverse("E", payment, 20_00)
    school.win(payment, 20_00, tip=2_00)
    school.transfer("E", payment, 20_00, name="tr_again")


def _a_plan_is_not_kept_to_its_end(school: SchoolEconomy) -> None:
    school.place("F", tariff_id="t3", instalments=3)
    school.capture("F")
    school.capture("F", instalment=2)
    assert school.balances[Account.INSTALMENTS_EXPECTED] == 20_00
    refusal: dict[str, Any] = {"attempt_id": "pi_F3", "reason": "lost_card", "final": True}
    school.act(RecordInstalmentFailed, contribution_id=school.id("F"), number=3, **refusal)
    assert school.balances[Account.INSTALMENTS_EXPECTED] == 0


def _a_dispute_is_lost_after_the_payout(school: SchoolEconomy) -> None:
    payment = school.pay("G", tip=2_00)
    school.send_payout("p2", 20_00)
    school.receive_payout("p2", 20_00)
    school.dispute(payment, 20_00, tip=2_00)
    assert school.ledger.funds.online == -20_00
    school.settle_debt("m1")
    school.lose(payment)
    school.pay("H")
    school.settle_debt("m2")
    assert (school.ledger.funds.online, school.ledger.funds.debt) == (0, 0)
    school.reverse("G", payment, 20_00)


def _payouts_come_back(school: SchoolEconomy) -> None:
    school.pay("I", tip=1_00)
    school.send_payout("p3", 20_00)
    school.lose_payout("p3", 20_00, arrived=False)
    school.send_payout("p4", 20_00)
    school.receive_payout("p4", 20_00)
    school.lose_payout("p4", 20_00, arrived=True)


def _the_platform_settles_what_is_left(school: SchoolEconomy) -> None:
    school.give_cash("J", 15_00)
    good: dict[str, Any] = {"adjustment_id": school.id("adj")}
    school.act(ApproveAdjustment, **good, cents=3_00, **TWO)
    moved: dict[str, Any] = {"transfer_id": "tr_adj", "moved_at": example.NOW}
    school.act(RecordAdjustmentTransfer, platform=-3_00, coop=3_00, **good, **moved)
    found: dict[str, Any] = {"movement_id": "txn_1", "kind": "adjustment", "cents": 2_50, "moved_at": example.NOW}
    school.act(RecordMovementOnHold, coop=2_50, **found)
    school.act(RecordPlatformMovement, platform=1_00, **{**found, "movement_id": "txn_2", "cents": 1_00})
    school.act(ClearSuspense, movement_id="txn_1", account="goodwill", **TWO)
    school.act(ClearPlatformSuspense, movement_id="txn_2", account="psp_fees", **TWO)
    school.charge_platform(2_35)


@pytest.fixture(scope="module")
def school() -> SchoolEconomy:
    """The whole scenario, played once; the books are checked after every step of it."""
    school = SchoolEconomy()
    _families_pay_and_are_given_back(school)
    _a_dispute_is_won(school)
    _a_plan_is_not_kept_to_its_end(school)
    assert school.ledger.funds.available == 10_00 + 20_00 + 15_00 + 5_00 + 20_00 + 40_00
    school.send_payout("p1", 110_00)
    school.receive_payout("p1", 110_00)
    _a_dispute_is_lost_after_the_payout(school)
    _payouts_come_back(school)
    _the_platform_settles_what_is_left(school)
    return school


def _book(school: SchoolEconomy, book: Book) -> dict[Account, int]:
    """The accounts of a book that are not at zero; debits are positive."""
    return {account: cents for account, cents in school.balances.items() if cents and book_of(account) is book}


def test_the_coops_book_ends_as_computed_by_hand(school: SchoolEconomy) -> None:
    # Ten payments of 20,00 € less 20, 10 and 5 given back and 20 lost, and 15,00 € of coins.
    given = 10 * 20_00 - 20_00 - 10_00 - 5_00 - 20_00 + 15_00
    assert _book(school, Book.COOP) == {
        Account.ONLINE: 20_00 + 3_00,
        Account.BANK: 110_00 + 20_00 - 5_00,
        Account.CASH: 15_00,
        Account.CONTRIBUTIONS: -given,
        Account.OTHER_INCOME: -3_00,
    }


def test_the_platforms_book_ends_as_computed_by_hand(school: SchoolEconomy) -> None:
    tips = 10_00 - 2_00 - 1_00 - 2_00
    fees = 4 * 58 + 2 * 57 + 4 * 55 + 2_35 - 1_00
    assert _book(school, Book.PLATFORM) == {
        Account.PSP_PLATFORM: -45_01,
        Account.PSP_COOP: 23_00 + 2_50,
        Account.DUE_TO_COOP: -23_00,
        Account.TIPS: -tips,
        Account.PSP_FEES: fees,
        Account.DISPUTE_FEES: 40_00,
        Account.GOODWILL: 3_00 - 2_50,
    }


def test_two_disputes_cost_the_platform_more_than_all_tips_so_that_it_needs_a_float(school: SchoolEconomy) -> None:
    of = school.balances
    assert of[Account.DISPUTE_FEES] > -of[Account.TIPS]
    assert of[Account.PSP_PLATFORM] < 0


def test_every_memo_is_used_up_and_nothing_stays_in_suspense(school: SchoolEconomy) -> None:
    assert _book(school, Book.MEMO) == {}
    assert school.balances[Account.SUSPENSE] == 0

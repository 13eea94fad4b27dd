"""What a coop gives back itself leaves every account and the campaign's paper right, to the cent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.calendar import paris_date
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund
from domain.chart_of_accounts import Account
from domain.errors import RefundByCard
from reports.parts.report import Report
from service.reports.builder import ReportBuilder
from service.runtime.projectors import Projectors
from tests.kit.service_world import PRICE, SLUG, ServiceWorld


def voucher(world: ServiceWorld) -> Report:
    """The campaign's accounting paper, as it prints now."""
    projectors = Projectors(world.runtime)
    assert projectors.wait_for(SLUG, world.runtime.ledger(SLUG).ledger.store.head()[0], 20)
    projectors.close()
    return ReportBuilder(world.runtime.ledger(SLUG), world.now()).voucher(world.campaign_id, families=False)


def entry(report: Report) -> dict[str, int]:
    """Its accounting entry: debits less credits by account, those at nothing left out."""
    table = next(table for table in report.tables if table.name == "ecriture")
    balances: dict[str, int] = {}
    for account, _, debit, credit in table.rows():
        assert isinstance(debit, int)
        assert isinstance(credit, int)
        balances[str(account)] = balances.get(str(account), 0) + debit - credit
    return {account: cents for account, cents in balances.items() if cents}


@pytest.mark.parametrize(("means", "account"), [("cheque", "512"), ("transfer", "512")])
def test_the_voucher_prints_after_a_refund_came_back_and_after_the_coop_paid_it(
    world: ServiceWorld, means: str, account: str
) -> None:
    world.certify()
    paid = [world.pay("CP A", tip=0, card=card) for card in ("instant", "instant", "refund fails")]
    world.refund(paid[2], PRICE)
    world.settle(seconds=3)
    assert entry(voucher(world)) == {"5171": 2 * PRICE, "7561": -2 * PRICE}
    world.settle(days=2)
    assert entry(voucher(world)) == {"5171": 3 * PRICE, "7561": -2 * PRICE, "4671": -PRICE}
    (refund_id,) = world.contribution(paid[2]).refunds
    world.do(RepayFailedRefund, refund_id=refund_id, means=means, paid_on=paris_date(world.now()))
    report = voucher(world)
    assert entry(report) == {"5171": 3 * PRICE, "7561": -2 * PRICE, account: -PRICE}
    figures = {figure.label: figure.value for figure in report.figures}
    assert figures["Réglé aux familles par la coopérative"] == PRICE
    world.check_money()


def test_what_is_paid_out_is_given_back_by_the_coop_and_the_class_gives_it(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", tip=0, card="instant")
    back: dict[str, Any] = {"contribution_id": contribution_id, "cents": PRICE, "reason": "child_left"}
    given: dict[str, Any] = {**back, "means": "transfer", "paid_on": paris_date(world.now())}
    with pytest.raises(RefundByCard):
        world.do(PayRefundOutOfBand, refund_id=uuid4(), **given)
    world.payout(2 * PRICE)
    world.do(PayRefundOutOfBand, refund_id=uuid4(), **given)
    world.settle(days=5)
    assert world.balance(Account.BANK) == -PRICE
    assert entry(voucher(world)) == {"5801": 2 * PRICE, "512": -PRICE, "7561": -PRICE}
    world.check_money()

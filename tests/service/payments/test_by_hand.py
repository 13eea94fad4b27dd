"""What a coop gives back itself leaves every account and the campaign's paper right, to the cent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund
from domain.chart_of_accounts import CHART, Account, Book
from domain.errors import RefundByCard
from reports.parts.report import Value
from service.papers.due_papers import issue_papers
from service.papers.printer import PaperPrinter
from tests.kit.service_world import PRICE, SLUG, ServiceWorld


def figures(world: ServiceWorld) -> dict[str, Value]:
    """What the campaign's paper says as it prints now, without a number yet."""
    report = PaperPrinter(world.runtime.ledger(SLUG), world.now()).provisional(world.coop_id, world.campaign_id)
    return {figure.label: figure.value for figure in report.figures}


def journal(world: ServiceWorld) -> dict[str, int]:
    """What the coop's own book holds by the number of the account, those at nothing left out."""
    balances = {line.number: world.balance(account) for account, line in CHART.items() if line.book is Book.COOP}
    return {number: cents for number, cents in balances.items() if cents}


@pytest.mark.parametrize(("means", "account"), [("cheque", "512"), ("transfer", "512")])
def test_the_voucher_prints_after_a_refund_came_back_and_after_the_coop_paid_it(
    world: ServiceWorld, means: str, account: str
) -> None:
    world.certify()
    paid = [world.pay("CP A", tip=0, card=card) for card in ("instant", "instant", "refund fails")]
    world.refund(paid[2], PRICE)
    world.settle(seconds=3)
    assert journal(world) == {"5171": 2 * PRICE, "7561": -2 * PRICE}
    assert figures(world)["Pas encore en banque"] == 2 * PRICE
    world.settle(days=2)
    assert journal(world) == {"5171": 3 * PRICE, "7561": -2 * PRICE, "4671": -PRICE}
    assert figures(world)["Pas encore en banque"] == 3 * PRICE
    (refund_id,) = world.contribution(paid[2]).refunds
    world.do(RepayFailedRefund, refund_id=refund_id, means=means, paid_on=paris_date(world.now()))
    assert journal(world) == {"5171": 3 * PRICE, "7561": -2 * PRICE, account: -PRICE}
    assert figures(world) == {"En banque": 0, "Pas encore en banque": 3 * PRICE}
    issue_papers(world.context.ledger, world.coop_id, Stamp(at=world.now(), by="test"))
    assert figures(world) == {"En banque": -PRICE, "Pas encore en banque": 3 * PRICE}
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
    world.settle(seconds=1)
    world.settle(days=5)
    assert world.balance(Account.BANK) == -PRICE
    assert journal(world) == {"5801": 2 * PRICE, "512": -PRICE, "7561": -PRICE}
    issue_papers(world.context.ledger, world.coop_id, Stamp(at=world.now(), by="test"))
    assert figures(world) == {"En banque": PRICE, "Pas encore en banque": 0}
    world.check_money()

"""What waits until somebody says whose it is, by what it is about; nothing that a bank has settled itself."""

from __future__ import annotations

from uuid import UUID

from domain.campaign.disputes.explanation import ClearDispute
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.campaign.payments import RecordPaymentOnHold
from projections.held.suspense import waiting
from tests.projections.history import PRICE, TIP, History
from tests.projections.projected_ledger import projected
from tests.projections.provider_surprises import TWO

ALL = PRICE + TIP


def on_hold(history: History) -> tuple[UUID, str]:
    """A basket is paid twice: the second payment is to go back."""
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    contribution_id = history.place(campaign_id, "CP")
    history.pay(campaign_id, contribution_id)
    twice = {"payment_id": "ch_again", "cents": ALL, "reason": "twice", "paid_at": history.now}
    history.do(RecordPaymentOnHold, campaign_id, contribution_id=contribution_id, **twice)
    return campaign_id, "ch_again"


def listed(history: History, database: str) -> dict[str, int]:
    """The cents that wait, by what they are about."""
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        return {row.reference: row.cents for row in waiting(ledger.read)}


def test_a_payment_on_hold_that_its_bank_takes_back_waits_no_more(database: str) -> None:
    history = History()
    campaign_id, payment_id = on_hold(history)
    dispute_id = history.dispute(campaign_id, payment_id, ALL)
    history.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=history.now)
    assert listed(history, database) == {}


def test_a_payment_on_hold_that_its_bank_gives_back_waits_again(database: str) -> None:
    history = History()
    campaign_id, payment_id = on_hold(history)
    history.win(campaign_id, history.dispute(campaign_id, payment_id, ALL), ALL)
    assert listed(history, database) == {payment_id: ALL}


def test_what_a_bank_takes_beyond_a_payment_on_hold_waits_under_the_name_of_the_dispute(database: str) -> None:
    history = History()
    campaign_id, payment_id = on_hold(history)
    dispute_id = history.dispute(campaign_id, payment_id, ALL, 500)
    assert listed(history, database) == {dispute_id: -500}


def test_what_two_people_explained_waits_no_more(database: str) -> None:
    history = History()
    campaign_id, payment_id = on_hold(history)
    dispute_id = history.dispute(campaign_id, payment_id, ALL, 500)
    history.do(ClearDispute, campaign_id, dispute_id=dispute_id, account="dispute_fees", **TWO)
    assert listed(history, database) == {}

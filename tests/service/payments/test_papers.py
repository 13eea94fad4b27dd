"""The worker issues papers of what arrived or came back, and again for what comes late to an archived campaign."""

from __future__ import annotations

from domain.aggregate import Stamp
from domain.campaign.disputes.facts import RecordDisputeOpened
from domain.campaign.publication import ArchiveCampaign
from domain.events.contribution import PaymentCaptured
from domain.events.papers.issued import PayoutStatementIssued, VoucherFinalized, VoucherIssued
from service.papers.due_papers import ACTOR
from tests.kit.service_world import PRICE, ServiceWorld
from tests.service.payments.test_payouts import at_provider


def paid_out(world: ServiceWorld) -> None:
    """A family pays, and all of it arrives at the bank."""
    world.certify()
    world.pay("CP A", card="instant")
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)


def test_a_payout_that_arrives_and_comes_back_gets_its_statements_once(world: ServiceWorld) -> None:
    paid_out(world)
    (statement,) = (event for event in world.events() if isinstance(event, PayoutStatementIssued))
    assert (statement.cents, statement.returns, statement.by) == (PRICE, "", ACTOR)
    world.sandbox.do(f"/payouts/{at_provider(world)[0]['id']}", outcome="fail", failure_code="no_account")
    world.settle(seconds=3)
    world.settle(days=2)
    first, back = (event for event in world.events() if isinstance(event, PayoutStatementIssued))
    assert (first.number, back.number, bool(back.returns)) == (1, 2, True)
    assert [event.kind for event in world.events() if isinstance(event, VoucherIssued)] == ["payout", "return"]


def test_what_comes_late_to_an_archived_campaign_makes_another_edition_the_next_morning(world: ServiceWorld) -> None:
    paid_out(world)
    (payment,) = (event for event in world.events() if isinstance(event, PaymentCaptured))
    stamp = Stamp(at=world.context.now(), by="test")
    world.context.record(ArchiveCampaign(stream_id=world.campaign_id, stamp=stamp))
    world.settle(seconds=3)
    late = RecordDisputeOpened(
        stream_id=world.campaign_id,
        stamp=stamp,
        dispute_id="dp_late",
        payment_id=payment.payment_id,
        provider_movement="txn_late",
        cents=500,
        fee_cents=0,
        opened_at=stamp.at,
    )
    world.context.record(late)
    world.settle(days=2)
    recaps = [event for event in world.events() if isinstance(event, VoucherFinalized)]
    assert [(event.edition, event.blocked) for event in recaps] == [(1, 0), (2, 500)]

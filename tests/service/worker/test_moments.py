"""Who thinks in turn reads each state once until it waits for somebody, and never goes on with what it read before."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.campaign.payments import RecordPaymentFailed
from service.payments.context import PaymentContext
from tests.kit.service_world import ServiceWorld


class Reads:
    """Counts the questions for what was stored since, and which streams each was about."""

    def __init__(self, context: PaymentContext, patch: pytest.MonkeyPatch) -> None:
        """Begin to count."""
        self.asked: list[set[UUID]] = []
        newer = context.ledger.store.newer

        def counted(versions: dict[UUID, int]) -> object:
            self.asked.append(set(versions))
            return newer(versions)

        patch.setattr(context.ledger.store, "newer", counted)


@pytest.fixture
def reads(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """What a context asks that has both states in its memory."""
    world.context.campaign(world.campaign_id)
    world.context.coop(world.coop_id)
    return Reads(world.context, monkeypatch)


def refused(world: ServiceWorld, contribution_id: UUID, attempt: str) -> RecordPaymentFailed:
    """A refused card, as a fact."""
    return RecordPaymentFailed(
        stream_id=world.campaign_id,
        stamp=world.context.stamp,
        contribution_id=contribution_id,
        attempt_id=attempt,
        reason="expired_card",
    )


def test_in_one_turn_a_state_is_asked_for_once(world: ServiceWorld, reads: Reads) -> None:
    with world.context.in_turn() as context:
        assert {context.campaign(world.campaign_id).version for _ in range(5)} != {0}
    assert reads.asked == [{world.campaign_id}]


def test_states_that_were_looked_at_together_are_asked_for_together_the_next_time(
    world: ServiceWorld, reads: Reads
) -> None:
    for _ in range(2):
        with world.context.in_turn() as context:
            context.campaign(world.campaign_id)
            context.coop(world.coop_id)
    both = {world.campaign_id, world.coop_id}
    assert reads.asked == [{world.campaign_id}, {world.coop_id}, both]


def test_out_of_turn_a_state_is_asked_for_each_time(world: ServiceWorld, reads: Reads) -> None:
    for _ in range(3):
        world.context.campaign(world.campaign_id)
    assert reads.asked == [{world.campaign_id}] * 3


def test_what_was_recorded_meanwhile_is_seen_in_the_same_turn(world: ServiceWorld) -> None:
    contribution_id = world.place("CP A")
    with world.context.in_turn() as context:
        assert context.campaign(world.campaign_id).contribution(contribution_id).attempts == set()
        context.record(refused(world, contribution_id, "at_1"))
        assert context.campaign(world.campaign_id).contribution(contribution_id).attempts == {"at_1"}
        with context.out_of_turn():
            world.context.ledger.bus.submit(refused(world, contribution_id, "at_2")).result()
        assert context.campaign(world.campaign_id).contribution(contribution_id).attempts == {"at_1", "at_2"}

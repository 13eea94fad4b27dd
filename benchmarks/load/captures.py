"""Payments captured through the bus at a steady pace, as on a back-to-school evening."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from domain.aggregate import Stamp
from domain.campaign.payments import RecordPaymentCaptured
from domain.events.contribution import PaymentCaptured
from tests.kit.service_world import PRICE, ServiceWorld


async def capture_at_pace(world: ServiceWorld, a_second: int, seconds: float) -> list[tuple[int, float]]:
    """Have so many payments a second captured; return the position of each, and when it was recorded."""
    bus, store, wanted = world.context.ledger.bus, world.context.ledger.store, int(a_second * seconds)
    baskets = [world.place(tip=0) for _ in range(wanted)]
    before, loop = store.head()[0], asyncio.get_running_loop()
    begun, under_way = loop.time(), list[asyncio.Task[object]]()
    for number, contribution_id in enumerate(baskets):
        await asyncio.sleep(begun + number / a_second - loop.time())
        under_way.append(asyncio.ensure_future(bus.do(_captured(world, contribution_id))))
    await asyncio.gather(*under_way)
    facts = store.events(before + 1, 2 * wanted)
    captured = [fact for fact in facts if isinstance(fact.event, PaymentCaptured)]
    assert len(captured) == wanted
    return [(fact.position, fact.recorded_at.timestamp()) for fact in captured]


def _captured(world: ServiceWorld, contribution_id: UUID) -> RecordPaymentCaptured:
    """A payment that no provider knows: nothing is asked about it."""
    now = world.now()
    return RecordPaymentCaptured(
        stream_id=world.campaign_id,
        stamp=Stamp(at=now, by="bench"),
        contribution_id=contribution_id,
        payment_id=uuid4().hex,
        cents=PRICE,
        tip_cents=0,
        paid_at=now,
    )

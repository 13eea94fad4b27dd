"""A long, realistic log, made by the real commands and appended in large batches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from adapters.log.append import booking_key
from adapters.log.event_store import Append, NewEvent
from adapters.log.ledger import Ledger
from benchmarks.ground.ledger import NOW, TARIFF, Ground
from domain.aggregate import Stamp
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.payments import RecordPaymentCaptured, RecordProviderFee, RecordTransfer
from domain.campaign.state import Campaign, CampaignCommand

CLASSES: Final = ("CP A", "CP B", "CE1", "CE2-CM1", "CM2")
FAMILIES: Final = 250
"""Of one campaign."""
_BATCH: Final = 4_000
EVENTS_OF_FAMILY: Final = 4
_MONTH: Final = timedelta(days=30)


def lengthen(ground: Ground, events: int) -> list[UUID]:
    """Add about so many events: campaigns of 250 families, each placed, paid, charged and transferred."""
    campaigns: list[UUID] = []
    facts: list[NewEvent] = []
    added = 0
    while added < events:
        campaign_id = ground.campaign()
        campaigns.append(campaign_id)
        facts += facts_of_families(ground.ledger, campaign_id, FAMILIES)
        if len(facts) >= _BATCH:
            append_facts(ground.ledger, facts)
            added += len(facts)
            facts = []
    append_facts(ground.ledger, facts)
    return campaigns


def spread(ground: Ground, events: int, *, coops: int, months: int) -> None:
    """Add about so many events of as many coops, each with one campaign whose families pay over some months."""
    families = max(1, events // (coops * EVENTS_OF_FAMILY))
    facts: list[NewEvent] = []
    for coop in range(coops):
        campaign_id = ground.campaign(ground.coop_id if coop == 0 else ground.coop())
        facts += facts_of_families(ground.ledger, campaign_id, families, over=_MONTH * months)
        if len(facts) >= _BATCH:
            append_facts(ground.ledger, facts)
            facts = []
    append_facts(ground.ledger, facts)


def facts_of_families(
    ledger: Ledger,
    campaign_id: UUID,
    families: int,
    *,
    over: timedelta = timedelta(),
    tariff_id: str = TARIFF.tariff_id,
    begin: datetime = NOW,
) -> list[NewEvent]:
    """Make the events of families of a campaign, from the beginning of term on, their payments over some time."""
    state = ledger.store.load(Campaign, campaign_id)
    facts: list[NewEvent] = []
    for number in range(families):
        paid_at = begin + timedelta(minutes=number) + over * number / families
        for command in _family(campaign_id, number, tariff_id, paid_at):
            for event in command.decide(state):
                state.evolve(event)
                facts.append(NewEvent(campaign_id, state.version, state.coop_id, event))
    return facts


def append_facts(ledger: Ledger, facts: list[NewEvent]) -> None:
    """Append events with the keys of what they book, as the bus does."""
    keys = [booking_key(fact.event, offset) for offset, fact in enumerate(facts)]
    ledger.store.append(Append(uuid4(), facts, [key for key in keys if key is not None], ()))


def _family(campaign_id: UUID, number: int, tariff_id: str, paid_at: datetime) -> list[CampaignCommand]:
    """One family with one or two children, through its whole payment."""
    contribution_id, payment_id = uuid4(), uuid4().hex
    classes = [CLASSES[number % len(CLASSES)], *([CLASSES[number % 3]] if number % 4 == 0 else [])]
    cents = 12_00 * len(classes)
    children = tuple(
        Child(participant_id=uuid4(), class_label=label, tariff_id=tariff_id, cents=12_00) for label in classes
    )
    placed = PlaceContribution(
        stream_id=campaign_id,
        stamp=Stamp(at=paid_at, by="bench"),
        contribution_id=contribution_id,
        payer_id=uuid4(),
        commitment="c" * 64,
        terms_version="1",
        children=children,
        tip_cents=96,
    )
    captured = RecordPaymentCaptured(
        stream_id=campaign_id,
        stamp=placed.stamp,
        contribution_id=contribution_id,
        payment_id=payment_id,
        cents=cents,
        tip_cents=96,
        paid_at=paid_at,
    )
    fee = RecordProviderFee(
        stream_id=campaign_id,
        stamp=placed.stamp,
        contribution_id=contribution_id,
        payment_id=payment_id,
        cents=43,
        charged_at=paid_at,
    )
    transferred = RecordTransfer(
        stream_id=campaign_id,
        stamp=placed.stamp,
        contribution_id=contribution_id,
        payment_id=payment_id,
        transfer_id=uuid4().hex,
        cents=cents,
        moved_at=paid_at,
    )
    return [placed, captured, fee, transferred]

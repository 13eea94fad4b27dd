"""A long, realistic log, made by the real commands and appended in large batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from adapters.log.append import booking_key
from adapters.log.event_store import Append, NewEvent
from benchmarks.ground.ledger import NOW, Ground
from domain.aggregate import Stamp
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.payments import RecordPaymentCaptured, RecordProviderFee, RecordTransfer
from domain.campaign.state import Campaign, CampaignCommand

CLASSES: Final = ("CP A", "CP B", "CE1", "CE2-CM1", "CM2")
_FAMILIES: Final = 250
_BATCH: Final = 4_000
_EVENTS_OF_FAMILY: Final = 4
_MONTH: Final = timedelta(days=30)


def lengthen(ground: Ground, events: int) -> list[UUID]:
    """Add about so many events: campaigns of 250 families, each placed, paid, charged and transferred."""
    campaigns: list[UUID] = []
    facts: list[NewEvent] = []
    added = 0
    while added < events:
        campaign_id = ground.campaign()
        campaigns.append(campaign_id)
        state = ground.ledger.store.load(Campaign, campaign_id)
        for number in range(_FAMILIES):
            for command in _family(campaign_id, number):
                for event in command.decide(state):
                    state.evolve(event)
                    facts.append(NewEvent(campaign_id, state.version, state.coop_id, event))
            if len(facts) >= _BATCH:
                ground.ledger.store.append(_append_of(facts))
                added += len(facts)
                facts = []
    ground.ledger.store.append(_append_of(facts))
    return campaigns


def spread(ground: Ground, events: int, *, coops: int, months: int) -> None:
    """Add about so many events of as many coops, each with one campaign whose families pay over some months."""
    families = max(1, events // (coops * _EVENTS_OF_FAMILY))
    facts: list[NewEvent] = []
    for coop in range(coops):
        campaign_id = ground.campaign(ground.coop_id if coop == 0 else ground.coop())
        state = ground.ledger.store.load(Campaign, campaign_id)
        for number in range(families):
            for command in _family(campaign_id, number, later=_MONTH * (number * months // families)):
                for event in command.decide(state):
                    state.evolve(event)
                    facts.append(NewEvent(campaign_id, state.version, state.coop_id, event))
        if len(facts) >= _BATCH:
            ground.ledger.store.append(_append_of(facts))
            facts = []
    ground.ledger.store.append(_append_of(facts))


def _append_of(facts: list[NewEvent]) -> Append:
    """An append with the keys of what its events book, as the bus makes it."""
    keys = [booking_key(fact.event, offset) for offset, fact in enumerate(facts)]
    return Append(uuid4(), facts, [key for key in keys if key is not None], ())


def _family(campaign_id: UUID, number: int, later: timedelta = timedelta()) -> list[CampaignCommand]:
    """One family with one or two children, through its whole payment, at the beginning of term or later."""
    contribution_id, payment_id = uuid4(), uuid4().hex
    classes = [CLASSES[number % len(CLASSES)], *([CLASSES[number % 3]] if number % 4 == 0 else [])]
    cents, paid_at = 12_00 * len(classes), NOW + timedelta(minutes=number) + later
    children = tuple(
        Child(participant_id=uuid4(), class_label=label, tariff_id="enfant", cents=12_00) for label in classes
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

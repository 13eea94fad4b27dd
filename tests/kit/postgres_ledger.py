"""Ledgers to test with: a migrated one, a published campaign in it, and the commands that feed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg

from adapters.log.bus.state_shelf import ROOM, StateShelf
from adapters.log.command_bus import CommandBus
from adapters.log.event_store import EventStore
from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database, migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry, add_association
from domain.aggregate import Intent, Stamp
from domain.association.commands import RegisterAssociation
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.publication import PublishCampaign
from domain.campaign.refunds import RequestRefund
from domain.campaign.settings import DraftCampaign, SetTariffs
from domain.coop.bank_accounts import ConfirmBankAccount, RegisterBankAccount
from domain.coop.certification import RecordCertified, RequestCertification
from domain.coop.payouts import RequestPayout
from domain.coop.registration import RegisterCoop
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails
from domain.events.contribution import ContributionAbandoned
from domain.events.coop import CoopDetails

SLUG = "ad06"
NOW = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)
BY = "tester"
STAMP = Stamp(at=NOW, by=BY)
_SECOND = Stamp(at=NOW, by="second person")
PRICE = 2_000
Names = AssociationEntry | Ledger
"""What says how an association is called."""


class CampaignIds(NamedTuple):
    """A coop and its published campaign."""

    coop_id: UUID
    campaign_id: UUID


def make_ledger(dsn: str, slug: str = SLUG, *, demo: bool = True) -> AssociationEntry:
    """Migrate an empty database and register one association in it."""
    entry = AssociationEntry(slug, uuid4(), None, demo)
    migrate_database(dsn)
    migrate_ledger(dsn, slug, entry.association_id)
    with psycopg.connect(dsn) as connection:
        add_association(connection, entry)
    return entry


@contextmanager
def opened_store(dsn: str, slug: str = SLUG) -> Iterator[EventStore]:
    """A store of the application role on a migrated database."""
    store = EventStore(conninfo_for(dsn, DatabaseRole.APP), slug)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_bus(store: EventStore, *, room: int = ROOM, patience: float = 20.0) -> Iterator[CommandBus]:
    """A bus on a store."""
    bus = CommandBus(store, shelf=StateShelf(room), patience=patience)
    try:
        yield bus
    finally:
        bus.close()


@contextmanager
def opened_ledger(dsn: str, slug: str = SLUG, *, demo: bool = True) -> Iterator[Ledger]:
    """A ledger on a fresh database."""
    with Ledger(make_ledger(dsn, slug, demo=demo), dsn) as ledger:
        yield ledger


def run(bus: CommandBus, *commands: Intent[Any]) -> None:
    """Carry out commands one after the other."""
    for command in commands:
        bus.submit(command).result(30)


def register_association(entry: Names) -> RegisterAssociation:
    """The first command of a ledger."""
    return RegisterAssociation(
        stream_id=entry.association_id, stamp=STAMP, name="AD 06", slug=entry.slug, siren="123456789", demo=entry.demo
    )


def register_coop(entry: Names, coop_id: UUID, *, demo: bool | None = None) -> RegisterCoop:
    """Open a coop in the association's ledger."""
    return RegisterCoop(
        stream_id=coop_id,
        stamp=STAMP,
        association_id=entry.association_id,
        details=CoopDetails(name="Coop", school="École", town="Nice", affiliation_number="06-001"),
        demo=entry.demo if demo is None else demo,
    )


def publish_campaign(bus: CommandBus, entry: Names) -> CampaignIds:
    """Register a coop and put a campaign of it on line."""
    place = CampaignIds(uuid4(), uuid4())
    tariff = Tariff(
        tariff_id="t1",
        label="Un enfant",
        tiers=(PRICE,),
        valid_from=date(2026, 9, 1),
        valid_to=date(2027, 8, 31),
    )
    campaign_id = place.campaign_id
    run(
        bus,
        register_coop(entry, place.coop_id),
        DraftCampaign(
            stream_id=campaign_id,
            stamp=STAMP,
            coop_id=place.coop_id,
            details=CampaignDetails(title="Vie de classe"),
            purpose="contribution-volontaire",
            school_year=2026,
            demo=entry.demo,
            policy=Policy(),
        ),
        SetTariffs(stream_id=campaign_id, stamp=STAMP, tariffs=(tariff,)),
        PublishCampaign(
            stream_id=campaign_id,
            stamp=STAMP,
            responsible_id=uuid4(),
            council_decision="2024-05-14",
            policy=Policy(),
            mandated=True,
            charter_version=0,
            charter_accepted=0,
        ),
    )
    return place


def place_contribution(campaign_id: UUID, contribution_id: UUID | None = None) -> PlaceContribution:
    """A family's basket with one child."""
    child = Child(participant_id=uuid4(), class_label="CP", tariff_id="t1")
    return PlaceContribution(
        stream_id=campaign_id,
        stamp=STAMP,
        contribution_id=contribution_id or uuid4(),
        payer_id=uuid4(),
        commitment="0" * 64,
        terms_version="1",
        children=(child,),
    )


def capture(campaign_id: UUID, contribution_id: UUID, payment_id: str) -> RecordPaymentCaptured:
    """The card payment of a basket with one child."""
    return RecordPaymentCaptured(
        stream_id=campaign_id,
        stamp=STAMP,
        contribution_id=contribution_id,
        payment_id=payment_id,
        cents=PRICE,
        tip_cents=0,
        paid_at=NOW,
    )


def pay(bus: CommandBus, campaign_id: UUID, payment_id: str) -> UUID:
    """Place a basket and pay it; returns the contribution."""
    contribution_id = uuid4()
    run(bus, place_contribution(campaign_id, contribution_id), capture(campaign_id, contribution_id, payment_id))
    return contribution_id


def certify(bus: CommandBus, coop_id: UUID) -> None:
    """Make a coop ready for payouts."""
    account = uuid4()
    run(
        bus,
        RequestCertification(stream_id=coop_id, stamp=STAMP, provider_account="acct_1"),
        RecordCertified(stream_id=coop_id, stamp=STAMP, provider_account="acct_1"),
        RegisterBankAccount(
            stream_id=coop_id, stamp=STAMP, bank_account_id=account, iban_masked="FR76…189", iban_fingerprint="f" * 64
        ),
        ConfirmBankAccount(stream_id=coop_id, stamp=_SECOND, bank_account_id=account, payee_check="match"),
    )


def request_payout(coop_id: UUID, cents: int) -> RequestPayout:
    """A payout of some cents."""
    return RequestPayout(stream_id=coop_id, stamp=STAMP, payout_id=uuid4(), cents=cents)


def request_refund(campaign_id: UUID, contribution_id: UUID, cents: int) -> RequestRefund:
    """A refund of some cents."""
    return RequestRefund(
        stream_id=campaign_id,
        stamp=STAMP,
        refund_id=uuid4(),
        contribution_id=contribution_id,
        cents=cents,
        tip_cents=0,
        reason="duplicate",
    )


def any_event() -> ContributionAbandoned:
    """An event to store, for tests that never read its meaning."""
    return ContributionAbandoned(at=NOW, by=BY, contribution_id=uuid4(), reason="given_up")

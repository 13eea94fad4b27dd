"""The ground of all measurements: one durable embedded server, one association, campaigns ready for families."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID, uuid4

import psycopg

from adapters.local_postgres import LocalPostgres
from adapters.log.bus.state_shelf import StateShelf
from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database, migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.registry import AssociationEntry
from domain.aggregate import Intent, Stamp
from domain.campaign.publication import PublishCampaign
from domain.campaign.settings import DraftCampaign, SetTariffs
from domain.coop.registration import RegisterCoop
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from projections.engine.runner import install

NOW: Final = datetime(2024, 9, 3, 7, 30, tzinfo=UTC)
STAMP: Final = Stamp(at=NOW, by="bench")
TARIFF: Final = Tariff(
    tariff_id="enfant", label="1 enfant", tiers=(12_00,), valid_from=date(2024, 9, 1), valid_to=date(2025, 8, 31)
)
_ROOM: Final = 2 << 30
"""Bytes of states: campaigns grow here as no school's does, and what is measured is not that they are read again."""


class Ground:
    """A server of our own, with fsync on, and the ledger of one association."""

    def __init__(self, folder: Path) -> None:
        """Start the server and open the ledger."""
        self.postgres = LocalPostgres(folder, durable=True)
        self.postgres.start()
        self.url = self._fresh_database()
        self.entry = AssociationEntry("bench", uuid4(), None, demo=True)
        migrate_database(self.url)
        migrate_ledger(self.url, self.entry.slug, self.entry.association_id)
        with psycopg.connect(conninfo_for(self.url, DatabaseRole.PROJECTOR), autocommit=True) as connection:
            install(connection, "bench_read")
        self.ledger = Ledger(self.entry, self.url, shelf=StateShelf(_ROOM))
        self.coop_id = self.coop()

    def _fresh_database(self) -> str:
        with psycopg.connect(self.postgres.dsn(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
            connection.execute("CREATE DATABASE bench")
        return self.postgres.dsn("bench")

    def do(self, command: Intent[Any]) -> None:
        """Carry out one command."""
        self.ledger.bus.submit(command).result()

    def coop(self) -> UUID:
        """Register one more coop."""
        coop_id = uuid4()
        details = CoopDetails(name="Coop", school="école", town="Nice", affiliation_number="1")
        owner = self.entry.association_id
        self.do(RegisterCoop(stream_id=coop_id, stamp=STAMP, association_id=owner, details=details, demo=True))
        return coop_id

    def campaign(self, coop_id: UUID | None = None) -> UUID:
        """Open a campaign that is on line, of the first coop if no other is named."""
        campaign_id = uuid4()
        self.do(
            DraftCampaign(
                stream_id=campaign_id,
                stamp=STAMP,
                coop_id=coop_id or self.coop_id,
                details=CampaignDetails(title="Rentrée"),
                purpose="contribution-volontaire",
                school_year=2024,
                demo=True,
                policy=Policy(),
            )
        )
        self.do(SetTariffs(stream_id=campaign_id, stamp=STAMP, tariffs=(TARIFF,)))
        self.do(
            PublishCampaign(
                stream_id=campaign_id,
                stamp=STAMP,
                responsible_id=uuid4(),
                council_decision="2024-05-14",
                policy=Policy(),
                mandated=True,
                charter_version=0,
                charter_accepted=0,
            )
        )
        return campaign_id

    def close(self) -> None:
        """Close the ledger and stop the server."""
        self.ledger.close()
        self.postgres.stop()

    def __enter__(self) -> Self:
        """Stand on it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it."""
        self.close()

"""A ledger to verify: the guide's scenario, its two months closed, and something that happened afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.local_postgres import LocalPostgres
from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database
from domain.aggregate import Stamp
from domain.coop.closing import ClosePeriod, RecordCashCounted
from projections import online_account
from projections.engine.runner import catch_up
from service.associations import open_association
from service.audit.place import AuditPlace, find_place
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import OPENED, DemoIds, DemoScenario
from service.runtime.open_ledger import OpenLedger
from service.runtime.projector_sessions import projector_sessions
from service.settings import Settings
from tests.kit.databases import fresh_database
from tests.service.audit.forger import Forger

AFTERWARDS = datetime(2024, 8, 5, 8, 0, tzinfo=UTC)


class Told(NamedTuple):
    """The ledger that every test has a copy of: its database, whose it is, what the scenario made."""

    database: str
    association_id: UUID
    ids: DemoIds


@pytest.fixture(scope="module")
def told(postgres: LocalPostgres) -> Iterator[Told]:
    """The scenario, its read models at the end of it; the vault's key is gone afterwards."""
    association_id = uuid4()
    named = {"slug": "ad06", "name": "OCCE 06", "siren": "123456782"}
    with fresh_database(postgres) as database, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPLEDGER_DATABASE_URL", database)
        patch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(b"k" * 32).decode())
        open_association(database, association_id=association_id, **named, demo=True, at=OPENED, by="test")
        with open_runtime(Settings()) as runtime:
            opened = runtime.ledger("ad06")
            ids = DemoScenario(opened).play()
            for month in (date(2024, 6, 1), date(2024, 7, 1)):
                close_month(opened, ids.coop_id, month)
            count_cash(opened, ids.coop_id)
        yield Told(database, association_id, ids)


@pytest.fixture
def database(postgres: LocalPostgres, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A copy of it."""
    template = str(conninfo_to_dict(told.database)["dbname"])
    with fresh_database(postgres, template) as copy:
        migrate_database(copy)  # what roles may do in a database is no part of its copy
        monkeypatch.setenv("COOPLEDGER_DATABASE_URL", copy)
        monkeypatch.delenv("COOPLEDGER_VAULT_KEY", raising=False)
        yield copy


@pytest.fixture
def place(database: str) -> AuditPlace:
    """Where the ledger is, as the auditor reaches it."""
    return find_place(database, "ad06")


@pytest.fixture
def forger(told: Told, database: str) -> Forger:
    """Who changes it."""
    return Forger(database, told.association_id)


def close_month(opened: OpenLedger, coop_id: UUID, month: date) -> None:
    """Close a month with the ledger's own figures."""
    position, head = opened.ledger.store.head()
    show(opened.ledger)
    stamp = Stamp(at=AFTERWARDS, by="test")
    boxes = opened.read(online_account.boxes, coop_id, month)
    command = ClosePeriod(
        stream_id=coop_id,
        stamp=stamp,
        kind="month",
        first_day=month,
        boxes=boxes,
        perpetual_receipts=0,
        perpetual_disbursements=0,
        up_to_position=position,
        chain_head=head.hex(),
    )
    opened.ledger.bus.submit(command, key=f"close {month}").result()


def count_cash(opened: OpenLedger, coop_id: UUID) -> None:
    """Let something happen after the last closing."""
    for cents in (0, 100):
        command = RecordCashCounted(
            stream_id=coop_id, stamp=Stamp(at=AFTERWARDS, by="test"), counted=cents, expected=cents
        )
        opened.ledger.bus.submit(command, key=f"count {cents}").result()
    show(opened.ledger)


def show(ledger: Ledger) -> None:
    """Bring the read models to the end of the log."""
    with projector_sessions(ledger) as (log, read):
        catch_up(log, read, ledger.log_schema, ledger.read_schema)

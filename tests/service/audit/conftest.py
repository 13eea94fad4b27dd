"""A ledger to verify: the guide's scenario, its papers, and something that happened afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.local_postgres import LocalPostgres
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.coop.closing import RecordCashCounted
from projections.engine.runner import catch_up
from service.associations import open_association
from service.audit.place import AuditPlace, find_place
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import DemoIds, DemoScenario
from service.demo.season import GUIDE
from service.papers.due_papers import ACTOR, issue_papers
from service.runtime.open_ledger import OpenLedger
from service.runtime.projector_sessions import projector_sessions
from service.settings import Settings
from tests.kit.databases import copied_database, fresh_database
from tests.service.audit.forger import Forger

AFTERWARDS = datetime(2024, 10, 5, 8, 0, tzinfo=UTC)


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
        open_association(database, association_id=association_id, **named, demo=True, at=GUIDE.opened, by="test")
        with open_runtime(Settings()) as runtime:
            opened = runtime.ledger("ad06")
            ids = DemoScenario(opened).play()
            issue_papers(opened.ledger, ids.coop_id, Stamp(at=AFTERWARDS, by=ACTOR))
            count_cash(opened, ids.coop_id)
        yield Told(database, association_id, ids)


@pytest.fixture
def database(postgres: LocalPostgres, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A copy of it."""
    template = str(conninfo_to_dict(told.database)["dbname"])
    with copied_database(postgres, template) as copy:
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


def count_cash(opened: OpenLedger, coop_id: UUID) -> None:
    """Let something happen after the last closing."""
    for cents in (0, 100):
        command = RecordCashCounted(stream_id=coop_id, stamp=Stamp(at=AFTERWARDS, by="test"), counted=cents)
        opened.ledger.bus.submit(command, key=f"count {cents}").result()
    show(opened.ledger)


def show(ledger: Ledger) -> None:
    """Bring the read models to the end of the log."""
    with projector_sessions(ledger) as (log, read):
        catch_up(log, read, ledger.log_schema, ledger.read_schema)

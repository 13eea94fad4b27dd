"""A ledger to verify: the guide's scenario, its two months closed, and something that happened afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.coop.closing import ClosePeriod, RecordCashCounted
from projections import online_account
from projections.engine.runner import catch_up
from service.associations import open_association
from service.audit.session import AuditPlace, find_place
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import OPENED, DemoIds, DemoScenario
from service.runtime.open_ledger import OpenLedger
from service.runtime.projector_sessions import projector_sessions
from service.settings import Settings
from tests.service.audit.forger import Forger

AFTERWARDS = datetime(2024, 8, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def association_id() -> UUID:
    """Whose ledger it is."""
    return uuid4()


@pytest.fixture
def told(database: str, association_id: UUID, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoIds]:
    """The scenario on a fresh database, its read models at the end of it; the vault's key is gone afterwards."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(b"k" * 32).decode())
    told = {"slug": "ad06", "name": "OCCE 06", "siren": "123456782"}
    open_association(database, association_id=association_id, **told, demo=True, at=OPENED, by="test")
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger("ad06")
        ids = DemoScenario(opened).play()
        for month in (date(2024, 6, 1), date(2024, 7, 1)):
            close_month(opened, ids.coop_id, month)
        count_cash(opened, ids.coop_id)
    monkeypatch.delenv("COOPLEDGER_VAULT_KEY")
    yield ids


@pytest.fixture
def place(told: DemoIds, database: str) -> AuditPlace:  # noqa: ARG001 - it has to be there
    """Where the ledger is, as the auditor reaches it."""
    return find_place(database, "ad06")


@pytest.fixture
def forger(told: DemoIds, database: str, association_id: UUID) -> Forger:  # noqa: ARG001 - as above
    """Who changes it."""
    return Forger(database, association_id)


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



"""Operators see what waits and what was parked, and try it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from adapters.connections import Pool
from adapters.jobs import NewTask, Outbox
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import NotFound
from service.cli.main import app

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def outbox(database: str) -> Iterator[Outbox]:
    """An outbox with a task that was parked and one that waits."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.WORKER), size=4) as pool:
        kept = Outbox(pool)
        for subject in ("ch_1", "ch_2"):
            kept.add("ad06", NewTask("align", subject, "c1", NOW, {"payment_id": subject}))
        kept.park(1, "provider-misuse: status='resource_missing'", NOW)
        yield kept


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on the database."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    return lambda *arguments: CliRunner().invoke(app, ["work", *map(str, arguments)])


def test_an_operator_sees_what_waits_and_what_was_parked(run: Run, outbox: Outbox) -> None:
    assert json.loads(run("status", "--json").output) == {
        "tasks": {"waiting": 1, "parked": 1},
        "notifications": {},
    }
    assert "1 en attente, 0 faites, 1 à examiner" in run("status").output
    assert "align\tch_1\t1\tprovider-misuse" in run("parked", "ad06").output
    assert "Rien à examiner" in run("parked", "ad83").output
    assert len(outbox.parked("ad06")) == 1


def test_an_operator_tries_a_parked_task_again_once(run: Run, outbox: Outbox) -> None:
    assert "La tâche 1 sera reprise" in run("retry", 1).output
    assert outbox.count() == {"waiting": 2}
    assert isinstance(run("retry", 1).exception, NotFound)

"""After a restore of an older backup nobody comes back who asked to be forgotten: the service does not open before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier
from typer.testing import CliRunner

from adapters.family_accounts import Profile
from adapters.local_postgres import LocalPostgres
from adapters.retention import ErasureList, ErasureListUnreadable
from projections import contributions
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.demo.scenario import DemoIds
from service.retention.context import context_of
from service.retention.erasures import erase_account
from service.retention.person.erasure import erase_person
from service.runtime.runtime import Runtime
from service.settings import Settings

NOW = datetime(2024, 7, 10, 12, tzinfo=UTC)


@contextmanager
def backup_of(postgres: LocalPostgres, runtime: Runtime) -> Iterator[str]:
    """A copy of the database as it is now: what a restore of today's backup would bring."""
    name = f"restored_{uuid4().hex}"
    with psycopg.connect(postgres.dsn(), autocommit=True) as administrator:
        source = conninfo_to_dict(runtime.database_url)["dbname"]
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (source,),
        )
        administrator.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(str(source))))
        try:
            yield make_conninfo(runtime.database_url, dbname=name)
        finally:
            administrator.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def payer_of(runtime: Runtime, ids: DemoIds) -> UUID:
    """Somebody who paid."""
    return runtime.ledger("ad06").read(contributions.of_campaign, ids.campaign_id)[0].payer_id


def test_a_restored_vault_forgets_again_before_anything_opens(
    runtime: Runtime, ids: DemoIds, postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    payer_id, account_id, settings = payer_of(runtime, ids), uuid4(), runtime.settings
    opened = runtime.ledger("ad06")
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), NOW, confirmed=True)
    with (
        backup_of(postgres, runtime) as restored,
        Runtime(settings, None, runtime.database_url) as live,
    ):
        again = live.ledger("ad06")
        erase_person(context_of(live, "ad06", NOW), ErasureList(settings.erasures), payer_id, despite_accounts=True)
        erase_account(live, again, account_id, NOW)
        assert again.vault.get(payer_id) is None
        monkeypatch.setenv("COOPLEDGER_DATABASE_URL", restored)
        with Runtime(Settings(data_dir=settings.data_dir), None, restored) as unaware:
            assert unaware.ledger("ad06").vault.get(payer_id) is not None
        before = totals(restored)
        with open_runtime(Settings(data_dir=settings.data_dir)) as service:
            back = service.ledger("ad06")
            assert back.vault.get(payer_id) is None
            assert back.families.accounts.by_id(account_id) is None
            assert len(back.vault.get_many(everybody(restored))) == len(everybody(restored)) > 0
        assert totals(restored) == before


def everybody(database: str) -> list[UUID]:
    """All the people of a vault."""
    with psycopg.connect(database) as connection:
        return [person_id for (person_id,) in connection.execute("SELECT person_id FROM vault.people")]


def totals(database: str) -> list[tuple[object, ...]]:
    """The end of the log, and what each contribution comes to."""
    with psycopg.connect(database) as connection:
        head = connection.execute("SELECT position, hash FROM ad06.ledger_head").fetchall()
        sums = "SELECT count(*), sum(paid), sum(given_back), sum(tip_paid) FROM ad06_read.contributions"
        return [*head, *connection.execute(sums.encode()).fetchall()]


def test_a_copy_of_the_list_is_replayed_by_hand(
    runtime: Runtime, ids: DemoIds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    payer_id, elsewhere = payer_of(runtime, ids), tmp_path / "elsewhere.jsonl"
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", runtime.database_url)
    monkeypatch.setenv("COOPLEDGER_DATA_DIR", str(tmp_path / "empty"))
    erase_person(context_of(runtime, "ad06", NOW), ErasureList(elsewhere), payer_id, despite_accounts=True)
    with psycopg.connect(runtime.database_url) as administrator:
        administrator.execute("DELETE FROM vault.erasures")
    told = CliRunner().invoke(app, ["retention", "replay", str(elsewhere)])
    assert told.exit_code == 0, told.output
    assert "effacement(s) rejoué(s)" in told.output
    assert not told.output.startswith("0 ")
    again = CliRunner().invoke(app, ["retention", "replay", str(elsewhere)])
    assert again.output.startswith("0 ")
    missing = CliRunner().invoke(app, ["retention", "replay", str(tmp_path / "none")])
    assert isinstance(missing.exception, ErasureListUnreadable)


def test_the_service_stays_shut_while_the_list_cannot_be_read(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", runtime.database_url)
    monkeypatch.setenv("COOPLEDGER_ERASURE_LIST", str(tmp_path / "list.jsonl"))
    (tmp_path / "list.jsonl").write_text("spoilt\n")
    with pytest.raises(ErasureListUnreadable):
        open_runtime(Settings())


def test_the_commands_give_a_file_erase_and_tell_the_trail(
    runtime: Runtime, ids: DemoIds, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    payer_id = str(payer_of(runtime, ids))
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", runtime.database_url)
    monkeypatch.setenv("COOPLEDGER_DATA_DIR", str(tmp_path))

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    path = Path(run("person", "export", "ad06", payer_id, "--by", "op-1", "--to", str(tmp_path)).strip())
    assert path.stat().st_mode & 0o777 == 0o600
    kept = run("person", "erase", "ad06", payer_id, "--by", "op-1")
    assert "31 août 2034" in kept  # ten exercises after that of the guide's season
    assert runtime.ledger("ad06").archive.holds(UUID(payer_id))
    run("person", "erase", "ad06", payer_id, "--by", "op-1", "--despite-accounts")
    assert runtime.ledger("ad06").vault.get(UUID(payer_id)) is None
    assert not runtime.ledger("ad06").archive.holds(UUID(payer_id))
    trail = run("trail", "ad06").splitlines()
    assert [line.count(payer_id) for line in trail] == [1, 1, 1]
    assert all('"actor":"op-1"' in line for line in trail)
    assert "ligne(s) effacée(s)" in run("retention", "run")

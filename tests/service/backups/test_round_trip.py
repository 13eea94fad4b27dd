"""A backup brought back is the installation as it was, verified, without who was erased since; else it stays shut."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.backups import (
    DUMP,
    BackupBroken,
    BackupFailed,
    BackupOfLaterVersion,
    DumpToolMissing,
    RestoredOtherwise,
    SeveralDatabases,
    TargetNotEmpty,
    program,
)
from adapters.local_postgres import LocalPostgres
from adapters.local_postgres_binaries import BINARIES_VARIABLE
from adapters.migrate import RestoreUnfinished
from adapters.people_vault import VaultKeyMissing
from adapters.retention import ErasureList, ErasureListUnreadable
from projections.base.read_model import set_schema
from projections.engine.runner import tracked
from service.audit.place import find_place
from service.audit.verification import verify_ledger
from service.backups.backup import back_up
from service.backups.place import BackupPlace, present_place
from service.backups.restoration import bring_back
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.retention.context import context_of
from service.retention.person.erasure import erase_person
from service.settings import Settings
from tests.kit.association import VAULT_KEY
from tests.service.backups.conftest import Install

AT = datetime(2026, 11, 2, 3, tzinfo=UTC)


def make(settings: Settings, folder: Path) -> Path:
    """Make a backup of an installation."""
    with present_place(settings) as place:
        return back_up(place, settings, folder, AT)


def payer_of(database: str) -> UUID:
    """Somebody who paid."""
    return UUID(str(one(database, "SELECT payer_id FROM ad06_read.contributions ORDER BY payer_id LIMIT 1")))


def one(database: str, query: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """The one value that a query gives."""
    with psycopg.connect(database) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def totals(database: str) -> list[tuple[object, ...]]:
    """The end of the log, and what each contribution comes to."""
    with psycopg.connect(database) as connection:
        head = connection.execute("SELECT position, hash, recorded_at FROM ad06.ledger_head").fetchall()
        sums = "SELECT count(*), sum(paid), sum(given_back), sum(tip_paid) FROM ad06_read.contributions"
        return [*head, *connection.execute(sums.encode()).fetchall()]


def test_a_backup_brought_back_is_what_was_there_without_who_was_erased_since(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    settings = install(season, "here")
    payer_id, before = payer_of(season), totals(season)
    backup = make(settings, tmp_path / "backups")
    with open_runtime(settings) as live:
        listed = ErasureList(settings.erasures)
        erase_person(context_of(live, "ad06", AT), listed, payer_id, despite_accounts=True)
        assert live.ledger("ad06").vault.get(payer_id) is None
    bring_back(install(empty, "here"), backup, print)
    assert totals(empty) == before
    assert verify_ledger(find_place(empty, "ad06")).sound
    with open_runtime(install(empty, "here")) as service:
        vault = service.ledger("ad06").vault
        assert vault.get(payer_id) is None
        everybody = "SELECT count(*) FROM vault.people"
        assert one(empty, everybody) == one(season, everybody) > 3


def test_on_a_new_machine_the_list_of_the_backup_is_the_one_that_is_kept(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    settings = install(season, "here")
    payer_id = payer_of(season)
    early = make(settings, tmp_path / "early")
    with open_runtime(settings) as live:
        erase_person(context_of(live, "ad06", AT), ErasureList(settings.erasures), payer_id, despite_accounts=True)
    late = make(settings, tmp_path / "late")
    shutil.copy(late / "erasures.jsonl", early / "erasures.jsonl")
    told = json.loads((early / "manifest.json").read_text())
    told["files"]["erasures.jsonl"] = json.loads((late / "manifest.json").read_text())["files"]["erasures.jsonl"]
    (early / "manifest.json").write_text(json.dumps(told))
    elsewhere = install(empty, "elsewhere")
    assert bring_back(elsewhere, early, print) > 0
    assert ErasureList(elsewhere.erasures).read() == ErasureList(settings.erasures).read() != []


def test_a_backup_is_for_its_owner_alone_and_shows_neither_a_key_nor_a_name(
    season: str, install: Install, postgres: LocalPostgres, tmp_path: Path
) -> None:
    settings = install(season, "here")
    with open_runtime(settings) as live:
        person = live.ledger("ad06").vault.get(payer_of(season))
    assert person is not None
    backup = make(settings, tmp_path / "backups")
    assert {path.stat().st_mode & 0o777 for path in backup.iterdir()} == {0o600}
    assert backup.stat().st_mode & 0o777 == 0o700
    command = [str(postgres.binaries / "pg_restore"), "--file=-", str(backup / DUMP)]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "CREATE TABLE vault.people" in written
    assert [secret for secret in (VAULT_KEY, person.last_name, person.email or "@") if secret in written] == []


def test_events_that_no_read_model_shows_yet_are_shown_before_it_is_verified(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    settings = install(season, "here")
    told = CliRunner().invoke(app, ["association", "charter", "ad06", __file__, "--by=op-1"])
    assert told.exit_code == 0, told.output
    with psycopg.connect(season) as connection:
        set_schema(connection, "ad06_read")
        shown = tracked(connection)
    assert shown < one(season, "SELECT position FROM ad06.ledger_head")
    backup = make(settings, tmp_path / "backups")
    bring_back(install(empty, "here"), backup, print)
    assert totals(empty)[0] == totals(season)[0]


@pytest.mark.parametrize("damage", ["shorter", "altered", "gone", "without manifest", "unfinished", "no backup"])
def test_a_broken_backup_is_refused_with_a_sentence_before_anything_is_touched(
    damage: str, season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    dump = backup / DUMP
    if damage == "shorter":
        dump.write_bytes(dump.read_bytes()[:-1])
    elif damage == "altered":
        dump.write_bytes(dump.read_bytes().replace(b"ad06", b"ad07"))
    elif damage == "gone":
        dump.unlink()
    elif damage == "without manifest":
        (backup / "manifest.json").unlink()
    elif damage == "unfinished":
        backup = backup.rename(backup.with_name(f"{backup.name}.unfinished"))
    else:
        backup = tmp_path
    install(empty, "here")
    told = CliRunner().invoke(app, ["restore", str(backup)])
    assert isinstance(told.exception, BackupBroken)
    assert told.exception.french.startswith("Cette sauvegarde est incomplète ou abîmée")
    assert one(empty, "SELECT count(*) FROM pg_namespace WHERE nspname = 'vault'") == 0


def test_a_database_that_holds_anything_is_left_alone(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (note text)")
    with pytest.raises(TargetNotEmpty):
        bring_back(install(empty, "here"), backup, print)
    assert one(empty, "SELECT count(*) FROM notes") == 0


def test_what_does_not_hold_once_it_is_back_stays_shut(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    with psycopg.connect(season, autocommit=True) as connection:
        connection.execute("UPDATE ad06_read.contributions SET paid = paid + 1")
    backup = make(install(season, "here"), tmp_path / "backups")
    settings = install(empty, "here")
    with pytest.raises(RestoredOtherwise) as refusal:
        bring_back(settings, backup, print)
    assert "Le registre de ad06 restauré n’est pas conforme\u00a0: NON CONFORME" in refusal.value.french
    with pytest.raises(RestoreUnfinished):
        open_runtime(settings)
    with pytest.raises(RestoreUnfinished):
        make(settings, tmp_path / "backups of what is shut")
    with pytest.raises(TargetNotEmpty):
        bring_back(settings, backup, print)


def test_a_forged_manifest_is_found_by_the_ledger_itself(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    told = json.loads((backup / "manifest.json").read_text())
    told["ledgers"][0]["hash"] = "0" * 64
    (backup / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(RestoredOtherwise):
        bring_back(install(empty, "here"), backup, print)


def test_a_backup_of_a_later_version_is_refused(season: str, empty: str, install: Install, tmp_path: Path) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    told = json.loads((backup / "manifest.json").read_text())
    told["migrations"].append("database/99_later.sql")
    (backup / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(BackupOfLaterVersion):
        bring_back(install(empty, "here"), backup, print)


@pytest.mark.parametrize("key", ["", "B" * 43 + "="])
def test_without_the_key_of_the_vault_nothing_opens(
    key: str, season: str, empty: str, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    settings = install(empty, "here")
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", key)
    with pytest.raises(VaultKeyMissing):
        bring_back(settings, backup, print)


def test_without_a_readable_list_of_erasures_nothing_is_backed_up_or_brought_back(
    season: str, empty: str, install: Install, tmp_path: Path
) -> None:
    backup = make(install(season, "here"), tmp_path / "backups")
    settings = install(empty, "here")
    settings.erasures.parent.mkdir(exist_ok=True)
    settings.erasures.write_text("spoilt\n")
    with pytest.raises(ErasureListUnreadable):
        bring_back(settings, backup, print)
    with pytest.raises(ErasureListUnreadable):
        make(install(season, "here"), tmp_path / "backups")


def test_a_ledger_in_a_database_of_its_own_is_said_to_need_its_own_dump(
    season: str, install: Install, tmp_path: Path
) -> None:
    with psycopg.connect(season, autocommit=True) as connection:
        connection.execute("UPDATE registry.associations SET dsn = %s", (season,))
    with pytest.raises(SeveralDatabases):
        make(install(season, "here"), tmp_path / "backups")


def test_a_dump_that_fails_leaves_no_folder_and_says_what_the_program_said(
    season: str, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = install(season, "here")
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv(BINARIES_VARIABLE, str(tools))
    with pytest.raises(DumpToolMissing):
        make(settings, tmp_path / "backups")
    (tools / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump: error: server version mismatch' >&2\nexit 1\n")
    (tools / "pg_dump").chmod(0o755)
    with pytest.raises(BackupFailed) as refusal:
        make(settings, tmp_path / "backups")
    assert refusal.value.french == "pg_dump n’a pas abouti (pg_dump: error: server version mismatch)."
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_program_of_postgres_is_given_no_password_that_others_could_see(
    season: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, install: Install
) -> None:
    settings = install(season, "here")
    seen = tmp_path / "seen"
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$* / $PGPASSWORD" > "{seen}"\n')
    tool.chmod(0o755)
    monkeypatch.setenv(BINARIES_VARIABLE, str(tmp_path))
    with pytest.raises(BackupFailed) as refusal:
        back_up(BackupPlace(f"{season} password=secret", None), settings, tmp_path / "backups", AT)
    assert refusal.value.french.endswith("(aucun fichier).")
    assert program("pg_dump", None) == tool
    arguments, _, password = seen.read_text().strip().rpartition(" / ")
    assert ("secret" in arguments, password) == (False, "secret")


def coopledger(data: Path, *words: str) -> str:
    """Run a command on an embedded server, and return what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_")}
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        env=kept | {"COOPLEDGER_DATA_DIR": str(data), "COOPLEDGER_VAULT_KEY": VAULT_KEY},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_embedded_installation_is_backed_up_while_it_runs_and_brought_back_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    coopledger(here, "association", "open", "ad06", "--name=OCCE 06", "--siren=123456782", "--demo")
    running = LocalPostgres(here / "postgres")
    with running:
        backup = coopledger(here, "backup", str(tmp_path / "backups")).strip()
        assert one(running.dsn("coopledger"), "SELECT position FROM ad06.ledger_head") == 1  # it was not stopped
    told = coopledger(there, "restore", backup)
    assert told.splitlines()[-1] == "Restauration terminée : le service peut démarrer."
    with LocalPostgres(there / "postgres") as restored:
        assert one(restored.dsn("coopledger"), "SELECT slug FROM registry.associations") == "ad06"
    for data in (here, there):
        LocalPostgres(data / "postgres").destroy()

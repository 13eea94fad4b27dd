"""The doctor finds what is wrong, says what to do, lets what is well pass, and tells no secret."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

import psycopg
import pytest
import time_machine
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.connections import Connections
from adapters.email import SmtpSecurity
from adapters.jobs import Outbox
from adapters.jobs.outbox import NewTask
from adapters.log.ledger import Ledger
from adapters.people_vault import PeopleVault, keyring_from_environment
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.reconciliation.breaks import BreakStore
from adapters.registry import AssociationEntry
from adapters.stripe_sandbox.testing import KEY, SECRETS, SandboxServer
from domain.reconciliation.run import ReconciliationRun
from domain.reconciliation.totals import Totals
from projections.engine.runner import catch_up
from service.cli.main import app
from service.diagnostics.doctor import database as database_checks
from service.diagnostics.doctor import outside, progress
from service.diagnostics.doctor.diagnosis import Diagnosis, DoctorContext
from service.diagnostics.doctor.rounds import CHECKS, diagnose
from service.runtime.projector_sessions import projector_sessions
from service.settings import PaymentSettings, Settings
from tests.kit.association import ASSOCIATION_ID, VAULT_KEY, found_association
from tests.kit.service_world import SLUG
from tests.kit.smtp_server import SmtpReplies, make_certificate, run_smtp_server

NOW: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
ENTRY: Final = AssociationEntry(SLUG, ASSOCIATION_ID, None, demo=True)
SECRET: Final = "motdepassetressecret"  # noqa: S105 - must be nowhere
PERSON: Final = "zoe.galante@ecole.example"


@pytest.fixture
def context(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> DoctorContext:
    """An installation that is well, as far as the database goes."""
    found_association(database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found = DoctorContext(Settings(data_dir=tmp_path), PaymentSettings(), database, NOW)
    database_checks.check_database(found)
    database_checks.check_migrations(found)
    assert (found.reachable, found.migrated, found.associations) == (True, True, [ENTRY])
    return found


def states(found: list[Diagnosis]) -> set[str]:
    """How things are; whatever is not well says what to do."""
    assert all(one.advice for one in found if one.state in {"warning", "fault"})
    assert all(SECRET not in one.sentence + one.advice for one in found)
    return {one.state.value for one in found}


@contextmanager
def changed(database: str, change: str, back: str) -> Iterator[None]:
    """Change something of the server for a while: roles are all databases'."""
    with psycopg.connect(database, autocommit=True) as administrator:
        administrator.execute(change.encode())
        try:
            yield
        finally:
            administrator.execute(back.encode())


def test_a_database_that_is_away_or_not_given_is_a_fault(context: DoctorContext, tmp_path: Path) -> None:
    assert states(database_checks.check_database(context)) == {"ok"}
    away = replace(context, database_url=f"host={tmp_path} port=5999 dbname=x password={SECRET}")
    assert states(database_checks.check_database(away)) == {"fault"}
    assert states(database_checks.check_database(replace(context, database_url=None))) == {"fault"}


def test_a_role_that_may_not_enter_is_a_fault_where_its_password_is_given(
    context: DoctorContext, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(database_checks.check_roles(context)) == {"ok"}
    with changed(database, "ALTER ROLE coopledger_vault NOLOGIN", "ALTER ROLE coopledger_vault LOGIN"):
        (found,) = database_checks.check_roles(context)
        assert (found.state, "COOPLEDGER_VAULT_PASSWORD" in found.advice) == ("warning", True)
        monkeypatch.setenv("COOPLEDGER_VAULT_PASSWORD", SECRET)
        assert states(database_checks.check_roles(context)) == {"fault"}


@pytest.mark.parametrize("scope", ["database", SLUG])
def test_a_missing_migration_is_a_fault(context: DoctorContext, database: str, scope: str) -> None:
    with psycopg.connect(database) as administrator:
        administrator.execute("DELETE FROM public.coopledger_migrations WHERE scope = %s", (scope,))
    (found,) = database_checks.check_migrations(context)
    assert (found.state, "coopledger migrate" in found.advice) == ("fault", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("REVOKE SELECT ON ad06.ledger_events FROM coopledger_auditor", "coopledger_auditor n’a pas"),
        ("REVOKE USAGE ON SCHEMA vault FROM coopledger_vault", "coopledger_vault n’a pas"),
        ("GRANT INSERT ON ad06.ledger_events TO coopledger_app", "coopledger_app peut plus"),
        (
            "GRANT USAGE ON SCHEMA vault TO coopledger_worker; GRANT SELECT ON vault.people TO coopledger_worker",
            "coopledger_worker peut plus",
        ),
    ],
)
def test_a_right_too_few_or_too_many_is_a_fault(context: DoctorContext, database: str, change: str, words: str) -> None:
    assert states(database_checks.check_rights(context)) == {"ok"}
    with psycopg.connect(database) as administrator:
        administrator.execute(change.encode())
    (found,) = database_checks.check_rights(context)
    assert (found.state, words in found.sentence) == ("fault", True), found


def test_a_role_above_all_others_is_a_fault(context: DoctorContext, database: str) -> None:
    with changed(database, "ALTER ROLE coopledger_app BYPASSRLS", "ALTER ROLE coopledger_app NOBYPASSRLS"):
        (found,) = database_checks.check_rights(context)
    assert "coopledger_app peut plus" in found.sentence


def test_clocks_that_disagree_are_a_fault(context: DoctorContext) -> None:
    assert states(database_checks.check_clock(context)) == {"ok"}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5), tick=True):
        (found,) = database_checks.check_clock(context)
    assert (found.state, "300 s" in found.sentence) == ("fault", True)


def test_a_key_that_is_missing_or_anothers_is_a_fault(
    context: DoctorContext, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Connections() as connections:
        pool = connections.pool(conninfo_for(database, DatabaseRole.VAULT))
        PeopleVault(pool, ASSOCIATION_ID, keyring_from_environment(ASSOCIATION_ID, SLUG)).secret("iban")
    assert states(outside.check_keys(context)) == {"ok"}
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY_AD06", "A" * 43 + "=")
    (anothers,) = outside.check_keys(context)
    assert (anothers.state, "n’ouvre pas" in anothers.sentence) == ("fault", True)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY_AD06", SECRET)
    (unreadable,) = outside.check_keys(context)
    assert (unreadable.state, "COOPLEDGER_VAULT_KEY" in unreadable.advice) == ("fault", True)


def test_mail_is_looked_at_without_sending_any(
    context: DoctorContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(outside.check_mail(context)) == {"warning"}
    replies = SmtpReplies()
    with run_smtp_server(replies, make_certificate(tmp_path), SmtpSecurity.STARTTLS) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
        given = context.settings.model_copy(
            update={
                "smtp_host": server.host,
                "smtp_port": server.port,
                "smtp_user": server.user,
                "smtp_password": SecretStr(server.password),
                "smtp_sender": server.sender,
            }
        )
        assert states(outside.check_mail(replace(context, settings=given))) == {"ok"}
        refused = given.model_copy(update={"smtp_password": SecretStr(SECRET)})
        assert states(outside.check_mail(replace(context, settings=refused))) == {"fault"}
    assert states(outside.check_mail(replace(context, settings=given))) == {"fault"}, "it is away now"
    assert replies.envelopes == []


def test_a_provider_is_asked_and_its_mode_compared(context: DoctorContext, sandbox: SandboxServer) -> None:
    assert states(outside.check_provider(context)) == {"warning"}
    secrets = {f"{name}_secrets": SecretStr(secret) for name, secret in SECRETS.items()}
    given = PaymentSettings(key=SecretStr(KEY), url=sandbox.url).model_copy(update=secrets)
    assert states(outside.check_provider(replace(context, payments=given))) == {"ok"}
    deaf = replace(context, payments=given.model_copy(update={"connect_secrets": SecretStr("")}))
    assert "COOPLEDGER_STRIPE_PLATFORM_SECRETS" in outside.check_provider(deaf)[0].advice
    stranger = replace(context, payments=given.model_copy(update={"key": SecretStr(f"sk_test_{SECRET}")}))
    assert states(outside.check_provider(stranger)) == {"fault"}
    sandbox.sandbox.state.funds.setdefault("", {"pending": 0, "available": 0})["available"] = -10_45
    (short,) = outside.check_provider(replace(context, payments=given))
    assert short.state == "warning"
    assert "−10,45" in short.sentence.replace("-", "−")
    assert "docs/recipes/take-payments.md" in short.advice
    sandbox.sandbox.state.funds[""]["available"] = 0
    real = replace(context, associations=[ENTRY._replace(demo=False)], payments=given)
    assert states(outside.check_provider(real)) == {"fault"}


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A service that answers everything the same way; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_public_address_must_be_ours_answer_and_be_encrypted(context: DoctorContext) -> None:
    def look(**given: object) -> list[Diagnosis]:
        return outside.check_address(replace(context, settings=context.settings.model_copy(update=given)))

    assert states(look()) == {"warning"}
    with answering(b'{"status":"ok"}') as address:
        assert states(look(public_url=address)) == {"ok"}
    assert states(look(public_url=address)) == {"fault"}, "nobody answers any more"
    with answering(b"<h1>another site</h1>") as address:
        assert states(look(public_url=address)) == {"fault"}
    (plain, away) = look(public_url="http://coop.invalid")
    assert "sans chiffrement" in plain.sentence
    assert "ne répond pas" in away.sentence.replace("n’y", "ne")
    cookies, _ = look(public_url="https://coop.invalid", secure_cookies=False)
    assert "COOPLEDGER_SECURE_COOKIES" in cookies.advice


@pytest.mark.parametrize(("gib", "state"), [(0.5, "fault"), (3, "warning"), (50, "ok")])
def test_a_disk_that_is_nearly_full_is_a_fault(
    context: DoctorContext, monkeypatch: pytest.MonkeyPatch, gib: float, state: str
) -> None:
    usage = shutil.disk_usage(context.settings.data_dir)._replace(free=int(gib * (1 << 30)))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert states(outside.check_disk(context)) == {state}


def test_a_folder_that_is_closed_to_us_is_a_fault(context: DoctorContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert states(outside.check_disk(context)) == {"fault"}


def test_readers_that_do_not_follow_are_a_fault(context: DoctorContext, database: str) -> None:
    assert states(progress.check_readers(context)) == {"ok"}, "what was recorded a moment ago may wait"
    with psycopg.connect(database) as administrator:
        administrator.execute("ALTER TABLE ad06.ledger_events DISABLE TRIGGER ALL")
        administrator.execute("UPDATE ad06.ledger_events SET recorded_at = recorded_at - interval '5 minutes'")
    (late,) = progress.check_readers(context)
    assert (late.state, "ad06\u00a0: 1 événement(s) de retard, depuis 5 min" in late.sentence) == ("fault", True)
    with Ledger(ENTRY, database) as ledger, projector_sessions(ledger) as (log, read):
        catch_up(log, read, ledger.log_schema, ledger.read_schema)
    assert states(progress.check_readers(context)) == {"ok"}


@pytest.fixture
def outbox(context: DoctorContext, database: str) -> Iterator[Outbox]:
    """The tasks of the context's database."""
    assert context.reachable
    with Connections() as connections:
        yield Outbox(connections.pool(conninfo_for(database, DatabaseRole.WORKER)))


def test_a_queue_that_nobody_works_off_is_a_fault(context: DoctorContext, outbox: Outbox) -> None:
    outbox.add(SLUG, NewTask("payout", "later", "lane", NOW + timedelta(days=3), {}))
    assert states(progress.check_queues(context)) == {"ok"}
    outbox.add(SLUG, NewTask("payout", "late", "lane", NOW - timedelta(minutes=30), {}))
    (late,) = progress.check_queues(context)
    assert (late.state, "1 en attente, la première depuis 30 min" in late.sentence) == ("fault", True)
    outbox.park(outbox.due(NOW)[0].key, "no such account", NOW)
    (parked,) = progress.check_queues(context)
    assert (parked.state, "coopledger work parked ad06" in parked.advice) == ("warning", True)


def test_books_that_are_not_compared_are_a_fault(context: DoctorContext, outbox: Outbox) -> None:
    assert states(progress.check_reconciliation(context)) == {"ok"}, "there is no provider"
    paying = replace(context, payments=PaymentSettings(key=SecretStr(KEY)))
    assert states(progress.check_reconciliation(paying)) == {"warning"}
    store = BreakStore(outbox.pool)
    for days, state in ((5, "fault"), (1, "ok")):
        at = NOW - timedelta(days=days)
        store.record_run(ReconciliationRun("", at, at, 0, 0, True, Totals(0, 0, 0, 0, 0)))  # noqa: FBT003
        assert states(progress.check_reconciliation(paying)) == {state}


def test_a_check_that_fails_hides_no_other_and_tells_no_message(
    context: DoctorContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: DoctorContext) -> list[Diagnosis]:
        raise RuntimeError(SECRET)

    failing = [one._replace(look=fail) if one.subject == "disque" else one for one in CHECKS]
    monkeypatch.setattr("service.diagnostics.doctor.rounds.CHECKS", failing)
    found = list(diagnose(context))
    assert [one.sentence for one in found if one.subject == "disque"] == ["Ce contrôle a échoué (RuntimeError)."]
    assert {one.subject for one in found} == {one.subject for one in CHECKS}
    assert "fault" in states(found)


@pytest.mark.parametrize("away", [False, True])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_address_key_or_person_is_told(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: tuple[str, ...], *, away: bool
) -> None:
    found_association(database)
    where = f"host={tmp_path} port=5999 dbname=x" if away else database
    planted = {
        "DATABASE_URL": f"{where} password={SECRET}",
        "APP_PASSWORD": SECRET,
        "WORKER_PASSWORD": SECRET,
        "VAULT_KEY": SECRET,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "9",
        "SMTP_USER": SECRET,
        "SMTP_PASSWORD": SECRET,
        "SMTP_SENDER": PERSON,
        "STRIPE_KEY": f"sk_test_{SECRET}",
        "STRIPE_URL": "http://127.0.0.1:9",
        "STRIPE_PLATFORM_SECRETS": SECRET,
        "PUBLIC_URL": f"http://{SECRET}@127.0.0.1:9",
    }
    for name, value in planted.items():
        monkeypatch.setenv(f"COOPLEDGER_{name}", value)
    done = CliRunner().invoke(app, ["doctor", *options])
    assert done.exit_code == 1, done.output
    assert not any(told in done.output for told in (SECRET, PERSON, str(tmp_path), "host=", "Traceback"))
    if options:
        told = json.loads(done.stdout)
        assert (told["sound"], {one["subject"] for one in told["checks"]}) == (False, {one.subject for one in CHECKS})
    else:
        assert ("Non vérifié" in done.stdout) is away
        assert "→" in done.stdout


def test_an_installation_without_a_fault_ends_with_zero(
    context: DoctorContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert context.database_url is not None
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", context.database_url)
    done = CliRunner().invoke(app, ["doctor"])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Tout va."), done.output

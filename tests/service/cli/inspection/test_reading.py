"""Commands that read: lists, reports as files, the log as lines; each answers programs in JSON, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4, uuid5

import psycopg
import pytest
import time_machine
from typer.main import get_command
from typer.testing import CliRunner, Result

from adapters.connections import Connections
from adapters.jobs import WebhookInbox
from adapters.local_postgres import LocalPostgres
from adapters.log.event_store import EventStore
from adapters.payments.values import WebhookEvent
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import LedgerError
from domain.vocabulary.keys import key
from service.api.contract.document import openapi_document
from service.cli.inspection import events
from service.cli.main import app
from tests.kit.association import ASSOCIATION_ID, VAULT_KEY, play_guide
from tests.kit.databases import database_with
from tests.service.cli.words.test_words import every_command

Run = Callable[..., Result]
COOP: Final = uuid5(ASSOCIATION_ID, "demo coop")
CAMPAIGN: Final = uuid5(ASSOCIATION_ID, "demo campaign")
IN_MANDATE: Final = datetime(2024, 7, 5, tzinfo=UTC)
HOLDER: Final = uuid5(ASSOCIATION_ID, "demo mandataire")
_READING: Final = ("Lister", "Afficher ce qu", "Montrer", "Compter", "Examiner", "Recalculer", "Comparer")
"""How the help of a command begins that looks and changes nothing."""
_LINES: Final = {("events", "export"), ("trail",)}
"""They write a line of JSON for each thing, always."""
LISTS: Final = (
    ("association", "list"),
    ("association", "policy", "ad06"),
    ("coop", "list", "ad06"),
    ("coop", "campaigns", "ad06", COOP),
    ("member", "list", "ad06"),
    ("role", "list", "ad06"),
    ("token", "list", "ad06"),
    ("papers", "list", "ad06", "--coop", COOP),
    ("decision", "waiting", "ad06"),
    ("decision", "disputes", "ad06", COOP),
    ("external", "list", "ad06", COOP),
    ("work", "status"),
    ("work", "parked", "ad06"),
    ("work", "notifications"),
    ("retention", "table"),
    ("events", "reversals"),
    ("report", "balance", "ad06", COOP),
    ("report", "statement", "ad06", COOP, "--month", "2024-07"),
    ("report", "class-balance", "ad06", CAMPAIGN),
    ("report", "income-in-advance", "ad06", COOP, "--year", "2023"),
    ("report", "payments", "ad06", CAMPAIGN, "--by", "123"),
    ("report", "voucher", "ad06", CAMPAIGN, "--by", "123"),
    ("replay", "ad06", "--coop", COOP),
    ("closings", "preview", "ad06", "--coop", COOP, "--month", "2024-06"),
)


def _named(words: tuple[object, ...]) -> str:
    return " ".join(map(str, words[:2]))


@pytest.fixture(scope="module")
def guide(postgres: LocalPostgres) -> Iterator[str]:
    """The guide's season, which nobody changes."""
    with database_with(postgres, play_guide) as made:
        yield made


@pytest.fixture
def run(guide: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the guide's season."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", guide)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result) -> LedgerError:
    """The named error that a command ended with."""
    assert isinstance(result.exception, LedgerError), result.output
    return result.exception


def help_of(words: tuple[str, ...]) -> tuple[str, set[str]]:
    """The help of a command, and its options."""
    command: Any = get_command(app)
    for word in words:
        command = command.commands[word]
    return command.help or "", {option for param in command.params for option in param.opts}


def test_every_command_that_reads_answers_programs() -> None:
    groups = {words[:-1] for words in every_command()}
    told = {words: help_of(words) for words in every_command() if words and words not in groups}
    reading = {words for words, (text, _) in told.items() if text.startswith(_READING)}
    assert len(reading) > 20
    assert {words for words in reading - _LINES if "--json" not in told[words][1]} == set()
    typed = {words for listed in LISTS for words in (listed[:1], listed[:2])}
    elsewhere = {("verify",), ("doctor",), ("reconcile", "provider")}
    assert reading - _LINES - typed == elsewhere, "their own tests read their JSON"


@pytest.mark.parametrize("words", LISTS, ids=_named)
def test_json_is_one_value_with_nothing_beside_it(run: Run, words: tuple[object, ...]) -> None:
    done = run(*words, "--json")
    assert done.exit_code in ({0, 1} if words[0] == "closings" else {0}), done.output
    told = json.loads(done.stdout)
    assert isinstance(told, list | dict)
    assert not isinstance(told, list) or all(isinstance(one, dict) for one in told), "each row names its columns"


def test_coops_and_their_campaigns_are_listed_without_a_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COOPLEDGER_VAULT_KEY")
    (coop,) = run("coop", "list", "ad06").stdout.splitlines()
    assert coop.startswith(f"{COOP}  174  Coop Test 900, Cannes")
    (campaign,) = run("coop", "campaigns", "ad06", COOP).stdout.splitlines()
    assert campaign.startswith(str(CAMPAIGN))
    assert run("coop", "campaigns", "ad06", uuid4()).stdout == "Aucune collecte.\n"
    assert refused(run("coop", "list", "ad77")).code == "not-found"
    balance = json.loads(run("report", "balance", "ad06", COOP, "--json").stdout)
    assert (balance["balance_cents"], balance["available_cents"]) == (12_00, 12_00)
    assert refused(run("report", "balance", "ad06", uuid4())).code == "not-found"


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json"])
@pytest.mark.parametrize(
    "words",
    [one for one in LISTS if one[0] == "report" and one[1] != "balance"],
    ids=lambda words: " ".join(map(str, words[:2])),
)
def test_every_report_is_written_in_every_format_for_its_owner_alone(
    run: Run, tmp_path: Path, words: tuple[object, ...], form: str
) -> None:
    file = tmp_path / f"report.{form}"
    done = run(*words, "--to", file)
    assert done.exit_code == 0, done.output
    assert (file.stat().st_size > 500, file.stat().st_mode & 0o777) == (True, 0o600)
    assert refused(run(*words, "--to", file)).code == "export-unwritable", "no report replaces another"


def test_a_report_goes_to_a_file_or_to_programs_and_says_so(run: Run, tmp_path: Path) -> None:
    words = ("report", "class-balance", "ad06", CAMPAIGN)
    for wrong in ((), ("--json", "--to", tmp_path / "a.pdf")):
        done = run(*words, *wrong)
        assert (done.exit_code, "--to, ou --json" in done.stderr) == (2, True)
    assert refused(run(*words, "--to", tmp_path / "a.doc")).code == "invalid-input"
    assert list(tmp_path.iterdir()) == []


def test_who_reads_names_is_in_the_trail(run: Run) -> None:
    assert refused(run("report", "payments", "ad06", CAMPAIGN, "--by", "Zoé Galante", "--json")).code == "actor-invalid"
    reader = str(uuid4())
    assert run("report", "payments", "ad06", CAMPAIGN, "--by", reader, "--json").exit_code == 0
    assert run("report", "class-balance", "ad06", CAMPAIGN, "--json").exit_code == 0
    entries = [json.loads(line) for line in run("trail", "ad06", "--limit", "10000").stdout.splitlines()]
    assert [(one["kind"], one["campaign_id"]) for one in entries if one["actor"] == reader] == [
        ("names-read", str(CAMPAIGN))
    ]


def exported(run: Run, *words: object) -> list[dict[str, Any]]:
    """The lines of an export."""
    done = run("events", "export", "ad06", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_log_is_exported_as_far_as_its_reader_may_see_it(run: Run, guide: str, tmp_path: Path) -> None:
    auditor = uuid4()
    assert run("role", "grant", "ad06", auditor, "auditor").exit_code == 0
    whole = exported(run, "--by", auditor)
    with psycopg.connect(guide) as connection:
        stored = connection.execute(
            "SELECT position, encode(hash, 'hex') FROM ad06.ledger_events ORDER BY 1"
        ).fetchall()
    assert [(one["position"], one["hash"]) for one in whole] == stored
    assert all({"topic", "event", "raw", "stream_id"} <= one.keys() for one in whole)
    with time_machine.travel(IN_MANDATE, tick=True):
        part = exported(run, "--by", HOLDER)
    assert [one["hash"] for one in part] == [one["hash"] for one in whole]
    assert {one["coop_id"] for one in part if "topic" in one} == {str(COOP)}
    assert {one["topic"] for one in whole if one["coop_id"] is None} & {one.get("topic") for one in part} == set()
    assert exported(run, "--by", auditor, "--after", whole[-2]["position"]) == whole[-1:]
    file = tmp_path / "log.ndjson"
    assert run("events", "export", "ad06", "--by", auditor, "--to", file).exit_code == 0
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] == whole
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_stranger_exports_nothing(run: Run) -> None:
    for by in (uuid4(), HOLDER, "cli"):  # the holder's mandate is over
        done = run("events", "export", "ad06", "--by", by)
        assert refused(done).status in {400, 403, 422}
        assert done.stdout == ""


def test_an_export_holds_one_page_at_a_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    stored = EventStore.stored

    def count(store: EventStore, first: int, many: int) -> Any:  # noqa: ANN401 - passed through
        asked.append(many)
        return stored(store, first, many)

    monkeypatch.setattr(events, "_PAGE", 7)
    monkeypatch.setattr(EventStore, "stored", count)
    with time_machine.travel(IN_MANDATE, tick=True):
        lines = exported(run, "--by", HOLDER)
    assert set(asked) == {7}
    assert len(asked) == -(-len(lines) // 7) + 1


def test_the_contract_is_the_services_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", "host=/nowhere")
    done = run("api", "document")
    assert (done.exit_code, json.loads(done.stdout)) == (0, openapi_document())


def test_what_the_provider_announced_in_vain_is_listed_without_its_body_and_tried_again(run: Run, guide: str) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    announced = WebhookEvent(
        event=key("evt_1"),
        kind="charge.failed",
        object_id=key("ch_1"),
        account=key("acct_1"),
        created_at=at,
        api_version="2026-01-01",
        live=False,
    )
    with Connections() as connections:
        inbox = WebhookInbox(connections.pool(conninfo_for(guide, DatabaseRole.WORKER)))
        inbox.keep("platform", announced, b"zoe@ecole.example", at, None)
        assert run("work", "notifications").stdout == "Rien à examiner.\n"
        inbox.park("evt_1", "another version", at)
        told = run("work", "notifications").stdout
        assert told == "evt_1\tcharge.failed\tch_1\tacct_1\t1\tanother version\n"
        assert "zoe@" not in run("work", "notifications", "--json").stdout
        assert run("work", "retry-notification", "evt_1").exit_code == 0
        assert inbox.parked() == []
        assert refused(run("work", "retry-notification", "evt_1")).code == "not-found"
        inbox.done("evt_1", at)


def test_a_coop_without_money_is_not_said_to_have_recorded_nothing(run: Run) -> None:
    before = run("replay", "ad06", "--coop", COOP, "--position", 5)
    assert (before.exit_code, "n’était" in before.stdout, "Rien n’a été" in before.output) == (0, True, False)
    assert json.loads(run("replay", "ad06", "--coop", COOP, "--position", 12, "--json").stdout) == []
    assert refused(run("replay", "ad06", "--coop", uuid4())).code == "not-found"

"""Files are made to their end whatever happens meanwhile: a crash, somebody who is forgotten, a fault that stays."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.exports import ExportKind, ExportRequest, ExportRow
from adapters.jobs import Outbox, Task
from adapters.people_vault import Person
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.retention import Erasure, ErasureKind
from domain.errors import LedgerError
from domain.people.person_fields import FieldKind, PersonField
from projections import contributions, directory
from service.exports.kinds import NothingToExport, campaigns_of_kind
from service.exports.maker import ExportMaker
from service.exports.requests import EXPORT, TooManyExports, request_export
from service.exports.rows import ExportedQuestion, answers_of
from service.exports.tasks import ExportTasks
from tests.kit.api_server import ApiServer

PUBLIC: Final = "https://coop.example"


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def asked(api: ApiServer, kind: ExportKind = ExportKind.CONTRIBUTIONS, member: UUID | None = None) -> ExportRow:
    """Somebody asks for a file."""
    request = ExportRequest(uuid4(), api.ids.coop_id, member or uuid4(), kind, api.ids.campaign_id, None, "csv")
    row = api.opened.exports.ask(request, now())
    assert row is not None
    return row


def content(api: ApiServer, row: ExportRow) -> str:
    """Take a file away."""
    parts = api.opened.exports.take(row.export_id, row.coop_id, row.asked_by, now())
    assert parts is not None
    return b"".join(parts).decode("utf-8-sig")


def state(api: ApiServer, row: ExportRow) -> str:
    """How far a file is."""
    found = api.opened.exports.find(row.export_id)
    assert found is not None
    return found.state


def test_who_is_forgotten_while_a_file_is_made_is_not_in_it(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = api.opened.read(contributions.of_campaign, api.ids.campaign_id)
    payers = api.opened.people({order.payer_id for order in orders if order.paid})
    forgotten, name = next((key, one.last_name) for key, one in payers.items() if one.last_name == "GALANTE")
    row, tell, once = asked(api), api.opened.exports.tell, [True]

    def told(of: ExportRow, done: int, whole: int) -> None:
        tell(of, done, whole)
        if done and once:
            once.clear()
            erasure = Erasure(api.opened.ledger.association_id, ErasureKind.PERSON, forgotten, now())
            api.opened.erasures.carry_out([erasure])

    monkeypatch.setattr(api.opened.exports, "tell", told)
    ExportMaker(api.opened, now(), PUBLIC).make(row.export_id)
    assert not once
    made = api.opened.exports.find(row.export_id)
    assert made is not None
    assert (made.state, made.attempt) == ("ready", 2)
    said = content(api, row)
    assert "Personne effacée" in said
    assert name not in said.partition("\r\nEnfants\r\n")[0]


class _Context:
    """What the tasks of files use of a worker's context."""

    slug = "ad06"
    public_url = PUBLIC

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.now: Callable[[], datetime] = now

    def out_of_turn(self) -> Any:  # noqa: ANN401 - a context
        """Nobody waits for a turn."""
        return contextlib.nullcontext()


def task(row: ExportRow, attempts: int) -> Task:
    """The task of a file."""
    facts = {"coop_id": str(row.coop_id), "export_id": str(row.export_id)}
    return Task(1, "ad06", EXPORT, str(row.export_id), "lane", facts, now(), attempts, None, None, None)


def test_a_fault_that_stays_is_tried_three_times_then_the_page_says_so(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ExportMaker, "make", fails)
    row = asked(api)
    with Pool(conninfo_for(api.database_url, DatabaseRole.WORKER), size=2) as pool:
        context: Any = _Context(Outbox(pool))
        tasks = ExportTasks(lambda _: api.opened, writes_letters=True)
        for attempt in range(2):
            with pytest.raises(ZeroDivisionError):
                tasks.export_task(context, task(row, attempt))
            assert state(api, row) == "waiting"
        tasks.export_task(context, task(row, 2))
        assert state(api, row) == "failed"
        assert context.outbox.named("ad06", "letter:member-export-ready", str(row.export_id)) is None


def test_a_worker_that_dies_after_the_file_and_before_the_letter_writes_it_once(api: ApiServer) -> None:
    row = asked(api)
    ExportMaker(api.opened, now(), PUBLIC).make(row.export_id)
    with Pool(conninfo_for(api.database_url, DatabaseRole.WORKER), size=2) as pool:
        context: Any = _Context(Outbox(pool))
        tasks = ExportTasks(lambda _: api.opened, writes_letters=True)
        for attempt in range(3):
            tasks.export_task(context, task(row, attempt))
        letter = context.outbox.named("ad06", "letter:member-export-ready", str(row.export_id))
    assert letter is not None
    assert letter.facts == {"member_id": str(row.asked_by), "coop_id": str(row.coop_id)}
    made = api.opened.exports.find(row.export_id)
    assert made is not None
    assert made.attempt == 1


def test_a_fourth_file_has_to_wait_and_says_why(api: ApiServer) -> None:
    member = uuid4()
    for kind in (ExportKind.CONTRIBUTIONS, ExportKind.PARTICIPANTS, ExportKind.RECEIPTS):
        asked(api, kind, member)
    request = ExportRequest(
        uuid4(), api.ids.coop_id, member, ExportKind.CONTRIBUTIONS, api.ids.campaign_id, None, "xlsx"
    )
    with (
        Pool(conninfo_for(api.database_url, DatabaseRole.WORKER), size=1) as pool,
        pytest.raises(TooManyExports) as refused,
    ):
        request_export(api.opened, Outbox(pool), request, now())
    assert "Trois fichiers au plus" in refused.value.french


def test_a_campaign_of_contributions_has_no_gifts(api: ApiServer) -> None:
    campaigns = api.opened.read(directory.campaigns_of, api.ids.coop_id)
    assert campaigns_of_kind(ExportKind.CONTRIBUTIONS, campaigns)
    gift = campaigns[0]._replace(purpose="don")
    assert campaigns_of_kind(ExportKind.GIVERS, [gift]) == (gift,)
    for kind in (ExportKind.GIFTS, ExportKind.GIVERS):
        with pytest.raises(NothingToExport):
            campaigns_of_kind(kind, campaigns)
    with pytest.raises(LedgerError):
        campaigns_of_kind(ExportKind.CONTRIBUTIONS, [gift])


def test_gifts_and_givers_of_a_campaign_of_gifts_say_who_gave_what(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.exports.kinds.GIFT", "contribution-volontaire")
    for kind, held in ((ExportKind.GIFTS, "Montant réglé"), (ExportKind.GIVERS, "Montant conservé")):
        row = asked(api, kind)
        ExportMaker(api.opened, now(), PUBLIC).make(row.export_id)
        said = content(api, row)
        assert held in said
        assert "Total" in said


def test_the_answers_to_a_coop_s_own_fields_are_columns_as_pages_show_them() -> None:
    day = PersonField(field_id="own_0a1b2c3d", name="Date du vaccin", kind=FieldKind.DAY)
    questions = (
        ExportedQuestion("address", "Adresse postale"),
        ExportedQuestion("mobile", "Téléphone mobile"),
        ExportedQuestion(day.field_id, day.name, day),
    )
    given = {day.field_id: "2024-07-03", "address": "Ici"}
    child = Person("Anatole", "QUATREBARBES", phone="+33612345678", extra=given)
    assert answers_of(child, questions) == ["Ici", "06\u00a012\u00a034\u00a056\u00a078", "3 juillet 2024"]
    assert answers_of(Person("Léontine", "QUATREBARBES"), questions) == ["", "", ""]

"""A long list is prepared: the same file as the one that is handed over at once, of the chosen rows alone."""

from __future__ import annotations

import io
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import openpyxl
import psycopg
import pytest

from adapters.exports import ChosenRows, ExportColumns, ExportForm, ExportKind, ExportRequest, ExportRow
from adapters.imports import parse_payments
from adapters.people_vault import Person
from domain.people.person_fields import FieldCategory, FieldKind, PersonField, own_id
from projections import directory, participants
from projections.directory import CampaignRow
from projections.figures.participant_list import ChildKey
from reports.on_demand import rendered
from reports.parts.wording import ERASED_NAME
from service.exports import chosen_list
from service.exports.chosen_list import ChosenList, made_list
from service.exports.maker import ExportMaker
from tests.kit.api_server import ApiServer
from tests.service.exports.test_maker import PUBLIC, now
from tests.service.pages.community.pages import campaign_of, contribute

_CHUNK: Final = 3
"""Rows that are read at once here, so that a few families are more than one chunk."""


@pytest.fixture(autouse=True)
def small_chunks(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read few rows at once, of a campaign that has more."""
    monkeypatch.setattr(chosen_list, "_CHUNK", _CHUNK)
    if len(keys_of(api)) < 3 * _CHUNK:
        for child, school_class in (("Éloïse", "CE1"), ("Zoé", "CP a"), ("Abel", "CE1"), ("Éloi", "CP a")):
            contribute(
                api, {"first_name": "Odile", "last_name": "O'BRIEN", "email": "o@example.org"}, child, school_class
            )


def keys_of(api: ApiServer, campaign: CampaignRow | None = None) -> list[ChildKey]:
    """All rows of the guide's campaign, in no order that a file has."""
    campaign_id = (campaign or campaign_of(api)).campaign_id
    children = api.opened.read(participants.of_campaign, campaign_id)
    return [(one.contribution_id, one.line) for one in children if one.paid][::-1]


def prepared(
    api: ApiServer, keys: list[ChildKey], columns: ExportColumns = "every", form: ExportForm = "xlsx"
) -> tuple[ExportRow, bytes]:
    """Have a list made by the worker's own maker, and take it away."""
    rows = ChosenRows(columns, keys)
    request = ExportRequest(uuid4(), api.ids.coop_id, uuid4(), ExportKind.LIST, api.ids.campaign_id, None, form, rows)
    asked = api.opened.exports.ask(request, now())
    assert asked is not None
    ExportMaker(api.opened, now(), PUBLIC).make(asked.export_id)
    row = api.opened.exports.find(asked.export_id)
    assert row is not None
    parts = api.opened.exports.take(row.export_id, row.coop_id, row.asked_by, now())
    assert parts is not None
    return row, b"".join(parts)


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The cells of a workbook, sheet by sheet; the proof bears the instant."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.values) for sheet in book if sheet.title != "Preuve"}


@pytest.mark.parametrize("columns", ["every", "displayed"])
def test_the_prepared_file_and_the_one_handed_over_at_once_are_the_same_cell_for_cell(
    api: ApiServer, columns: ExportColumns
) -> None:
    keys = keys_of(api)
    assert len(keys) > 2 * _CHUNK
    row, book = prepared(api, keys, columns)
    report = made_list(api.opened, campaign_of(api), keys, now(), whole=columns == "every")
    at_once = rendered(report, "xlsx")
    assert sheets(book) == sheets(at_once.content)
    assert len(sheets(book)["Participants"]) == len(keys) + 2
    assert row.filename == at_once.filename
    _, text = prepared(api, keys, columns, "csv")
    below = b"\r\n\r\n"
    assert text.split(below)[0] == rendered(report, "csv").content.split(below)[0]


def test_displayed_columns_keep_the_order_of_the_list_and_all_columns_go_by_class_and_name(api: ApiServer) -> None:
    keys = keys_of(api)
    _, shown = prepared(api, keys, "displayed")
    people = api.opened.people(children(api, keys))
    names = [people[one].first_name for one in children(api, keys)]
    assert [row[0] for row in sheets(shown)["Participants"][1:-1]] == names
    _, whole = prepared(api, keys)
    heads, *rows, _ = sheets(whole)["Participants"]
    classes = [str(row[heads.index("Classe")]) for row in rows]
    labels = list(api.opened.read(directory.class_labels, api.ids.coop_id, campaign_of(api).school_year).values())
    assert classes == sorted(classes, key=labels.index)
    of_one = [str(row[0]) for row, school_class in zip(rows, classes, strict=True) if school_class == "CE1"]
    assert [name for name in of_one if name in {"Abel", "Éloïse"}] == ["Abel", "Éloïse"]


def children(api: ApiServer, keys: list[ChildKey]) -> list[UUID]:
    """The children of some rows, in their order."""
    known = {
        (one.contribution_id, one.line): one.participant_id
        for one in api.opened.read(participants.of_campaign, api.ids.campaign_id)
    }
    return [known[key] for key in keys]


def test_only_the_chosen_rows_of_the_campaign_are_in_it_each_once(api: ApiServer) -> None:
    first, second, *_ = keys_of(api)
    foreign = (uuid4(), 1)
    _, book = prepared(api, [first, second, first, foreign, (first[0], 999)])
    assert len(sheets(book)["Participants"]) == 2 + 2
    campaign = campaign_of(api)._replace(campaign_id=uuid4())

    def found(connection: psycopg.Connection[Any]) -> int:
        listed = ChosenList(api.opened, connection, campaign, [first], lambda _: None, whole=False)
        return len(list(listed.table().rows))

    assert api.opened.read(found) == 0


def test_names_are_opened_some_at_a_time_and_progress_is_told(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    steps: list[tuple[int, int]] = []
    people, tell = api.opened.people, api.opened.exports.tell

    def counted(ids: Any) -> dict[UUID, Person]:  # noqa: ANN401 - as the ledger takes them
        wanted = list(ids)
        opened.append(len(wanted))
        return people(wanted)

    def told(row: ExportRow, done: int, whole: int) -> None:
        steps.append((done, whole))
        tell(row, done, whole)

    monkeypatch.setattr(api.opened, "people", counted)
    monkeypatch.setattr(api.opened.exports, "tell", told)
    keys = keys_of(api)
    prepared(api, keys)
    assert max(opened) <= 2 * _CHUNK
    assert len(opened) == 2 * -(-len(keys) // _CHUNK)
    done = [one for one, _ in steps]
    assert done == sorted(done)
    assert (done[0], done[-1], {whole for _, whole in steps}) == (0, 2 * len(keys), {2 * len(keys)})


def test_what_was_chosen_is_kept_by_ids_until_the_file_is_made(api: ApiServer) -> None:
    keys = keys_of(api)
    request = ExportRequest(
        uuid4(), api.ids.coop_id, uuid4(), ExportKind.LIST, api.ids.campaign_id, None, "csv", ChosenRows("every", keys)
    )
    asked = api.opened.exports.ask(request, now())
    assert asked is not None
    kept = api.opened.exports.chosen(asked.export_id)
    assert kept == ChosenRows("every", keys)
    ExportMaker(api.opened, now(), PUBLIC).make(asked.export_id)
    assert api.opened.exports.chosen(asked.export_id) is None


def test_whom_the_vault_has_forgotten_is_named_as_such_and_sorted_by_that(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = api.opened.people
    gone = children(api, keys_of(api))[0]

    def without(ids: Any) -> dict[UUID, Person]:  # noqa: ANN401 - as the ledger takes them
        return {key: person for key, person in people(ids).items() if key != gone}

    monkeypatch.setattr(api.opened, "people", without)
    _, book = prepared(api, keys_of(api))
    assert [row[1] for row in sheets(book)["Participants"]].count(ERASED_NAME) == 1


def test_a_question_that_is_called_as_a_column_of_the_file_is_told_apart(api: ApiServer) -> None:
    (key, *_), fields = keys_of(api), api.opened.contacts.fields
    (child,) = children(api, [key])
    known, person = fields.read(api.ids.coop_id), api.opened.vault.get(child)
    assert person is not None
    asked = PersonField(own_id("0000000a"), "Formule", FieldKind.TEXT)
    category = FieldCategory("cat_0000000a", "Cantine", (asked,))
    fields.change(api.ids.coop_id, msgspec.structs.replace(known, categories=(category,)))
    api.opened.vault.update(child, msgspec.structs.replace(person, extra={asked.field_id: "Végétarien"}))
    try:
        _, book = prepared(api, [key])
        at_once = rendered(made_list(api.opened, campaign_of(api), [key], now(), whole=True), "xlsx")
    finally:
        api.opened.vault.update(child, person)
        fields.change(api.ids.coop_id, msgspec.structs.replace(fields.read(api.ids.coop_id), categories=()))
    heads, row, _ = sheets(book)["Participants"]
    assert sheets(at_once.content) == sheets(book)
    assert heads.count("Formule") == 1
    assert row[heads.index("Formule (question 1)")] == "Végétarien"
    assert parse_payments(book).errors == ()

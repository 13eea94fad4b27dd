"""One word, one figure: every answer, file and page says of a rich year what the second engine counts.

The history is that of the read models' tests: families by card, in cash and on other platforms, refunds, some of them
come back and repaid or not, disputes, corrections of class, slips corrected, payments withdrawn. The words are those of
docs/glossary.md « The figures »; ``tests/oracle/counting.py`` counts each from the plain rows of the log alone.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx2
import pytest

from domain.events import encode
from domain.events.association import AssociationRegistered
from domain.money import euros
from projections import contributions, participants
from projections.base.read_model import set_schema
from projections.engine.runner import tracked
from reports.family_annex import FamilyAnnex, with_families
from reports.parts.contribution_history import fold as history_of
from reports.parts.report import Report
from reports.parts.wording import payment_reference
from reports.render.json_ import to_json
from service.reports.builder import ReportBuilder
from tests.kit.api_server import AUDITOR, SLUG, TREASURER, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.waiting import wait_until
from tests.oracle.books import Books, make_books
from tests.oracle.counting import ClassSheet, People, count
from tests.oracle.rows import as_rows
from tests.projections.conftest import made_year
from tests.projections.history import History
from tests.projections.projected_ledger import append, connect
from tests.projections.test_models import campaigns_of, coops_of

FIGURES: Final = ("participants", "due", "received", "refunded", "unpaid", "owed", "held")
"""The oracle's names; ``API`` and ``WORDS`` are what answers and documents call them, in the same order."""
_CENTS: Final = ("due", "received", "refunded", "unpaid", "owed_to_families", "balance")
API: Final = ("participants", *(f"{name}_cents" for name in _CENTS))
SHEET: Final = ("Participants", "Dû", "Reçu", "Remboursé", "Impayé", "Dû aux familles", "Solde")
LISTED: Final = ("Participants", "Montant dû", "Montant réglé", "Remboursé", "Impayé", "Dû aux familles")
ANNEX: Final = ("Dû", "Reçu", "Remboursé", "Impayé", "Dû aux familles", "Conservé")
Values = tuple[int, ...]


class Counted(NamedTuple):
    """A year on line, and what the second engine counts of it."""

    history: History
    books: Books
    people: People

    def sheets(self, campaign_id: UUID) -> dict[str, Values]:
        """The figures of a campaign by class, of classes in which something was received."""
        coop = self.books.coop_of[str(campaign_id)]
        sheets = self.people.sheets(self.books, coop)
        mine = {code: sheet for (campaign, code), sheet in sheets.items() if campaign == str(campaign_id)}
        return {code: figures(sheet) for code, sheet in mine.items() if sheet.received}

    def total(self, campaign_id: UUID) -> Values:
        """The figures of a campaign."""
        return added(self.sheets(campaign_id).values())

    def of_contributions(self, campaign_id: UUID) -> dict[str, Values]:
        """The figures of each contribution of a campaign."""
        found: dict[str, list[Values]] = defaultdict(list)
        for (contribution, _), child in self.people.children.items():
            if child.campaign == str(campaign_id):
                takes_part = child.held > 0
                money = (child.received, child.refunded, child.unpaid, child.owed, child.held)
                found[contribution].append((int(takes_part), child.due * takes_part, *money))
        return {contribution: added(rows) for contribution, rows in found.items()}


def figures(sheet: ClassSheet) -> Values:
    """The figures of a sheet, in the order of FIGURES."""
    return tuple(getattr(sheet, name) for name in FIGURES)


def added(rows: Any) -> Values:  # noqa: ANN401 - any iterable of figures
    """Add figures up, each with its like."""
    return tuple(sum(column) for column in zip(*rows, strict=True))


@pytest.fixture(scope="module")
def counted(api: ApiServer) -> Counted:
    """The year behind the guide's own events in the log of the service, read by its projectors."""
    history = made_year()
    rows = as_rows((fact.position, fact.stream_id, fact.event.TOPIC, encode(fact.event)) for fact in history.facts)
    books = make_books(rows)
    told = [fact for fact in history.facts if not isinstance(fact.event, AssociationRegistered)]
    api.done(TREASURER, "PATCH", "/policy", {"anonymity_threshold": 1})
    last = api.head()
    append(api.database_url, [fact._replace(position=last + at) for at, fact in enumerate(told, 1)], SLUG)
    with connect(api.database_url) as connection:
        set_schema(connection, f"{SLUG}_read")
        wait_until(lambda: tracked(connection) == last + len(told), seconds=60)
    return Counted(history, books, count(books))


def document(api: ApiServer, path: str, **query: str) -> dict[str, Any]:
    """A document as JSON."""
    made: dict[str, Any] = api.get(AUDITOR, path, at_least=None, **query)
    return made


def as_json(report: Report) -> dict[str, Any]:
    """A document that the coop's own mandate holder alone may ask for, as JSON."""
    made: dict[str, Any] = json.loads(to_json(report))
    return made


def table_of(made: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of a table of a document, each by its columns."""
    table = next(one for one in made["tables"] if one["name"] == name)
    labels = [column["label"] for column in table["columns"]]
    return [dict(zip(labels, row, strict=True)) for row in table["rows"]]


def put_forward(made: dict[str, Any]) -> dict[str, int]:
    """The figures that a document puts forward."""
    return {figure["label"]: figure["value"] for figure in made["figures"]}


def by_class(rows: list[dict[str, Any]], words: tuple[str, ...]) -> dict[str, Values]:
    """Rows of children added up by class."""
    found: dict[str, list[Values]] = defaultdict(list)
    for row in rows:
        found[row["Classe"]].append(tuple(row[word] for word in words))
    return {code: added(values) for code, values in found.items()}


def kept(sheets: dict[str, Values]) -> dict[str, Values]:
    """Classes that some figure is about; others are listed for what left them, or not at all."""
    return {code: values for code, values in sheets.items() if any(values)}


def eventful(history: History) -> list[UUID]:
    """The campaigns of which everything is told; another collects from one family for the year to come."""
    return [one for one in campaigns_of(history) if len(history.state(one).contributions) > 1]


def test_the_year_has_all_that_the_words_tell_apart(counted: Counted) -> None:
    assert counted.people.faults == []
    totals = [counted.total(campaign_id) for campaign_id in eventful(counted.history)]
    assert len(totals) == 2
    assert all(cents > 0 for total in totals for cents in total)
    children = counted.people.children.values()
    assert any(child.received and child.held == 0 and child.refunded for child in children)
    assert any(child.received and child.held == 0 and child.owed for child in children)
    assert any(0 < child.received < child.due for child in children)
    moved = {row.state["old_class"] != row.state["new_class"] for row in counted.books.rows if "old_class" in row.state}
    assert True in moved


def test_the_api_says_it_class_by_class_and_for_the_campaign(api: ApiServer, counted: Counted) -> None:
    for campaign_id in campaigns_of(counted.history):
        sheet = api.get(TREASURER, f"/campaigns/{campaign_id}/balance")
        said = {row["class_code"]: tuple(row[name] for name in API) for row in sheet["classes"]}
        assert kept(said) == counted.sheets(campaign_id)
        assert tuple(sheet[name] for name in API) == counted.total(campaign_id)
        moved = [row["moved_cents"] for row in sheet["classes"]]
        assert sum(moved) == 0
        assert (max(moved) > 0) is (campaign_id in eventful(counted.history))


def test_the_class_balance_sheet_says_it_in_each_form(api: ApiServer, counted: Counted) -> None:
    for campaign_id in campaigns_of(counted.history):
        made = document(api, f"/campaigns/{campaign_id}/class-balance.json")
        assert kept(by_class(table_of(made, "classes"), SHEET)) == counted.sheets(campaign_id)
        assert tuple(put_forward(made)[word] for word in SHEET) == counted.total(campaign_id)
        file = api.call(AUDITOR, "GET", f"/campaigns/{campaign_id}/class-balance.csv").content.decode("utf-8-sig")
        (line,) = [row for row in csv.reader(io.StringIO(file), delimiter=";") if row and row[0] == "Total"]
        total = counted.total(campaign_id)
        assert set(line) >= {str(total[0]), *(f"{cents // 100},{cents % 100:02d}" for cents in total[1:])}


def test_the_payments_table_says_it_for_children_for_payers_and_put_forward(api: ApiServer, counted: Counted) -> None:
    for campaign_id in campaigns_of(counted.history):
        made = as_json(ReportBuilder(api.opened, datetime.now(UTC)).payments_table(campaign_id))
        sheets, total = counted.sheets(campaign_id), counted.total(campaign_id)[:-1]
        said = kept(by_class(table_of(made, "enfants"), LISTED))
        assert said == {code: values[:-1] for code, values in sheets.items()}
        payers = {row["N° de commande"]: row for row in table_of(made, "payeurs")}
        for contribution, values in counted.of_contributions(campaign_id).items():
            row = payers.get(payment_reference(UUID(contribution)))
            assert (row is not None) or not any(values)
            assert row is None or tuple(row[word] for word in LISTED) == values[:-1]
        assert tuple(put_forward(made)[word] for word in LISTED) == total
        payments = counted.people.payments[str(campaign_id)]
        assert put_forward(made)["Paiements"] == sum(row["Paiements"] for row in payers.values()) == payments
        assert put_forward(made)["Contributions"] == len(payers)
        assert (len(payers) < payments) is (campaign_id in eventful(counted.history))


def test_the_api_says_it_contribution_by_contribution(api: ApiServer, counted: Counted) -> None:
    names = ("due", "received", "refunded", "unpaid", "owed_to_family")
    for campaign_id in campaigns_of(counted.history):
        rows = list(pages_of(api, f"/campaigns/{campaign_id}/contributions"))
        said = {row["contribution_id"]: tuple(row[f"{name}_cents"] for name in names) for row in rows}
        assert said == {key: values[1:-1] for key, values in counted.of_contributions(campaign_id).items()}
        assert sum(row["payments"] for row in rows) == counted.people.payments[str(campaign_id)]
        owed = [row["owed_to_family_cents"] for row in rows if row["status"] == "owed_to_family"]
        assert len(owed) == (2 if campaign_id in eventful(counted.history) else 0)
        assert all(cents > 0 for cents in owed)


def pages_of(api: ApiServer, path: str) -> Iterator[dict[str, Any]]:
    """The items of a list that is read page by page."""
    query: dict[str, str] = {}
    while True:
        page = document(api, path, **query)
        yield from page["items"]
        if page["next"] is None:
            return
        query = {"after": page["next"]}


def test_the_annex_by_family_says_it(api: ApiServer, counted: Counted) -> None:
    for campaign_id in campaigns_of(counted.history):
        orders = api.opened.read(contributions.of_campaign, campaign_id)
        annex = FamilyAnnex(orders, api.opened.read(participants.of_campaign, campaign_id), {}, {})
        beside = ReportBuilder(api.opened, datetime.now(UTC)).class_balance(campaign_id)
        made = as_json(with_families(beside, annex))
        said = kept(by_class(table_of(made, "familles"), ANNEX))
        assert said == {code: values[1:] for code, values in counted.sheets(campaign_id).items()}


def test_the_live_page_says_it(api: ApiServer, counted: Counted) -> None:
    headers = {"Cookie": f"{MEMBER_COOKIE}={api.session(TREASURER)}"}
    for campaign_id in campaigns_of(counted.history):
        answer = httpx2.get(f"{api.url}/{SLUG}/collectes/{campaign_id}", headers=headers)
        assert answer.status_code == 200
        cells = re.findall(r'<tr data-class="([^"]+)">(.*?)</tr>', answer.text)
        said = {code: re.findall(r'<td class="number[^"]*"><a [^>]*>([^<]*)</a></td>', row) for code, row in cells}
        expected = {code: shown(values) for code, values in counted.sheets(campaign_id).items()}
        assert {code: row for code, row in said.items() if code in expected} == expected
        foot = re.findall(r'id="sum-[a-z]+"[^>]*>([^<]*)<', answer.text)
        assert foot == shown(counted.total(campaign_id))


def shown(values: Values) -> list[str]:
    """The cells of the live page: participants, received, not kept, balance."""
    participants, _, received, refunded, unpaid, owed, held = values
    return [str(participants), euros(received), euros(refunded + unpaid + owed), euros(held)]


def test_each_receipt_says_it(counted: Counted) -> None:
    events: dict[str, list[Any]] = defaultdict(list)
    for fact in counted.history.facts:
        events[str(getattr(fact.event, "contribution_id", ""))].append(fact.event)
    told = Counter[str]()
    for campaign_id in campaigns_of(counted.history):
        for contribution, (_, _, *money) in counted.of_contributions(campaign_id).items():
            history = history_of(events[contribution])
            assert [history.paid, history.refunded, history.lost, history.owed, history.kept] == money
            told.update(name for name in ("refunded", "lost", "owed") if getattr(history, name))
    assert set(told) == {"refunded", "lost", "owed"}


def test_receipts_of_the_online_account_are_the_box_of_each_statement(api: ApiServer, counted: Counted) -> None:
    for coop_id in coops_of(counted.history):
        for month in (date(2024, 9, 1), date(2024, 10, 1), date(2024, 11, 1)):
            boxes = counted.books.statement(str(coop_id), month)
            made = document(api, f"/coops/{coop_id}/statement.json", month=f"{month}")
            said = put_forward(made)
            assert (said["Encaissements"], said["Décaissements"], said["Virements"]) == boxes[1:]
            assert sum(row["Encaissement"] for row in table_of(made, "operations")) == boxes.receipts

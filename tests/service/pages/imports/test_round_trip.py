"""What we export we can import: here without any effect, and into a collection of another coop the same list again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from adapters.retention import Erasure, ErasureKind
from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.publication import PublishCampaign
from domain.campaign.settings import DraftCampaign, SetTariffs
from domain.campaign.state import Campaign
from domain.coop.registration import DefineSchoolClasses, RegisterCoop
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from reports.render.csv_ import ABOUT
from tests.kit.api_server import MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.api.routes import ROUTES
from tests.service.pages.participant.families import BASKETS, shown

_YEAR: Final = 2024
_CENTS: Final = 12_00
_SAME: Final = (
    *("Prénom participant", "Nom participant", "Classe", "Paiement", "Montant dû", "Montant réglé"),
    *("Date de paiement", "Prénom payeur", "Nom payeur", "E-mail payeur", "Téléphone payeur"),
)
"""The columns that a list has again once it was imported elsewhere."""
_RECEIVED: Final = "Paiement reçu"
_PAID_AT: Final = datetime(2024, 7, 9, 10, tzinfo=UTC)
_BACK: Final = (("Un", "RENDU", "CE1"), ("Deux", "RENDU", "CP a"))
"""Two children of a family: all that was paid for the first went back, and a part of the second's."""
Row = dict[str, Any]


class _Place(NamedTuple):
    """A collection, and who runs it."""

    campaign_id: UUID
    who: str

    @property
    def tab(self) -> str:
        """The address of its list."""
        return f"/{SLUG}/collectes/{self.campaign_id}/participants"


def _basket(api: ApiServer, payer: Row, *children: tuple[str, str, str], means: str = "card") -> UUID:
    """Place a basket of children: first name, last name, class."""
    usual = ROUTES["POST", BASKETS][1]
    pupils = [
        {**usual["children"][0], "first_name": first, "last_name": last, "class_label": school_class}
        for first, last, school_class in children
    ]
    body = {**usual, "payer": payer, "children": pupils, "means": means}
    return UUID(api.done(MANDATAIRE, "POST", BASKETS.format(**api.ids._asdict()), body)["ids"]["contribution_id"])


def _by_card(api: ApiServer, payer: Row, *children: tuple[str, str, str]) -> UUID:
    contribution_id = _basket(api, payer, *children)
    paid = {"payment_id": f"ch_{contribution_id}", "cents": _CENTS * len(children), "tip_cents": 0, "paid_at": _PAID_AT}
    api.fact(RecordPaymentCaptured, api.ids.campaign_id, contribution_id=contribution_id, **paid)
    return contribution_id


def _in_cash(api: ApiServer, slip: str, payer: Row, *children: tuple[str, str, str]) -> UUID:
    contribution_id = _basket(api, payer, *children, means="cash")
    path = f"{BASKETS.format(**api.ids._asdict())}/{contribution_id}/cash"
    cents = _CENTS * len(children)
    api.done(MANDATAIRE, "POST", path, {"slip": slip, "cents": cents, "paid_at": _PAID_AT.isoformat()})
    return contribution_id


def _forget(api: ApiServer, contribution_id: UUID) -> None:
    """Forget who paid and the children of a basket."""
    basket = api.opened.ledger.store.load(Campaign, api.ids.campaign_id).contributions[contribution_id]
    people = [basket.payer_id, *(line.participant_id for line in basket.lines.values())]
    association_id, now = api.opened.ledger.association_id, datetime.now(UTC)
    api.opened.erasures.carry_out([Erasure(association_id, ErasureKind.PERSON, one, now) for one in people])


@pytest.fixture(scope="module", autouse=True)
def families(api: ApiServer) -> None:
    """Families beside those of the guide: two children at once, cash, names that are easily spoilt, one forgotten."""
    reached = {"email": "sinead@example.org", "phone": "06 12 34 56 78"}
    _by_card(
        api,
        {"first_name": "Sinéad", "last_name": "O'BRIEN", **reached},
        ("Éloïse", "O'BRIEN", "CE1"),
        ("Zoé", "O'BRIEN", "CP a"),
    )
    _by_card(api, {"first_name": "=A1", "last_name": "=SOMME"}, ("@Ali", "=SOMME", "CE1"))
    _in_cash(api, "B-71", {"first_name": "Noël", "last_name": "D’ARC-ÇELİK"}, ("Anaïs", "D’ARC-ÇELİK", "CP a"))
    two = {"first_name": "Ève", "last_name": "ŒUVRARD"}
    _in_cash(api, "B-72", two, ("Maël", "ŒUVRARD", "CP a"), ("Lou", "ŒUVRARD", "CE1"))
    gone = _by_card(api, {"first_name": "Une", "last_name": "OUBLIÉE"}, ("Léo", "OUBLIÉE", "CE1"))
    _forget(api, gone)
    back = _in_cash(api, "B-73", {"first_name": "Rémi", "last_name": "RENDU"}, *_BACK)
    path = f"{BASKETS.format(**api.ids._asdict())}/{back}/cash-returns"
    parts = [{"line": 1, "cents": _CENTS}, {"line": 2, "cents": 5_00}]
    given = {"cents": 17_00, "by_line": parts, "reason": "child_left", "slip": "R-73", "returned_on": "2024-07-10"}
    api.done(MANDATAIRE, "POST", path, given)
    shown(api)


@pytest.fixture
def here(api: ApiServer) -> _Place:
    """The collection that is exported."""
    return _Place(api.ids.campaign_id, MANDATAIRE)


def _elsewhere(api: ApiServer, year: int = _YEAR, coop_id: UUID | None = None) -> _Place:
    """A fresh collection of a school year, of another coop with the same classes where none is given."""
    campaign_id, association_id = uuid4(), api.opened.ledger.association_id
    if coop_id is None:
        coop_id = uuid4()
        details = CoopDetails(
            name="Coop Sœur", school="école Sœur", town="Nice", affiliation_number=str(coop_id.int)[:6]
        )
        api.fact(RegisterCoop, coop_id, association_id=association_id, details=details, demo=True)
        api.fact(DefineSchoolClasses, coop_id, school_year=year, labels=("CP a", "CE1", "CE2-CM1"))
    begins, ends = date(year, 6, 1), date(year + 1, 8, 31)
    tariff = Tariff(tariff_id="t1", label="Un enfant", tiers=(_CENTS,), valid_from=begins, valid_to=ends)
    details_of = {"details": CampaignDetails(title="Reprise"), "purpose": "contribution-volontaire", "demo": True}
    api.fact(DraftCampaign, campaign_id, coop_id=coop_id, school_year=year, policy=Policy(), **details_of)
    api.fact(SetTariffs, campaign_id, tariffs=(tariff,))
    decided = {"responsible_id": uuid4(), "council_decision": "2024-05-14", "mandated": True}
    accepted = api.opened.association().charter_version
    charter = {"charter_version": accepted, "charter_accepted": accepted}
    api.fact(PublishCampaign, campaign_id, **decided, **charter, policy=Policy())
    api.get(TREASURER, f"/campaigns/{campaign_id}", at_least=api.head())
    return _Place(campaign_id, TREASURER)


def _export(api: ApiServer, place: _Place, form: str, **chosen: str) -> bytes:
    """All columns of a list, as its page gives them."""
    with visit_as(api, place.who) as visit:
        sent = {"etape": "fichier", "toutes": "1", "colonnes": "toutes", "format": form, **chosen}
        answer = visit.post(f"{place.tab}/exporter", data=sent)
    assert "content-disposition" in answer.headers, words(answer.text)
    return answer.content


def _rows(content: bytes, form: str = "xlsx") -> list[Row]:
    """The rows of a file by their titles, without the totals."""
    if form == "csv":
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        heads, *rows = lines[: lines.index([ABOUT]) - 1]
    else:
        heads, *rows = [list(map(_plain, row)) for row in load_workbook(io.BytesIO(content))["Participants"].values]
    return [dict(zip(heads, row, strict=True)) for row in rows if row[0] != "Total"]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    return "" if value is None else value


def _previewed(visit: httpx2.Client, place: _Place, content: bytes, form: str = "xlsx") -> httpx2.Response:
    given = {"fichier": (f"liste.{form}", content)}
    return visit.post(f"{place.tab}/importer", files=given, follow_redirects=True)


def _take(api: ApiServer, place: _Place, content: bytes, form: str = "xlsx") -> str:
    """Import a file after its preview, without the lines that it refuses; return what the preview said."""
    with visit_as(api, place.who) as visit:
        preview = _previewed(visit, place, content, form)
        done = visit.post(str(preview.url), data={"etape": "importer", "ignorer": "1"})
        assert done.status_code == 303, words(done.text)
    api.get(TREASURER, f"/campaigns/{place.campaign_id}", at_least=api.head())
    return words(preview.text)


def _same(rows: list[Row]) -> list[list[Any]]:
    """What of a list is to be the same, of the payments that came in."""
    return [[row[title] for title in _SAME] for row in rows if row["Paiement"] == _RECEIVED]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_our_list_given_to_the_campaign_it_comes_from_is_all_there_whatever_became_of_each(
    api: ApiServer, here: _Place, form: str
) -> None:
    content = _export(api, here, form)
    rows, head = _rows(content, form), api.head()
    states = {row["Paiement"] for row in rows}
    assert {_RECEIVED, "Remboursé", "Remboursé en partie"} <= states
    with visit_as(api, here.who) as visit:
        said = words(_previewed(visit, here, content, form).text)
    assert "Aucune ligne à importer" in said
    assert f"{len(rows)} lignes lues, {len(rows)} déjà là. Rien n’est encore enregistré." in said
    assert not any(word in said for word in ("Lignes refusées", "Écarts", "laissées de côté", "à vérifier"))
    assert api.head() == head


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_our_list_imported_by_another_coop_is_the_same_list_again(api: ApiServer, here: _Place, form: str) -> None:
    content, place = _export(api, here, form), _elsewhere(api)
    said = _take(api, place, content, form)
    wanted = _same(_rows(content, form))
    assert f"{len(wanted)} lignes à importer" in said
    assert f"Importer {len(wanted)} lignes, sans 1 refusée" in said
    assert "Paiement remboursé en partie\u00a0: à saisir à la main" in said
    assert "Lignes laissées de côté" in said
    again = _rows(_export(api, place, form), form)
    assert _same(again) == wanted
    assert {row["Paiement"] for row in again} == {_RECEIVED}
    by_child = {(row["Prénom participant"], row["Nom participant"]): row for row in again}
    for names in (("Éloïse", "O'BRIEN"), ("Anaïs", "D’ARC-ÇELİK"), ("Maël", "ŒUVRARD")):
        assert names in by_child
    assert [one for one in by_child if one[1].endswith("=SOMME")]
    orders = [by_child[first, "O'BRIEN"]["N° de commande"] for first in ("Éloïse", "Zoé")]
    assert len(set(orders)) == 1
    assert by_child["Lou", "ŒUVRARD"]["Moyen de paiement"] == "Espèces"
    assert by_child["Zoé", "O'BRIEN"]["Moyen de paiement"] == "Autre plateforme"
    with visit_as(api, place.who) as visit:
        other = {"xlsx": "csv", "csv": "xlsx"}[form]
        twice = words(_previewed(visit, place, _export(api, here, other), other).text)
    assert "Aucune ligne à importer" in twice


def test_a_collection_of_another_school_year_takes_the_list_or_says_of_each_line_that_its_day_is_too_early(
    api: ApiServer, here: _Place
) -> None:
    content, place = _export(api, here, "xlsx"), _elsewhere(api, _YEAR - 1)
    _take(api, place, content)
    assert _same(_rows(_export(api, place, "xlsx"))) == _same(_rows(content))
    later = _elsewhere(api, _YEAR + 1)
    with visit_as(api, later.who) as visit:
        said = words(_previewed(visit, later, content).text)
    too_early = said.count("Date de paiement antérieure au 1er septembre 2024")
    assert too_early == len(_same(_rows(content)))


def test_the_money_of_a_coop_is_not_counted_again_in_its_next_collection(api: ApiServer, here: _Place) -> None:
    content = _export(api, here, "xlsx")
    for year in (_YEAR, _YEAR + 3):
        place = _elsewhere(api, year, api.ids.coop_id)
        with visit_as(api, place.who) as visit:
            said = words(_previewed(visit, place, content).text)
        number = len(_rows(content))
        assert "Aucune ligne à importer" in said
        assert f"{number} déjà là (dont {number} dans une autre collecte de la coopérative)" in said
        assert "Lignes refusées" not in said


def _model_with(api: ApiServer, place: _Place, rows: list[Row]) -> bytes:
    """The model of a list, its example taken out and lines of an export typed in."""
    with visit_as(api, place.who) as visit:
        model = visit.get(f"{place.tab}/importer/modele.xlsx").content
    heads = next(load_workbook(io.BytesIO(model)).worksheets[0].iter_rows(values_only=True))
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(heads)
    for row in rows:
        sheet.append([row[str(title)] for title in heads])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_model_filled_with_lines_of_an_export_gives_the_same_list_and_counts_nothing_twice(
    api: ApiServer, here: _Place
) -> None:
    rows, place = _rows(_export(api, here, "xlsx", etat="received")), _elsewhere(api)
    filled = _model_with(api, here, rows)
    with visit_as(api, here.who) as visit:
        said = words(_previewed(visit, here, filled).text)
    assert "Aucune ligne à importer" in said
    assert f"{len(rows)} lignes lues, {len(rows)} déjà là" in said
    named = [row for row in rows if row["Prénom participant"]]
    # Whom the vault has forgotten has no first name, which the model asks for.
    assert f"Importer {len(named)} lignes, sans 1 refusée" in _take(api, place, filled)
    assert _same(_rows(_export(api, place, "xlsx"))) == _same(named)

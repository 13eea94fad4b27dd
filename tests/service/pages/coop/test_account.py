"""The online account as its holder reads it: the balance now, and four boxes of a month that explain it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Final

import httpx2
import pytest

from domain.money import parse_euros
from service.api.books.past_balance import balance_on
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, ApiServer
from tests.service.pages.coop.conftest import Visits

_BOX: Final = re.compile(r'<dt>([^<]*)<small[^>]*>([^<]*)</small></dt><dd class="figure"><a [^>]*>([^<]*)</a>')
_CLOSING: Final = re.compile(r'<strong class="figure"><a [^>]*>(.*?)</a>')


@pytest.fixture(scope="module")
def mandataire(visits: Visits) -> httpx2.Client:
    """The mandate holder of the guide's coop."""
    return visits(MANDATAIRE)


def account(client: httpx2.Client, coop_id: object, month: str = "") -> str:
    """The page of an account, with plain spaces."""
    answer = client.get(f"/{SLUG}/coops/{coop_id}/compte", params={"mois": month} if month else {})
    assert answer.status_code == 200
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def boxes(shown: str) -> dict[str, int]:
    """The four boxes of a month, and its closing balance, in cents."""
    found = {title.strip(): parse_euros(amount) for title, _, amount in _BOX.findall(shown)}
    closing = _CLOSING.search(shown)
    assert closing is not None
    return {**found, "closing": parse_euros(closing[1])}


def test_the_account_is_reached_in_two_clicks(api: ApiServer, mandataire: httpx2.Client) -> None:
    home = mandataire.get(f"/{SLUG}/coops/{api.ids.coop_id}").text
    menu = home[home.index('aria-label="Menu"') : home.index("</nav>")]
    below = menu[menu.index("<span>Paiements</span></summary>") :]
    assert f'/coops/{api.ids.coop_id}/compte">Compte en ligne' in below[: below.index("</details>")]


def test_the_balance_says_of_which_day_and_hour_it_is(api: ApiServer, mandataire: httpx2.Client) -> None:
    shown = account(mandataire, api.ids.coop_id)
    assert re.search(r"Solde au \d{1,2}(er)? \w+ \d{4}, \d{1,2} h \d\d</h2>", shown)


def test_the_four_boxes_have_the_guide_s_titles_and_words_in_its_order(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    shown = account(mandataire, api.ids.coop_id, "2024-07")
    assert [(title.strip(), hint) for title, hint, _ in _BOX.findall(shown)] == [
        ("Solde au 30 juin 2024", "à la fin du mois précédent"),
        ("Décaissements", "remboursements et autres sorties d’argent engagés"),
        ("Encaissements", "sommes reçues sur le mois"),
        ("Virements", "argent qui va arriver sur votre compte bancaire"),
    ]
    assert "Détail des opérations du mois au 31 juillet 2024" in shown


def test_every_month_adds_up_and_begins_where_the_one_before_ended(api: ApiServer, mandataire: httpx2.Client) -> None:
    ended, months = 0, 0
    for month in ("2024-06", "2024-07", "2024-08", "2024-09"):
        found = boxes(account(mandataire, api.ids.coop_id, month))
        opening = next(cents for title, cents in found.items() if title.startswith("Solde au"))
        assert opening == ended
        ended = opening + found["Encaissements"] - found["Décaissements"] - found["Virements"]
        assert found["closing"] == ended
        months += found["Encaissements"] > 0
    assert months == 2
    now = re.search(r'<p class="total"><a [^>]*>(.*?)</a>', account(mandataire, api.ids.coop_id))
    assert now is not None
    assert parse_euros(now[1]) == ended


@pytest.mark.parametrize("month", ["2024-06", "2024-07", "2024-08"])
def test_the_boxes_are_those_of_the_month_s_statement(api: ApiServer, mandataire: httpx2.Client, month: str) -> None:
    made = api.get(AUDITOR, f"/coops/{api.ids.coop_id}/statement.json", month=f"{month}-01")
    stated = [figure["value"] for figure in made["figures"]][:5]
    found = boxes(account(mandataire, api.ids.coop_id, month))
    assert list(found.values()) == stated


def test_months_are_walked_back_to_the_first_and_on_to_this_one(api: ApiServer, mandataire: httpx2.Client) -> None:
    first = account(mandataire, api.ids.coop_id, "2024-06")
    assert 'rel="prev"' not in first
    assert f'/coops/{api.ids.coop_id}/compte?mois=2024-07"' in first
    assert 'rel="next"' not in account(mandataire, api.ids.coop_id)


@pytest.mark.parametrize("month", ["2024-05", "2099-01", "2024-13", "juillet", "2024-7"])
def test_a_month_that_the_account_does_not_have_is_not_found(
    api: ApiServer, mandataire: httpx2.Client, month: str
) -> None:
    path = f"/{SLUG}/coops/{api.ids.coop_id}/compte"
    assert mandataire.get(path, params={"mois": month}).status_code == 404


def test_an_account_that_is_not_certified_may_collect_and_says_what_is_needed_to_pay_out(
    api: ApiServer, visits: Visits, mandataire: httpx2.Client
) -> None:
    sentence = "Vous devez certifier votre compte pour faire un virement."
    assert sentence in account(visits(FOREIGN), api.foreign_coop_id)
    assert sentence not in account(mandataire, api.ids.coop_id)


def test_the_bank_account_is_masked_and_says_whether_it_is_confirmed(api: ApiServer, mandataire: httpx2.Client) -> None:
    shown = account(mandataire, api.ids.coop_id)
    bank = shown[shown.index('id="bank"') :]
    assert re.search(r"<p>FR\d\d •••• \d{4} – confirmé par l’association</p>", bank)
    assert not re.search(r"FR\d{12}", shown)


@pytest.mark.parametrize("day", ["2024-06-26", "2024-06-30", "2024-07-03", "2024-07-31", "2025-01-01"])
def test_the_balance_of_any_day_is_the_one_of_the_log(api: ApiServer, mandataire: httpx2.Client, day: str) -> None:
    path = f"/{SLUG}/coops/{api.ids.coop_id}/compte"
    shown = unescape(mandataire.get(path, params={"jour": day}).text)
    told = re.search(r'à la fin de ce jour</small></span> <strong class="figure"><a [^>]*>([^<]*)</a>', shown)
    assert told is not None
    total, _ = balance_on(api.opened.ledger.store, api.ids.coop_id, date.fromisoformat(day))
    assert parse_euros(told[1]) == total


@pytest.mark.parametrize("day", ["hier", "2999-01-01", "2024-02-30"])
def test_a_day_that_is_none_or_still_to_come_is_said_at_its_field(
    api: ApiServer, mandataire: httpx2.Client, day: str
) -> None:
    shown = mandataire.get(f"/{SLUG}/coops/{api.ids.coop_id}/compte", params={"jour": day})
    assert shown.status_code == 200
    assert 'id="jour-error"' in shown.text
    assert f'value="{day}"' in shown.text

"""From counts to the bank: one deposit, one line of the bank; the box's balance is the sum of its rows."""

from __future__ import annotations

import re

import httpx2

from domain.coop.by_hand.deposits import MatchCashDeposit
from domain.coop.state import Coop
from domain.money import euros
from projections.figures import cash_rows
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import TODAY, form_key
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import coop_page, send_count

_DEPOSIT = re.compile(r"/especes/remises/([0-9a-f-]{36})$")


def held(live_server: LiveServer, opened: OpenLedger) -> int:
    """What the cash box holds."""
    return int(opened.read(cash_rows.balance, live_server.world.coop_id))


def take(
    client: httpx2.Client, live_server: LiveServer, slip: str, count_id: str = "", **fields: str
) -> httpx2.Response:
    """Take to the bank what the form proposes, of one count or of all that are left, under a slip."""
    address = coop_page(live_server, "/especes/remise")
    page = client.get(address, params={"compte": count_id} if count_id else {}).text
    counts = re.findall(r'type="hidden" name="compte" value="([^"]+)"', page)
    pieces = dict(re.findall(r'name="(piece-\d+)" value="([^"]*)"', page))
    usual = {"cle": form_key(page), "slip": slip, "day": TODAY.isoformat(), **pieces}
    return client.post(address, data={**usual, "compte": counts, **fields})


def test_a_deposit_takes_the_counts_and_their_coins_and_will_be_one_line_of_the_bank(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    count_id = send_count(teacher, live_server, "701")
    send_count(teacher, live_server, "702")
    before = held(live_server, opened)
    answer = take(mandataire, live_server, "r-701")
    found = _DEPOSIT.search(answer.headers["location"])
    assert found is not None
    page = words(mandataire.get(answer.headers["location"]).text)
    assert "24,00\u00a0€" in page
    assert "10,00\u00a0€ 2 20,00\u00a0€" in page
    assert "Elle y est une seule ligne." in page
    assert held(live_server, opened) == before - 24_00
    box = words(mandataire.get(coop_page(live_server, "/especes")).text)
    assert "R-701 24,00\u00a0€" in box
    assert count_id not in mandataire.get(coop_page(live_server, "/especes/remise")).text
    deposits = opened.ledger.store.load(Coop, live_server.world.coop_id).deposits
    (deposit,) = (key for key, one in deposits.items() if one.slip == "R-701")
    assert str(deposit) == found[1]
    line = {"bank_line_id": "L-701", "deposit_id": deposit, "cents": 24_00, "booked_on": TODAY}
    live_server.world.do(MatchCashDeposit, live_server.world.coop_id, **line)
    assert "La banque l’a sur son relevé." in words(mandataire.get(answer.headers["location"]).text)
    file = mandataire.get(f"{answer.headers['location']}.pdf")
    assert file.headers["content-type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")


def test_the_balance_of_the_box_leads_to_rows_that_add_up_to_it(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    send_count(teacher, live_server, "711")
    page = mandataire.get(coop_page(live_server, "/especes")).text
    found = re.search(r'id="balance" href="([^"]+)">([^<]+)<', page)
    assert found is not None
    assert found[2] == euros(held(live_server, opened))
    rows = words(mandataire.get(found[1].replace("&amp;", "&")).text)
    assert f"Total\u00a0: {found[2]}" in rows
    assert "Espèces reçues" in rows


def test_a_deposit_sent_twice_is_one_and_a_slip_serves_once(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    send_count(teacher, live_server, "721")
    address = coop_page(live_server, "/especes/remise")
    typed = {"cle": form_key(mandataire.get(address).text), "slip": "R-721", "day": TODAY.isoformat(), "piece-100": "1"}
    first, second = (mandataire.post(address, data=typed) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    before = held(live_server, opened)
    again = mandataire.post(address, data={**typed, "cle": f"{typed['cle']}-other"})
    assert again.status_code == 422
    assert "est déjà dans une remise." in again.text
    assert held(live_server, opened) == before


def test_no_more_is_taken_than_the_box_holds_and_what_was_typed_stays(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    before = held(live_server, opened)
    answer = take(mandataire, live_server, "R-731", **{"piece-50000": "9000"})
    assert answer.status_code == 422
    assert 'value="9000"' in answer.text
    assert 'id="slip-error"' in answer.text
    nothing = mandataire.post(
        coop_page(live_server, "/especes/remise"), data={"cle": "k" * 16, "slip": "Zoé", "day": ""}
    )
    said = words(nothing.text)
    assert nothing.status_code == 422
    assert "Indiquez une date" in said
    assert held(live_server, opened) == before


def test_the_count_of_the_whole_box_shows_its_difference(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    before, address = held(live_server, opened), coop_page(live_server, "/especes")
    key = form_key(mandataire.get(address).text)
    empty = mandataire.post(f"{address}/arrete", data={"cle": key})
    assert empty.status_code == 422
    counted = mandataire.post(f"{address}/arrete", data={"cle": key, "piece-100": "3"})
    assert counted.status_code == 303
    assert euros(300 - before) in words(mandataire.get(address).text)
    assert held(live_server, opened) == before


def test_the_office_sees_the_box_and_changes_nothing(live_server: LiveServer, office: httpx2.Client) -> None:
    page = office.get(coop_page(live_server, "/especes"))
    assert page.status_code == 200
    assert "Remettre des espèces" not in page.text
    assert office.get(coop_page(live_server, "/especes/remise")).status_code == 403


def test_a_deposit_written_down_wrong_is_taken_back_and_its_counts_can_be_taken_again(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    count_id = send_count(teacher, live_server, "741")
    before = held(live_server, opened)
    address = take(mandataire, live_server, "R-741", count_id).headers["location"]
    assert mandataire.post(address, data={}).status_code == 422
    assert mandataire.post(address, data={"reason": "mistake"}).status_code == 303
    assert "Cette remise est annulée." in mandataire.get(address).text
    assert held(live_server, opened) == before
    assert count_id in mandataire.get(coop_page(live_server, "/especes/remise")).text

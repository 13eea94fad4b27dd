"""Cash that counts do not find: it is said with what to do next, and its money is not offered to the bank."""

from __future__ import annotations

import re

import httpx2

from projections.by_hand.cash_difference import found_difference
from projections.figures import cash_rows
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import TODAY, form_key
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import coop_page, send_count

_BUTTON = "Remettre à la banque"


def box(client: httpx2.Client, live_server: LiveServer) -> str:
    """The page of the cash box, in words."""
    return words(client.get(coop_page(live_server, "/especes")).text)


def stands(live_server: LiveServer, opened: OpenLedger) -> tuple[int, int]:
    """What the book of the box says, and what counts found beside it."""
    coop_id = live_server.world.coop_id
    return int(opened.read(cash_rows.balance, coop_id)), int(opened.read(found_difference, coop_id))


def deposit(client: httpx2.Client, live_server: LiveServer, slip: str, **fields: str) -> str:
    """Take to the bank what the form proposes, and return the page of the deposit."""
    address = coop_page(live_server, "/especes/remise")
    page = client.get(address).text
    counts = re.findall(r'type="hidden" name="compte" value="([^"]+)"', page)
    pieces = dict(re.findall(r'name="(piece-\d+)" value="([^"]*)"', page))
    usual = {"cle": form_key(page), "slip": slip, "day": TODAY.isoformat(), "compte": counts}
    answer = client.post(address, data={**usual, **pieces, **fields})
    assert answer.status_code == 303, words(answer.text)
    return words(client.get(answer.headers["location"]).text)


def count_all(client: httpx2.Client, live_server: LiveServer, **pieces: str) -> None:
    """Count the whole box."""
    address = coop_page(live_server, "/especes")
    key = form_key(client.get(address).text)
    assert client.post(f"{address}/arrete", data={"cle": key, **pieces}).status_code == 303


def test_what_counts_do_not_find_is_said_offered_to_no_bank_and_explained_by_a_corrected_slip(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    assert _BUTTON not in box(mandataire, live_server)
    count_id = send_count(teacher, live_server, "801", **{"piece-200": "", "piece-100": "1", "seen": "-100"})
    shown = box(mandataire, live_server)
    assert stands(live_server, opened) == (12_00, -1_00)
    assert "1,00\u00a0€ de moins que le solde, d’après les comptages\u00a0: la caisse contient 11,00\u00a0€." in shown
    assert _BUTTON in shown
    form = words(mandataire.get(coop_page(live_server, "/especes/remise")).text)
    assert "Le solde de la caisse est de 12,00\u00a0€, et les comptages trouvent 11,00\u00a0€" in form
    deposit(mandataire, live_server, "R-801")
    count_all(mandataire, live_server, **{"piece-100": "0"})
    shown = box(mandataire, live_server)
    assert stands(live_server, opened) == (1_00, -1_00)
    assert "la caisse contient 0,00\u00a0€" in shown
    assert "signalez la différence à votre association, avec le jour du comptage." in shown
    assert _BUTTON not in shown
    count = mandataire.get(coop_page(live_server, f"/especes/comptages/{count_id}")).text
    (slip,) = re.findall(r'href="([^"]+/participants/[^"]+/especes)"', count)
    corrected = mandataire.post(slip, data={"recu": "11", "motif": "mistake"})
    assert corrected.status_code == 303, words(corrected.text)
    assert stands(live_server, opened) == (0, 0)
    assert "de moins que le solde" not in box(mandataire, live_server)


def test_a_deposit_lists_the_counts_and_the_other_cash_that_it_takes(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    send_count(teacher, live_server, "811")
    other = send_count(teacher, live_server, "812")
    before, _ = stands(live_server, opened)
    page = mandataire.get(coop_page(live_server, "/especes/remise")).text
    (first,) = set(re.findall(r'type="hidden" name="compte" value="([^"]+)"', page)) - {other}
    said = deposit(mandataire, live_server, "R-811", compte=first)
    assert "Comptages ci-dessus 12,00\u00a0€" in said
    assert "Autres espèces de la caisse hors de ces comptages 12,00\u00a0€" in said
    assert "Remis à la banque 24,00\u00a0€" in said
    assert stands(live_server, opened) == (before - 24_00, 0)


def test_more_than_the_book_says_is_said_too(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    balance, _ = stands(live_server, opened)
    count_all(mandataire, live_server, **{"piece-100": str(balance // 100 + 2)})
    assert stands(live_server, opened) == (balance, 2_00)
    assert "2,00\u00a0€ de plus que le solde" in box(mandataire, live_server)

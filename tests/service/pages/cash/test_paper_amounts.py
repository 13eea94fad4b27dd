"""Papers of the cash box are listed with their own amount, though they add nothing to the bank."""

from __future__ import annotations

import re

import httpx2

from projections import papers
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.visits import words
from tests.service.pages.cash.typed import coop_page, send_count


def test_a_slip_of_cash_shows_what_it_brought_in_the_list_on_its_page_and_in_its_campaign(
    live_server: LiveServer,
    office: httpx2.Client,
    mandataire: httpx2.Client,
    teacher: httpx2.Client,
    opened: OpenLedger,
) -> None:
    send_count(teacher, live_server, "901")
    assert office.post(coop_page(live_server, "/pieces")).status_code == 303
    (paper,) = [row for row in opened.read(papers.of_coop, live_server.world.coop_id) if "CE1-901" in row.printed]
    assert (paper.kind, paper.cents, paper.cash) == ("cash", 0, 12_00)
    campaign = f"{coop_page(live_server).partition('/coops/')[0]}/collectes/{live_server.world.campaign_id}/pieces"
    for page in (coop_page(live_server, "/pieces"), campaign):
        rows = re.findall(r"<tr role=\"row\">.*?</tr>", mandataire.get(page).text, re.DOTALL)
        (shown,) = [words(row) for row in rows if paper.reference in row]
        assert "12,00\u00a0€" in shown
    assert "Montant 12,00\u00a0€" in words(mandataire.get(coop_page(live_server, f"/pieces/{paper.position}")).text)

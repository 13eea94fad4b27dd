"""What belongs to an online account: statements of months, invoices that there are none of, bank accounts."""

from __future__ import annotations

import re
from html import unescape

from domain.money import parse_euros
from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, ApiServer
from tests.service.pages.payouts.conftest import Visits


def test_each_month_has_one_statement_with_its_closing_balance(api: ApiServer, visits: Visits) -> None:
    client, home = visits(MANDATAIRE), f"/{SLUG}/coops/{api.ids.coop_id}"
    shown = unescape(client.get(f"{home}/releves").text)
    months = re.findall(r"/exports/releves/(\d{4}-\d\d)/pdf", shown)
    amounts = [parse_euros(one) for one in re.findall(r'<a class="why"[^>]*>([^<]*)</a>', shown)]
    assert len(set(months)) == len(months) == len(amounts) > 2
    assert months == sorted(months, reverse=True)
    for month, cents in zip(months, amounts, strict=True):
        made = api.get(AUDITOR, f"/coops/{api.ids.coop_id}/statement.json", month=f"{month}-01")
        assert made["figures"][4]["value"] == cents
    assert client.get(f"{home}/exports/releves/{months[-1]}/xlsx").content.startswith(b"PK")


def test_the_platform_bills_nothing_and_says_so(api: ApiServer, visits: Visits) -> None:
    shown = unescape(visits(MANDATAIRE).get(f"/{SLUG}/coops/{api.ids.coop_id}/factures").text)
    assert "La plateforme ne facture rien à la coopérative" in shown


def test_bank_accounts_are_masked_and_say_how_far_they_are(api: ApiServer, visits: Visits) -> None:
    shown = unescape(visits(MANDATAIRE).get(f"/{SLUG}/coops/{api.ids.coop_id}/comptes-bancaires").text)
    assert re.search(r"FR\d\d •••• \d{4}</h2>", shown)
    assert not re.search(r"FR\d{12}", shown)
    assert "Confirmé par deux personnes" in shown
    assert "Compte certifié\u00a0: les virements y arrivent" in shown

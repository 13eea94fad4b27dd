"""Slips to cut off: numbered, without a name, with a code that leads to the campaign and the class alone."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
import typst
import zxingcpp
from PIL import Image

from reports.render import cash_pdf as renderer
from reports.render.fonts import fonts, paper_text
from reports.sheets.cash import DepositSlip, SlipSheet
from service.baskets.basket import from_bytes
from service.cash.typed_counts import LAST_NUMBER, next_slip_number
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.pdf_text import pages
from tests.service.pages.cash.typed import counting_page, send_count

_DOTS: Final = 150


def slips_page(live_server: LiveServer, below: str = "") -> str:
    """The page of slips of the teacher's class, or its file."""
    return counting_page(live_server).replace("/compter", f"/bordereaux{below}")


def slips(live_server: LiveServer, client: httpx2.Client, query: str = "") -> list[str]:
    """What each page of the file of slips says; the file is kept for people where they asked for pictures."""
    answer = client.get(slips_page(live_server, f".pdf{query}"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    if shots := os.environ.get("COOPLEDGER_SCREENSHOTS"):
        (Path(shots) / "slips.pdf").write_bytes(answer.content)
    return [" ".join(page.replace("\u00a0", " ").split()) for page in pages(answer.content)]


SHEET: Final = SlipSheet(
    name="bordereaux",
    title="Vie de classe",
    coop="Coop Jules FERRY",
    identification="Coopérative scolaire OCCE de l’école maternelle Jules FERRY - Cannes",
    class_label="CP A",
    class_mark="CPA",
    numbers=tuple(str(number) for number in range(1, 9)),
    tariffs=("Un enfant\u00a0: 12,00\u00a0€", "Soutien\u00a0: montant libre"),
    voluntary="Contribution volontaire\u00a0: aucun enfant n’est exclu.",
    link="https://collectes.example/ad06/contribuer/3f2a90b7-c1aa-4e1a-9d17-0123456789ab?classe=CPA",
    per_page=8,
    demo=False,
    produced_at=datetime(2026, 11, 30, 8, tzinfo=UTC),
)


def codes(sheet: SlipSheet) -> list[str]:
    """The links that another program reads from the first page, printed at 150 points an inch."""
    inputs = {"sheet": json.dumps(renderer._slips(sheet, paper_text))}
    made: Any = typst.compile(
        renderer._SLIPS.read_bytes(), format="png", font_paths=fonts(), sys_inputs=inputs, ppi=_DOTS
    )
    drawn = made[0] if isinstance(made, list) else made
    return [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)).convert("L"))]


def test_each_slip_has_its_number_and_says_that_no_child_is_left_out(
    live_server: LiveServer, teacher: httpx2.Client
) -> None:
    first, second = slips(live_server, teacher, "?nombre=10&premier=31")
    assert re.findall(r"CE1-(\d+)", first + second) == [str(number) for number in range(31, 41)]
    assert (first + second).count("aucun enfant n’est exclu") == 10
    assert (first + second).count("Nom de l’enfant") == 10
    assert "Un enfant : 12,00 €" in first


def test_the_slips_are_in_the_menu_where_the_cash_is(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    address = counting_page(live_server).replace("/compter", "/bordereaux")
    marked = re.findall(r'<a href="[^"]*" aria-current="[^"]+">(.*?)</a>', mandataire.get(address).text)
    assert [re.sub(r"<[^>]+>", "", one) for one in marked] == ["Espèces", "Paiements"]


def test_no_slip_names_anybody(live_server: LiveServer, teacher: httpx2.Client) -> None:
    live_server.world.pay("CE1")
    said = " ".join(slips(live_server, teacher)).upper()
    assert "MARDEGAN" not in said
    assert not re.search(r"DURAND|CAMILLE", said)


@pytest.mark.parametrize("per_page", [8, 6, 4])
def test_every_code_leads_to_the_campaign_with_the_class_alone(per_page: int) -> None:
    sheet = replace(SHEET, per_page=per_page)
    assert codes(sheet) == [SHEET.link] * per_page
    assert len(pages(renderer.slips_pdf(sheet))) == -(-8 // per_page)


def test_without_a_public_form_a_slip_has_no_code() -> None:
    assert codes(replace(SHEET, link="")) == []


def test_the_longest_titles_still_fit_on_one_page() -> None:
    long = replace(
        SHEET,
        title="Sortie de fin d’année au parc national du Mercantour avec nos correspondants de Turin, deux nuits",
        tariffs=("Un enfant qui part toute la semaine\u00a0: 12,00\u00a0€",) * 4,
    )
    (page,) = pages(renderer.slips_pdf(long))
    assert page.count("Nom de l’enfant") == 8


def test_the_next_slip_follows_the_last_one_that_was_counted(live_server: LiveServer, teacher: httpx2.Client) -> None:
    send_count(teacher, live_server, "871")
    assert 'value="872"' in teacher.get(slips_page(live_server)).text


@pytest.mark.parametrize(
    ("used", "following"),
    [
        ([], 1),
        (["54412894634489219961", "CE2-40", "CE10-7", "12"], 1),
        (["CE1-7", "CE1-201A", "CE1-54412894634489219961"], 202),
        (["CE1-1", "CE1-2", "CE1-9999"], 3),
    ],
    ids=["none yet", "of an import and of other classes", "with a letter", "the last number is taken"],
)
def test_the_number_that_is_proposed_is_the_class_s_own_and_can_be_printed(used: list[str], following: int) -> None:
    assert next_slip_number("CE1", used) == following
    assert following <= LAST_NUMBER


def test_a_slip_s_code_has_the_class_chosen_for_the_first_child(live_server: LiveServer) -> None:
    ledger = live_server.world.runtime.ledger(SLUG)
    address = f"/{SLUG}/contribuer/{live_server.world.campaign_id}"
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as family:
        page = family.get(f"{address}?classe=CE1").text
        assert "Classe CE1" in page
        assert '<input type="hidden" name="classe" value="CE1">' in page
        opened = family.post(f"{address}/panier", data={"classe": "CE1"})
        assert opened.status_code == 303
        kept = ledger.baskets.read(opened.headers["location"].rpartition("/")[2], live_server.world.now())
        assert kept is not None
        assert from_bytes(kept.content).children[0].answers == {"class": "CE1"}
        assert 'name="classe"' not in family.get(f"{address}?classe=<b>").text
        assert 'name="classe"' not in family.get(address).text


def test_what_goes_to_the_bank_with_the_cash_says_each_note_and_coin() -> None:
    slip = DepositSlip(
        name="remise",
        coop="Coop Jules FERRY",
        identification=SHEET.identification,
        slip="R-2026-1",
        deposited_on=date(2026, 11, 30),
        pieces=((2_000, 3), (200, 5), (1, 4)),
        counts=("CP A, Vie de classe, compté le 30 novembre 2026 à 12 h 17",),
        cents=70_04,
        demo=True,
        produced_at=SHEET.produced_at,
    )
    content = renderer.deposit_pdf(slip)
    if shots := os.environ.get("COOPLEDGER_SCREENSHOTS"):
        (Path(shots) / "deposit.pdf").write_bytes(content)
    (page,) = pages(content)
    said = " ".join(page.replace("\u00a0", " ").split())
    rows = ("20,00 € 3 60,00 €", "2,00 € 5 10,00 €", "0,01 € 4 0,04 €")
    for words in ("R-2026-1", "30 novembre 2026", *rows, "70,04 €"):
        assert words in said, words

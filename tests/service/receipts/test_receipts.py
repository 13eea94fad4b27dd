"""Receipts: by a link, asked for again, printed with a code that says what the ledger says today."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2
import pikepdf
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from structlog.testing import capture_logs

from adapters.people_vault import TokenPurpose
from service.family_links import RETURN_SECRET, return_token
from service.receipts import proof
from service.receipts.proof import PrintedReceipt, read_proof, write_proof
from tests.kit.api_server import SLUG
from tests.kit.browser import shoot
from tests.kit.email_world import PAYER, PERSONAL
from tests.kit.example_emails import read, subject
from tests.kit.live_server import FAR, LiveServer
from tests.kit.pdf_text import pages
from tests.kit.service_world import PRICE
from tests.kit.waiting import wait_until

PAST: Final = date(2020, 1, 1)
OFF: Final = "SET session_replication_role = replica; ALTER TABLE ad06.ledger_events DISABLE TRIGGER ALL"


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def receipt_link(live_server: LiveServer, contribution_id: UUID, until: date = FAR) -> str:
    """A link to a receipt as an e-mail would hold it."""
    return live_server.family_link(TokenPurpose.RECEIPT, contribution_id, until)


def pay(live_server: LiveServer, family: httpx2.Client, *classes: str) -> UUID:
    """Have a family pay, and the read models know it."""
    contribution_id = live_server.world.place_for(PAYER, *(classes or ("CP A",)))
    assert live_server.world.submit(live_server.world.page(contribution_id), "good") == "Paid"
    wait_until(lambda: family.get(receipt_link(live_server, contribution_id)).status_code == 200)
    return contribution_id


def paper(family: httpx2.Client, link: str) -> bytes:
    """The PDF behind a link to a receipt."""
    answer = family.get(f"{link}/attestation-de-paiement.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith('attachment; filename="attestation-de-paiement-')
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    return answer.content


def code(content: bytes) -> str:
    """Where the code on a receipt leads, without the host."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (url,) = {str(note["/A"]["/URI"]) for page in pdf.pages for note in page.get("/Annots", [])}
    return urlsplit(url).path


def spaces(text: str) -> str:
    """A text with plain spaces only."""
    return " ".join(text.replace("\u200b", "").replace("&nbsp;", " ").split())


def test_the_link_of_the_confirmation_letter_leads_to_the_receipt_and_its_pdf(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    pay(live_server, family, "CP A", "CE1")
    wait_until(lambda: live_server.link("attestation") is not None)
    link = live_server.link("attestation") or ""
    page = family.get(link)
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    for words in ("Vie de classe", "24,00 €", "1,92 €", "Télécharger le PDF", "ni une facture ni un reçu fiscal"):
        assert words in spaces(page.text), words
    assert [word for word in PERSONAL if word in page.text] == []
    said = spaces("".join(pages(paper(family, link))))
    for words in ("Zéphyrine QUATREBARBES", "Anatole QUATREBARBES", "Léontine QUATREBARBES", "Coop Jules Ferry"):
        assert words in said, words
    assert "sous le N° 174" in said
    assert "DONNÉES DE DÉMONSTRATION" in said


def test_the_confirmation_page_leads_there_once_something_is_paid(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    paid, unpaid = pay(live_server, family), live_server.world.place("CP A")
    answer = family.post(f"{live_server.address(paid)}/attestation")
    assert answer.status_code == 303
    assert family.get(answer.headers["location"]).status_code == 200
    tomorrow = live_server.world.now().date() + timedelta(days=1)
    assert abs((until_of(live_server, answer.headers["location"]) - tomorrow).days) <= 1
    unknown = uuid4()
    wait_until(lambda: family.get(receipt_link(live_server, unpaid)).status_code != 404)
    for status, about in ((409, unpaid), (404, unknown)):
        for refused in (
            family.post(f"{live_server.address(about)}/attestation"),
            family.get(receipt_link(live_server, about)),
        ):
            assert refused.status_code == status
            assert ("il n’y a pas d’attestation" in refused.text) == (about == unpaid)


def until_of(live_server: LiveServer, path: str) -> date:
    """The last day of a link to a receipt."""
    return live_server.world.context.tokens.find_old(path.rsplit("/", 1)[1], TokenPurpose.RECEIPT).until


def test_days_after_the_payment_the_page_of_a_contribution_leads_to_no_name_any_more(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    paid = pay(live_server, family)
    live_server.world.sandbox.pass_time(days=2)
    led = family.post(f"{live_server.address(paid)}/attestation").headers["location"]
    assert family.get(led).status_code == 410
    assert family.get(f"{led}/attestation-de-paiement.pdf").status_code == 410
    assert "Recevoir un nouveau lien" in family.get(led).text


def test_a_link_that_is_over_has_another_sent_to_the_payer_once_an_hour(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    over = receipt_link(live_server, pay(live_server, family), until=live_server.yesterday)
    for path in (over, f"{over}/attestation-de-paiement.pdf"):
        page = family.get(path)
        assert (page.status_code, "Recevoir un nouveau lien par e-mail" in page.text) == (410, True), path
    answers = [family.post(f"{over}/nouveau-lien") for _ in range(3)]
    nobody = receipt_link(live_server, live_server.world.place("CP A"), until=live_server.yesterday)
    answers.append(family.post(f"{nobody}/nouveau-lien"))
    assert {answer.status_code for answer in answers} == {303}
    shown = [family.get(answer.headers["location"]) for answer in answers]
    assert {page.status_code for page in shown} == {410}
    assert all("un nouveau lien part à cette adresse" in page.text for page in shown)
    wait_until(lambda: len(sent(live_server)) == 1)
    (letter,) = sent(live_server)
    assert read(letter)["To"] == PAYER.email
    assert family.get(live_server.link("attestation") or "").status_code == 200
    live_server.world.sandbox.pass_time(seconds=59 * 60)
    family.post(f"{over}/nouveau-lien")
    live_server.world.sandbox.pass_time(seconds=120)
    family.post(f"{over}/nouveau-lien")
    wait_until(lambda: len(sent(live_server)) == 2)
    kinds = [(row[0], row[1]) for row in live_server.world.tasks() if row[0] == "letter:receipt"]
    assert len(kinds) == 2
    assert live_server.world.worker.outbox.count().get("parked", 0) == 0


def sent(live_server: LiveServer) -> list[bytes]:
    """The e-mails that lead to a receipt and came of no event."""
    contents = [file.read_bytes() for file in live_server.letters.glob("*.eml")]
    return [content for content in contents if subject(content).startswith("Attestation de paiement")]


def test_a_form_of_another_site_has_no_letter_sent(live_server: LiveServer, family: httpx2.Client) -> None:
    over = receipt_link(live_server, pay(live_server, family), until=live_server.yesterday)
    assert family.post(f"{over}/nouveau-lien", headers={"Origin": "https://ailleurs.example"}).status_code == 403
    assert [row for row in live_server.world.tasks() if row[0] == "letter:receipt"] == []


def test_the_code_says_what_the_ledger_says_and_what_changed_since(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    live_server.world.certify()
    contribution_id = pay(live_server, family, "CP A", "CE1")
    link = receipt_link(live_server, contribution_id)
    path = code(paper(family, link))
    page = spaces(family.get(path).text)
    for words in (
        "Cette attestation est authentique",
        "Le registre dit aujourd’hui la même chose",
        "sous le N° 174",
        "Vie de classe",
        "24,00 €",
        "Paiement reçu",
    ):
        assert words in page, words
    assert hash_of_payment(live_server) in page
    live_server.world.refund(contribution_id, PRICE)
    live_server.world.sandbox.pass_time(seconds=5)
    wait_until(lambda: "RefundSettled" in live_server.world.kinds())
    wait_until(lambda: "Remboursement effectué" in family.get(path).text)
    changed = spaces(family.get(path).text)
    for words in (
        "Cette attestation est authentique",
        "Depuis, le registre a changé",
        "Remboursé en partie",
        "12,00 €",
    ):
        assert words in changed, words
    assert "la même chose" not in changed
    fresh = code(paper(family, link))
    assert fresh != path
    assert "Le registre dit aujourd’hui la même chose" in spaces(family.get(fresh).text)


def hash_of_payment(live_server: LiveServer) -> str:
    """The hash of the event of the payment, as the log holds it."""
    with psycopg.connect(live_server.database) as owner:
        query = "SELECT hash FROM ad06.ledger_events WHERE topic = 'campaign.payment_captured.1'"
        ((link,),) = owner.execute(query).fetchall()
    return bytes(link).hex()


def test_neither_page_nor_log_nor_address_names_anybody(live_server: LiveServer, family: httpx2.Client) -> None:
    with capture_logs() as logs:
        contribution_id = pay(live_server, family)
        link = receipt_link(live_server, contribution_id)
        path = code(paper(family, link))
        page = family.get(path)
        family.post(f"{receipt_link(live_server, contribution_id, until=live_server.yesterday)}/nouveau-lien")
        wait_until(lambda: len(sent(live_server)) == 1)
    assert [word for word in PERSONAL if word in page.text or word in link or word in path] == []
    told = str(logs)
    assert [word for word in (*PERSONAL, link.rsplit("/", 1)[1], path.rsplit("/", 1)[1]) if word in told] == []
    sealed = base64.urlsafe_b64decode(path.rsplit("/", 1)[1])
    assert [one for one in (contribution_id, live_server.world.campaign_id) if one.bytes in sealed] == []
    assert str(contribution_id) not in page.text


def forged(live_server: LiveServer, token: str) -> Iterator[str]:
    """Codes of no receipt: altered, made up, of another kind, sealed with another secret."""
    for place in (0, len(token) // 2, len(token) - 1):
        yield token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    secret = live_server.world.context.vault.secret(RETURN_SECRET)
    for purpose in TokenPurpose:
        yield live_server.family_link(purpose, uuid4()).rsplit("/", 1)[1]
        yield return_token(secret, purpose, "cs:1")
    printed = PrintedReceipt(live_server.world.campaign_id, uuid4(), date(2026, 7, 4), 12_00, 12_00, 5, bytes(10))
    yield write_proof(bytes(32), printed)
    yield hmac.new(secret, b"x", hashlib.sha256).hexdigest()
    yield from ("x", "é", "A" * 10_000, "=")


def test_a_made_up_code_or_a_link_for_something_else_proves_nothing(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    link = receipt_link(live_server, pay(live_server, family))
    path = code(paper(family, link))
    token = path.rsplit("/", 1)[1]
    for other in forged(live_server, token):
        answer = family.get(f"/{SLUG}/preuve/{other}")
        assert (answer.status_code, "aucune attestation que nous ayons délivrée" in answer.text) == (404, True), other
    assert family.get(f"/{SLUG}/attestation/{token}").status_code == 404
    assert family.get(f"/{SLUG}/preuve/{link.rsplit('/', 1)[1]}").status_code == 404


def test_a_code_is_good_for_ten_years(live_server: LiveServer, family: httpx2.Client) -> None:
    contribution_id = pay(live_server, family)
    secret = live_server.world.context.vault.secret(proof.SECRET)
    printed = read_proof(
        secret, code(paper(family, receipt_link(live_server, contribution_id))).rsplit("/", 1)[1], PAST
    )
    today = live_server.world.now().date()
    old, older = (printed._replace(issued_on=today.replace(year=today.year - 10) + timedelta(days=n)) for n in (1, -2))
    assert "est authentique" in family.get(f"/{SLUG}/preuve/{write_proof(secret, old)}").text
    over = family.get(f"/{SLUG}/preuve/{write_proof(secret, older)}")
    assert (over.status_code, "plus de dix ans" in over.text) == (410, True)


def test_a_ledger_that_was_rewritten_behind_its_chain_confirms_nothing(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    link = receipt_link(live_server, pay(live_server, family))
    path = code(paper(family, link))
    secret = live_server.world.context.vault.secret(proof.SECRET)
    printed = read_proof(secret, path.rsplit("/", 1)[1], PAST)
    for wrong in (printed._replace(kept=24_00), printed._replace(link=bytes(10)), printed._replace(position=10**9)):
        page = family.get(f"/{SLUG}/preuve/{write_proof(secret, wrong)}").text
        assert "Cette attestation n’est pas confirmée" in page, wrong
        assert "authentique" not in page
    with psycopg.connect(live_server.database) as owner:
        owner.execute(OFF)
        owner.execute(
            "UPDATE ad06.ledger_events SET state = replace(convert_from(state, 'UTF8'), '1200', '2400')::bytea"
            " WHERE topic = 'campaign.payment_captured.1'"
        )
    altered = family.get(path).text
    assert "Cette attestation n’est pas confirmée" in altered
    assert "n’est pas celui que la chaîne a scellé" in altered
    assert family.get(f"{link}/attestation-de-paiement.pdf").status_code == 500


def accessible(page: Page) -> None:
    """Nothing on a page keeps anybody out, and nothing sticks out of a telephone."""
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_a_parent_and_a_school_read_the_pages_on_a_telephone(
    telephone: BrowserContext, live_server: LiveServer, family: httpx2.Client
) -> None:
    live_server.world.certify()
    contribution_id = pay(live_server, family, "CP A", "CE1")
    link = receipt_link(live_server, contribution_id)
    path = code(paper(family, link))
    page = telephone.new_page()
    page.goto(link)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert download.value.suggested_filename.startswith("attestation-de-paiement-")
    shoot(page, "receipt")
    accessible(page)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette attestation est authentique")
    shoot(page, "proof")
    accessible(page)
    live_server.world.refund(contribution_id, PRICE)
    live_server.world.sandbox.pass_time(seconds=5)
    wait_until(lambda: "Remboursement effectué" in family.get(path).text)
    page.reload()
    shoot(page, "proof-changed")
    accessible(page)
    page.goto(link)
    shoot(page, "receipt-refunded")
    accessible(page)
    page.goto(receipt_link(live_server, contribution_id, until=live_server.yesterday))
    accessible(page)
    shoot(page, "receipt-over")
    page.get_by_role("button", name="Recevoir un nouveau lien par e-mail").click()
    expect(page.get_by_role("status")).to_contain_text("un nouveau lien part à cette adresse")
    shoot(page, "receipt-asked")
    accessible(page)


def test_a_receipt_that_is_given_is_written_into_the_trail_and_an_old_link_is_not(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    contribution_id = pay(live_server, family)
    paper(family, receipt_link(live_server, contribution_id))
    family.get(f"{receipt_link(live_server, contribution_id, PAST)}/attestation-de-paiement.pdf")
    (entry,) = live_server.world.runtime.trail.read(SLUG)
    assert (entry.kind, entry.actor, entry.subject_id) == ("names-read", None, contribution_id)
    assert entry.campaign_id == live_server.world.campaign_id

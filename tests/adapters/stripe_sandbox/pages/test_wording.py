"""Every page: French typography, the banner, the policy of content; nothing from elsewhere and nothing inline."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from adapters.stripe_sandbox.pages.handlers import MAX_FIELDS
from adapters.stripe_sandbox.pages.rendering import STATIC
from tests.adapters.stripe_sandbox.pages.merchant import ASKS, GOOD, POOR, Merchant

TYPED = {"number": ASKS, "expiry": "04/29", "cvc": "123", "name": "Camille Test"}
BANNER = "Banque de démonstration\u00a0: aucun argent réel"


def every_page(merchant: Merchant, visitor: TestClient) -> Iterator[tuple[str, str]]:
    """Visit each kind of page in each of its states; give a name and the markup."""
    session, kept, gone = merchant.session(), merchant.setup_session(), merchant.session()
    yield "open", visitor.get(f"/c/pay/{session}").text
    yield "setup", visitor.get(f"/c/pay/{kept}").text
    yield "mistake", visitor.post(f"/c/pay/{session}", data={}).text
    yield "declined", visitor.post(f"/c/pay/{session}", data=TYPED | {"number": POOR}).text
    question = visitor.post(f"/c/pay/{session}", data=TYPED).headers["location"]
    yield "question", visitor.get(question).text
    yield "left", visitor.get(f"{question}/quitter").text
    yield "waiting", visitor.get(f"/c/pay/{session}").text
    visitor.post(f"/c/pay/{session}", data=TYPED | {"number": GOOD})
    yield "paid", visitor.get(f"/c/pay/{session}").text
    certified = merchant.certified()
    link, new = merchant.link(certified), merchant.link(merchant.account("Coop Jean Macé"))
    yield "certified", visitor.get(link).text
    yield "uncertified", visitor.get(new).text
    yield "bank mistake", visitor.post(f"{new}/compte-bancaire", data={}).text
    merchant.payout(certified, 2400, "COOP 06 PO000001")
    merchant.payout(certified, 100, "COOP 06 PO000002", arrives=False)
    visitor.post(f"/operateur/paiements/{merchant.paid()}")
    merchant.refunded()
    yield "operator", visitor.get("/").text
    yield "statements", visitor.get("/banque").text
    yield "problem", visitor.post("/operateur/horloge", data={}).text
    merchant.pass_time(timedelta(days=2))
    yield "expired session", visitor.get(f"/c/pay/{gone}").text


def seen(markup: str) -> str:
    """Return the text that people see or hear, without what is told in English on purpose."""
    body = re.sub(r'<q lang="en">.*?</q>', "", markup.partition("<body>")[2])
    return html.unescape(re.sub(r"<[^>]*>", "\n", body))


def test_every_page_has_the_banner_and_french_typography(merchant: Merchant, visitor: TestClient) -> None:
    for name, markup in every_page(merchant, visitor):
        text = seen(markup)
        assert BANNER in text, name
        assert re.findall(r"['\"]", text) == [], name
        assert re.findall(r"[^\s\u00a0\u202f0-9][:;!?»]|« [^\u00a0]| [:;!?»€]", text) == [], name
        assert re.findall(r"\b(the|your|card|pay|none|true|false|pending|active|payout)\b", text.lower()) == [], name


def test_no_page_holds_a_script_or_an_inline_style(merchant: Merchant, visitor: TestClient) -> None:
    for name, markup in every_page(merchant, visitor):
        assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", markup) == [], name
        assert re.findall(r'(?:src|href)="(?:https?:)?//(?!shop\.example)', markup) == [], name


def test_every_page_has_one_heading_one_main_and_labelled_fields(merchant: Merchant, visitor: TestClient) -> None:
    for name, markup in every_page(merchant, visitor):
        assert (markup.count("<h1"), markup.count("<main"), markup.count('<html lang="fr">')) == (1, 1, 1), name
        for field in re.findall(r'<input id="([^"]+)"', markup):
            assert f'<label for="{field}">' in markup, (name, field)
        ids = re.findall(r'\sid="([^"]+)"', markup)
        assert len(ids) == len(set(ids)), name


def test_the_policy_allows_forms_to_lead_to_the_shop_and_nowhere_else(merchant: Merchant, visitor: TestClient) -> None:
    policy = visitor.get(f"/c/pay/{merchant.session()}").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://shop.example;" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "form-action 'self';" in visitor.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://a.example; script-src *", "/merci", "http://a b/"])
def test_an_address_cannot_widen_the_policy(merchant: Merchant, visitor: TestClient, address: str) -> None:
    policy = visitor.get(f"/c/pay/{merchant.session(success_url=address)}").headers["content-security-policy"]
    assert policy.count(";") == 5
    assert "script-src" not in policy
    assert "javascript" not in policy


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}],
)
def test_a_form_of_another_site_is_refused(merchant: Merchant, visitor: TestClient, headers: dict[str, str]) -> None:
    session = merchant.session()
    answer = visitor.post(f"/c/pay/{session}", data=TYPED | {"number": GOOD}, headers=headers)
    assert answer.status_code == 403
    assert merchant.sandbox.state.table("charge") == {}


def test_a_form_with_too_many_fields_is_refused(merchant: Merchant, visitor: TestClient) -> None:
    fields = {f"f{number}": "x" for number in range(MAX_FIELDS + 1)}
    answer = visitor.post(f"/c/pay/{merchant.session()}", data=fields)
    assert (answer.status_code, "Action impossible" in answer.text) == (400, True)


def test_the_stylesheet_is_served_and_loads_nothing(visitor: TestClient) -> None:
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', visitor.get("/").text)
    assert found is not None
    answer = visitor.get(found[1])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    css = Path(STATIC / "sandbox.css").read_text(encoding="utf-8")
    assert answer.text == css
    assert re.findall(r"@import|url\(", css) == []


def test_the_icon_is_served_and_holds_no_script(visitor: TestClient) -> None:
    found = re.search(r'<link rel="icon" href="([^"]+)"', visitor.get("/").text)
    assert found is not None
    answer = visitor.get(found[1])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "script" not in answer.text

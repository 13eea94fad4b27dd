"""The pages in the whole application: what the official SDK opens is finished by people, and the SDK sees it."""

from __future__ import annotations

from typing import Any, Final

import httpx2

from adapters.stripe_sandbox.bank.pages import FORMATS
from adapters.stripe_sandbox.testing import IBAN, SandboxServer
from tests.kit.stripe.sandbox_actions import CARDS, certified, new_account, open_session, paid, transfer

_TYPED: Final = {"expiry": "04/29", "cvc": "123", "name": "Camille Test"}


def send(sandbox: SandboxServer, address: str, **fields: str) -> str:
    """Send a form of a page, and return where it leads."""
    answer = httpx2.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].replace(sandbox.url, "")


def test_a_session_of_the_sdk_is_paid_on_its_page_after_the_bank_asked(sandbox: SandboxServer) -> None:
    session = open_session(sandbox, 2592, cancel_url="https://coop.example/panier")
    assert session.url is not None
    page = httpx2.get(session.url)
    assert "Payer 25,92\u00a0€" in page.text
    assert "form-action 'self' https://coop.example;" in page.headers["content-security-policy"]
    bank = send(sandbox, session.url, number=CARDS["always asks"], **_TYPED)
    address = send(sandbox, sandbox.url + bank, reponse="confirmer")
    assert address == f"https://coop.example/merci?session={session.id}"
    assert sandbox.stripe.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_an_account_of_the_sdk_is_certified_on_the_page_of_its_link(sandbox: SandboxServer) -> None:
    account = new_account(sandbox)
    use: Any = {"refresh_url": "https://coop.example/encore", "return_url": "https://coop.example/retour"}
    params: Any = {
        "account": account,
        "use_case": {"type": "account_onboarding", "account_onboarding": use},
    }
    link = sandbox.stripe.v2.core.account_links.create(params).url
    assert "Non commencée" in httpx2.get(link).text
    send(sandbox, f"{link}/compte-bancaire", iban=IBAN, holder="Coop Jules Ferry")
    for decision in ("give_document", "accept"):
        send(sandbox, f"{link}/decision", decision=decision)
    assert send(sandbox, f"{link}/terminer") == "https://coop.example/retour"
    found = sandbox.stripe.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]}).to_dict()
    balance = found["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    statuses = {name: capability["status"] for name, capability in balance.items()}
    assert statuses == {"payouts": "active", "stripe_transfers": "active"}
    external: Any = sandbox.stripe.v1.accounts.external_accounts.list(account)
    assert external.data[0].last4 == IBAN[-4:]


def test_a_payout_of_the_sdk_arrives_by_the_operator_and_is_in_every_file_of_the_bank(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    transfer(sandbox, paid(sandbox, 2000, "instant"), account, 2000)
    options: Any = {"stripe_account": account}
    wish: Any = {"amount": 2000, "currency": "eur", "statement_descriptor": "COOP 83 PO000001"}
    payout = sandbox.stripe.v1.payouts.create(wish, options)
    assert send(sandbox, f"{sandbox.url}/operateur/virements/{payout.id}", suite="arriver") == "/#virements"
    assert sandbox.stripe.v1.payouts.retrieve(payout.id, None, options).status == "paid"
    listing = httpx2.get(f"{sandbox.url}/banque").text
    for name in FORMATS:
        (address,) = [part.split('"')[0] for part in listing.split('href="') if part.split('"')[0].endswith(f"/{name}")]
        assert b"COOP 83 PO000001" in httpx2.get(sandbox.url + address).content, name


def test_the_clock_of_the_operator_is_the_one_of_the_api(sandbox: SandboxServer) -> None:
    charge = paid(sandbox, 2000)
    send(sandbox, f"{sandbox.url}/operateur/horloge", avance="jour")
    updated: Any = sandbox.stripe.v1.charges.retrieve(charge.id, {"expand": ["balance_transaction"]})
    assert updated.balance_transaction.fee == 55
    assert "0,55\u00a0€" in httpx2.get(sandbox.url).text

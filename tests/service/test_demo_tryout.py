"""The demonstration lets people try a payment, at a bank of its own, beside the guide's story."""

from __future__ import annotations

import base64

import pytest

from domain.accounts import Account
from domain.journal import postings
from service.demo.bank import DemoBank
from service.demo.tryout import open_tryout
from service.jobs.setup import open_workshop
from service.jobs.workshop import Workers
from service.runtime import Runtime
from service.settings import Settings
from tests.adapters.stripe_sandbox.serving import wait_until
from tests.service.serving import SLUG, Served, on_line


def test_a_school_to_try_paying_at_is_certified_and_its_basket_is_paid(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    bank = DemoBank(served.url, 0).start()
    with Runtime(Settings(secure_cookies=False), None, served.database_url) as runtime:
        workshop = open_workshop(runtime, bank.settings())
        assert workshop is not None
        tryout = open_tryout(workshop, bank, SLUG)
        office = workshop.office(SLUG)
        assert office.coop(tryout.coop_id).certified
        with on_line(runtime, workshop) as url:
            page = served.client.get(f"{url}/{SLUG}/contributions/{tryout.campaign_id}/{tryout.contribution_id}/payer")
            session = page.headers["location"].rpartition("/")[2]
            bank.control(f"/checkout/{session}/card", number="4242424242424242")
            workshop.sweep()
            workers = Workers(workshop, hands=2)
            wait_until(lambda: bool(office.campaign(tryout.campaign_id).contributions[tryout.contribution_id].payments))
            wait_until(lambda: _at_provider(runtime, tryout.coop_id) == 24_00)
            workers.close()
        assert workshop.outbox.count().get("parked", 0) == 0
        workshop.close()
    bank.close()


def _at_provider(runtime: Runtime, coop_id: object) -> int:
    """What lies on the coop's account at the provider, as the ledger says."""
    store = runtime.ledger(SLUG).ledger.store
    legs = [
        leg
        for fact in store.events(1, 10_000)
        if fact.coop_id == coop_id
        for leg in postings(fact.event)
        if leg.account is Account.PSP_COOP
    ]
    return sum(leg.debit - leg.credit for leg in legs)

"""The demonstration lets people try a payment, at a bank of its own, beside the guide's scenario."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from domain.chart_of_accounts import Account
from domain.journal import postings
from domain.rights.roles import Role
from service.bootstrap.worker import open_worker
from service.demo.bank import DemoBank
from service.demo.pages.guard import DemoGuard
from service.demo.site import contribution_page
from service.demo.tryout import fill_basket, open_tryout
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.threads import WorkerThreads
from tests.kit.api_server import SLUG, ApiServer, run_web_server
from tests.kit.members.sessions import MEMBER_COOKIE, new_member, open_session
from tests.kit.waiting import wait_until


def test_a_school_to_try_paying_at_is_certified_and_its_basket_is_paid(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    with Runtime(Settings(secure_cookies=False, data_dir=tmp_path), None, api.database_url) as runtime:
        bank = DemoBank(api.url, 0, DemoGuard(runtime)).start()
        worker = open_worker(runtime, bank.settings())
        assert worker is not None
        tryout = open_tryout(worker, bank, SLUG)
        fill_basket(worker, SLUG, tryout)
        context = worker.context(SLUG)
        assert context.coop(tryout.coop_id).certified
        with run_web_server(runtime, worker) as url:
            page = api.client.post(f"{url}{contribution_page(worker, tryout)}/payer")
            session = page.headers["location"].rpartition("/")[2]
            bank.control(f"/checkout/{session}/card", number="4242424242424242")
            worker.sweep()
            workers = WorkerThreads(worker, threads=2)
            wait_until(
                lambda: bool(context.campaign(tryout.campaign_id).contributions[tryout.contribution_id].payments)
            )
            wait_until(lambda: _at_provider(runtime, tryout.coop_id) == 24_00)
            wait_until(lambda: len(list(tmp_path.glob(f"outbox/{SLUG}/{tryout.coop_id}/*.eml"))) == 2)
            workers.close()
            _check_mail(url, runtime.ledger(SLUG), worker.now(), (tryout.coop_id, api.foreign_coop_id))
        assert worker.outbox.count().get("parked", 0) == 0
        worker.close()
        bank.close()


def _check_mail(url: str, opened: OpenLedger, now: datetime, coop_ids: tuple[UUID, UUID]) -> None:
    """Only the coop's mandate holder sees the e-mails written for it; the other coop's does not."""
    sessions = [open_session(opened, new_member(opened, Role.MANDATAIRE, coop_id), now) for coop_id in coop_ids]
    sessions.append(open_session(opened, new_member(opened, Role.AUDITOR), now))
    with httpx2.Client(base_url=url, headers={"Accept": "text/html"}) as visit:
        assert visit.get(f"/{SLUG}/courrier").headers["location"].endswith("/connexion?suite=%2Fad06%2Fcourrier")
        visit.cookies.set(MEMBER_COOKIE, sessions[0])
        page = visit.get(f"/{SLUG}/courrier").text
        assert "camille.essai@example.org" in page
        assert "cooperative@example.org" in page
        assert "25,92\u00a0€" in page
        visit.cookies.set(MEMBER_COOKIE, sessions[1])
        assert "camille" not in visit.get(f"/{SLUG}/courrier").text
        visit.cookies.set(MEMBER_COOKIE, sessions[2])
        assert visit.get(f"/{SLUG}/courrier").status_code == 403


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

"""Many parents pay at once while notifications come late, twice, in disorder or not at all: each is paid, once."""

from __future__ import annotations

import time
from collections import Counter

from benchmarks.parents import TIP, Desk, Parents
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred, PaymentCaptured, ProviderFeeCharged
from tests.kit.api_server import MANDATAIRE, SLUG, create_token
from tests.kit.live_server import LiveServer
from tests.kit.service_world import PRICE

PARENTS = 20


def _quiet(online: LiveServer) -> bool:
    """Whether nothing waits that is due, and the last fact came to the ledger."""
    worker, kinds = online.town.worker, Counter(map(type, online.town.events()))
    expected = (kinds[PaymentCaptured], kinds[ProviderFeeCharged], kinds[FundsTransferred])
    due = worker.inbox.due(worker.now()), worker.outbox.due(worker.now())
    return min(expected) >= PARENTS and not any(due)


def _wait_for_quiet(online: LiveServer) -> None:
    """Let the workers do their work, on however busy a machine."""
    end = time.monotonic() + 60
    while not _quiet(online):
        assert time.monotonic() < end, Counter(online.town.kinds())
        time.sleep(0.05)


def test_of_many_parents_who_pay_at_once_none_is_lost_and_none_pays_twice(online: LiveServer) -> None:
    town = online.town
    account = town.certify()
    town.sandbox.do("/chaos", max_delay=2, duplicate_rate=0.3, shuffle=True, drop_rate=0.1)
    token = create_token(online.database, MANDATAIRE, town.coop_id)
    desk = Desk(online.url, town.sandbox.url, SLUG, town.coop_id, town.campaign_id, token)
    parents = Parents(desk, "many")
    baskets = parents.open_pages(PARENTS)
    assert len(parents.pay(baskets)) == PARENTS
    town.sandbox.pass_time(seconds=90)
    town.worker.sweep()
    _wait_for_quiet(online)
    captured = [event for event in town.events() if isinstance(event, PaymentCaptured)]
    assert Counter(event.contribution_id for event in captured) == {one.contribution_id: 1 for one in baskets}
    assert all((event.cents, event.tip_cents) == (PRICE, TIP) for event in captured)
    moved = Counter(event.contribution_id for event in town.events() if isinstance(event, FundsTransferred))
    assert moved == {one.contribution_id: 1 for one in baskets}
    made = town.sandbox.sandbox.state
    assert len(made.table("transfer")) == PARENTS
    assert len([one for one in made.table("charge").values() if one["id"].startswith("ch_")]) == PARENTS
    assert town.balance(Account.PSP_COOP) == town.worker.provider.balance(account).total == PARENTS * PRICE
    town.check_money()

"""Many parents pay at once while webhooks come late, twice, in disorder or not at all: each is paid, once."""

from __future__ import annotations

from collections import Counter

from benchmarks.load.parents import TIP, Parents, PaymentSite
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred, PaymentCaptured, ProviderFeeCharged
from tests.kit.api_server import MANDATAIRE, SLUG, create_token
from tests.kit.live_server import LiveServer
from tests.kit.service_world import PRICE
from tests.kit.waiting import wait_for

PARENTS = 20


def _quiet(live_server: LiveServer) -> bool:
    """Whether nothing waits that is due, and the last fact came to the ledger."""
    worker, kinds = live_server.world.worker, Counter(map(type, live_server.world.events()))
    expected = (kinds[PaymentCaptured], kinds[ProviderFeeCharged], kinds[FundsTransferred])
    due = worker.inbox.due(worker.now()), worker.outbox.due(worker.now())
    return min(expected) >= PARENTS and not any(due)


def _wait_for_quiet(live_server: LiveServer) -> None:
    """Let the workers do their work, on however busy a machine."""
    wait_for(
        lambda: (_quiet(live_server), Counter(live_server.world.kinds())), lambda seen: seen[0], seconds=60, pause=0.05
    )


def test_of_many_parents_who_pay_at_once_none_is_lost_and_none_pays_twice(live_server: LiveServer) -> None:
    world = live_server.world
    account = world.certify()
    world.sandbox.do("/chaos", max_delay=2, duplicate_rate=0.3, shuffle=True, drop_rate=0.1)
    token = create_token(live_server.database, MANDATAIRE, world.coop_id)
    site = PaymentSite(live_server.url, world.sandbox.url, SLUG, world.coop_id, world.campaign_id, token)
    parents = Parents(site, "many")
    baskets = parents.open_pages(PARENTS)
    assert len(parents.pay(baskets)) == PARENTS
    world.sandbox.pass_time(seconds=90)
    world.worker.sweep()
    _wait_for_quiet(live_server)
    captured = [event for event in world.events() if isinstance(event, PaymentCaptured)]
    assert Counter(event.contribution_id for event in captured) == {one.contribution_id: 1 for one in baskets}
    assert all((event.cents, event.tip_cents) == (PRICE, TIP) for event in captured)
    moved = Counter(event.contribution_id for event in world.events() if isinstance(event, FundsTransferred))
    assert moved == {one.contribution_id: 1 for one in baskets}
    made = world.sandbox.sandbox.state
    assert len(made.table("transfer")) == PARENTS
    assert len([one for one in made.table("charge").values() if one["id"].startswith("ch_")]) == PARENTS
    assert world.balance(Account.PSP_COOP) == world.worker.provider.balance(account).total == PARENTS * PRICE
    world.check_money()

"""A coop whose one payout brings two campaigns, a refund, a dispute and the platform's advance with its recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import httpx2
import psycopg
import pytest

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.coop.debts import SettleDebt
from domain.papers.fold.book import papers_asked
from domain.papers.issue import issue_command
from projections.base.read_model import set_schema
from projections.engine.runner import tracked
from tests.kit.api_server import SLUG, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.kit.waiting import wait_until
from tests.projections.history import PRICE, SIBLING, History
from tests.projections.projected_ledger import append, connect

Visits = Callable[[str], httpx2.Client]
REFUNDED: Final = 5_00
SMALL: Final = 10_00


class PaidOut(NamedTuple):
    """The coop, its campaigns, and its payouts: one that arrived before, the one that is explained, one on its way."""

    coop_id: UUID
    first: UUID
    second: UUID
    before: UUID
    explained: UUID
    on_its_way: UUID
    cents: int


def play(last: int) -> tuple[History, PaidOut]:
    """Play a season that ends with such a payout, after the last position of a log; its papers are issued."""
    history = History(19)
    history.forget()
    history.position = last
    history.now = datetime.now(UTC) - timedelta(days=40)
    coop_id = history.coop("Coop des Figuiers")
    valid = (paris_date(history.now) - timedelta(days=400), paris_date(history.now) + timedelta(days=400))
    first = history.campaign(coop_id, "Vie de classe", valid=valid)
    second = history.campaign(coop_id, "Classe de mer", valid=valid)
    lost = history.place(first, "CP")
    payment = history.pay(first, lost)
    before = history.payout(coop_id, history.available(coop_id))
    history.wait(days=2)
    history.arrive(coop_id, before, PRICE, paris_date(history.now))
    # The bank takes back what was paid out: the account is below zero, and the platform advances it.
    history.dispute(first, payment, PRICE)
    history.do(SettleDebt, coop_id, move_id=history.id())
    history.tell(first, lost, ["lose"])
    history.wait(days=3)
    siblings = history.place(first, "CP", "CE1")
    history.pay(first, siblings)
    history.pay(second, history.place(second, "CM1"))
    others = history.place(second, "CM2", "CE1")
    contested = history.pay(second, others)
    history.settle_refund(first, history.refund(first, siblings, REFUNDED))
    history.dispute(second, contested, SIBLING)
    history.do(SettleDebt, coop_id, move_id=history.id())
    history.wait(days=1)
    cents = history.available(coop_id)
    explained = history.payout(coop_id, cents)
    history.wait(days=2)
    history.arrive(coop_id, explained, cents, paris_date(history.now))
    _issue(history, coop_id)
    history.pay(second, history.place(second, "CM1"))
    on_its_way = history.payout(coop_id, SMALL)
    return history, PaidOut(coop_id, first, second, before, explained, on_its_way, cents)


def _issue(history: History, coop_id: UUID) -> None:
    """Issue what a coop's events ask for, as the worker does."""
    coop = history.registered(coop_id)
    for drafted in list(papers_asked((fact for fact in history.facts if fact.coop_id == coop_id), "AD 06")):
        for event in issue_command(drafted, coop_id, Stamp(at=history.now, by="system:papers")).decide(coop):
            history.append(coop, event)


@pytest.fixture(scope="module")
def paid_out(api: ApiServer) -> PaidOut:
    """The coop, in the log of the service."""
    with connect(api.database_url) as connection:
        set_schema(connection, f"{SLUG}_read")
        history, made = play(tracked(connection))
        append(api.database_url, history.facts, SLUG)
        with psycopg.connect(api.database_url) as owner:
            owner.execute("UPDATE ad06.ledger_head SET position = %s", (history.position,))
        wait_until(lambda: tracked(connection) == history.position, seconds=30)
    return made


@pytest.fixture(scope="module")
def visits(api: ApiServer) -> Iterator[Visits]:
    """Sign somebody in by role, and return the browser."""
    with ExitStack() as opened:

        def visit(who: str) -> httpx2.Client:
            cookies = {MEMBER_COOKIE: api.session(who)}
            headers = {"Accept": "text/html", "Origin": api.url}
            return opened.enter_context(httpx2.Client(base_url=api.url, cookies=cookies, headers=headers, timeout=60))

        yield visit

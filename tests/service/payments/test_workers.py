"""The threads of a running service: what they do by themselves, without anybody asking."""

from __future__ import annotations

import time
from collections.abc import Callable

from domain.reconciliation.expected import PLATFORM
from service.jobs.workshop import Workers
from service.reconciliation.crawl import Crawler
from tests.service.payments.town import Town


def wait_for(happened: Callable[[], bool]) -> bool:
    """Tell whether something happens within half a minute."""
    ends = time.monotonic() + 30
    while not happened() and time.monotonic() < ends:
        time.sleep(0.05)
    return happened()


def test_workers_hear_what_happened_before_they_came_and_compare_it_with_the_provider(town: Town) -> None:
    town.certify()
    assert town.submit(town.page(town.place("CP A"))) == "Paid"
    town.sandbox.pass_time(seconds=3)
    workers = Workers(town.workshop, hands=2)
    try:
        assert wait_for(lambda: "FundsTransferred" in town.kinds())
        with Crawler(town.workshop) as crawler:
            assert wait_for(lambda: bool(crawler.book.crawls(PLATFORM, 1)))
            assert not crawler.due(town.now())
    finally:
        workers.close()
    town.check_money()

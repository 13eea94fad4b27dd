"""A school of three hundred families behind one address meets no limit on requests: as many as families really send."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from service.http.bounds.network_use import QUICK_BURST, NetworkUse
from service.settings import Settings
from tests.hostile.deployment import Deployment
from tests.hostile.visitors import Answer, Family, Visitor
from tests.service.http.bounds.test_network_use import Clock
from tests.service.pages.families.basket_forms import address
from tests.service.rate_limits.test_school import SCHOOL, arrivals

FAMILIES: Final = 300
STEP: Final = timedelta(seconds=4)
"""Between two pages; with it the last family is done within the quarter of an hour."""
_LOADED: Final = re.compile(r'(?:src|href|data-follow)="([^"]*(?:/static/|/flux)[^"]*)"')
"""What a browser asks for by itself: files of pages, pictures, the stream that a page follows."""


class Browser(Visitor):
    """A visitor that loads what pages are made of, each file once, and counts what it asks for page by page."""

    sent: list[int]
    had: set[str]

    async def ask(self, method: str, path: str, *args: object, **more: object) -> Answer:
        """Send one request, then those of what its answer shows."""
        answer = await super().ask(method, path, *args, **more)  # type: ignore[arg-type] # passed on as given
        wanted = set(_LOADED.findall(answer.body)) - self.had
        for file in wanted:
            if not file.endswith("/flux"):  # a stream is one request, and does not end
                assert (await super().ask("GET", file)).status == 200
        self.had.update(wanted)
        self.sent.append(1 + len(wanted))
        return answer


def requests_of_a_family(service: Deployment) -> list[int]:
    """Have one family pay for the first time; how many requests each page and form of its way takes."""
    browser = Browser(*service.visitor(150))
    browser.sent, browser.had = [], set()

    async def pay() -> None:
        family = Family(browser, address(service.live))
        paying = await family.pay(await family.fill_in())
        session = paying.location.rsplit("/", 1)[1]
        known = service.live.world.sandbox.stripe.v1.checkout.sessions.retrieve(session)
        back = await browser.get(urlsplit(str(known.cancel_url)).path)
        assert back.status in {200, 303}
        after = await browser.get(urlsplit(str(known.success_url)).path)
        assert after.status in {200, 303}
        if after.status == 303:
            assert (await browser.get(after.location)).status == 200

    asyncio.run(pay())
    return browser.sent


def test_three_hundred_families_who_pay_in_a_quarter_of_an_hour_meet_no_limit_on_requests(service: Deployment) -> None:
    sent = requests_of_a_family(service)
    assert len(sent) >= 15
    assert len(sent) + 3 <= sum(sent) <= QUICK_BURST, "a family at home waits for nobody"
    clock = Clock()
    use = NetworkUse(Settings().network_burst, Settings().network_per_second, clock=clock)
    steps = sorted((begun + STEP * number, count) for begun in arrivals(FAMILIES) for number, count in enumerate(sent))
    assert steps[-1][0] < timedelta(minutes=15)
    began, waits = clock.now, list[float]()
    for at, count in steps:
        clock.now = began + at.total_seconds()
        waits += [use.take(SCHOOL).wait for _ in range(count)]
    assert len(waits) == FAMILIES * sum(sent)
    assert set(waits) == {0.0}

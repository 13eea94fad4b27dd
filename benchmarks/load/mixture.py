"""What a school's season asks in a second, at a fixed pace: programs, readers, and families who pay by card."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any, Final, TypeVar
from uuid import uuid4

import httpx2

from benchmarks.deployment.site import PROXY, Site
from benchmarks.load.baskets import FORM, fill_basket, home, last_form
from benchmarks.load.pages import Herd
from benchmarks.load.parents import CARD
from tests.kit.service_world import SLUG, ServiceWorld

T = TypeVar("T")
_AT_ONCE: Final = 32
_PATIENCE: Final = 60.0
_KEPT: Final = 2.0
"""Seconds that a connection is kept without a request: less than the server does, who might close it just then."""
_OPEN, _CLOSED = 10.0, 5.0
"""Seconds that pages stay open, and that there are none."""
Act = Callable[[ServiceWorld], Coroutine[Any, Any, None]]


def spread(kinds: Mapping[T, int]) -> list[T]:
    """Mix things, each as often as it is to come: as evenly as can be, and always in the same order."""
    numbered = enumerate(kinds.items())
    places = [((rank + 0.5) / times, number, kind) for number, (kind, times) in numbered for rank in range(times)]
    return [kind for _, _, kind in sorted(places, key=lambda place: place[:2])]


class Mixture:
    """The visitors of several campaigns of one coop, over connections that they keep."""

    def __init__(self, site: Site, body: str) -> None:
        """Prepare them; ``body`` is a contribution as a program sends it."""
        self._site, self._body, self._homes = site, body, count()
        limits = httpx2.Limits(max_connections=_AT_ONCE, keepalive_expiry=_KEPT)
        self._programs = httpx2.AsyncClient(base_url=site.place.service, timeout=_PATIENCE, limits=limits)
        proxy = httpx2.AsyncHTTPTransport(local_address=PROXY, limits=limits)
        self._families = httpx2.AsyncClient(base_url=site.place.service, timeout=_PATIENCE, transport=proxy)
        self._bank = httpx2.AsyncClient(base_url=site.place.sandbox, timeout=_PATIENCE, limits=limits)
        self.answered = 0

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._programs, self._families, self._bank):
            await client.aclose()

    async def run(self, worlds: Sequence[ServiceWorld], seconds: float) -> None:
        """Ask for so long, a second's acts spread over each second, whether earlier ones are answered or not."""
        acts, loop = self._second(), asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as under_way:
            for number in range(int(seconds * len(acts))):
                await asyncio.sleep(begun + number / len(acts) - loop.time())
                world = worlds[number // len(acts) % len(worlds)]
                under_way.create_task(acts[number % len(acts)](world))

    async def pay_in_each(self, worlds: Sequence[ServiceWorld]) -> None:
        """Have a program read each campaign, and a family pay in it, a few at a time."""
        places = asyncio.Semaphore(_AT_ONCE // 4)

        async def visit(world: ServiceWorld) -> None:
            async with places:
                await self._campaign(world)
                await self._family(world)

        await asyncio.gather(*map(visit, worlds))

    def _second(self) -> list[Act]:
        """The acts of a second, mixed: 28, of which one is three requests and a card."""
        kinds: dict[Act, int] = {
            self._contribution: 8,
            self._campaign: 5,
            self._campaign_balance: 4,
            self._coop_balance: 3,
            self._report: 3,
            self._page: 4,
            self._family: 1,
        }
        return spread(kinds)

    async def _contribution(self, world: ServiceWorld) -> None:
        path = f"/api/v1/{SLUG}/coops/{world.coop_id}/campaigns/{world.campaign_id}/contributions"
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        answer = await self._programs.post(path, content=self._body, headers=self._site.authorization | headers)
        self._note(answer, 201)

    async def _campaign(self, world: ServiceWorld) -> None:
        await self._read(f"/campaigns/{world.campaign_id}")

    async def _campaign_balance(self, world: ServiceWorld) -> None:
        await self._read(f"/campaigns/{world.campaign_id}/balance")

    async def _coop_balance(self, world: ServiceWorld) -> None:
        await self._read(f"/coops/{world.coop_id}/balance")

    async def _report(self, world: ServiceWorld) -> None:
        await self._read(f"/campaigns/{world.campaign_id}/class-balance.json")

    async def _read(self, path: str) -> None:
        self._note(await self._programs.get(f"/api/v1/{SLUG}{path}", headers=self._site.authorization), 200)

    async def _page(self, world: ServiceWorld) -> None:
        self._note(await self._programs.get(f"/{SLUG}/contribuer/{world.campaign_id}"), 200)

    async def _family(self, world: ServiceWorld) -> None:
        """A family reads its last page, presses « Payer » and types its card."""
        page = await asyncio.to_thread(fill_basket, world)
        from_home = home(next(self._homes))
        shown = self._note(await self._families.get(page, headers=from_home), 200)
        sent = await self._families.post(page, content=last_form(shown.text), headers=FORM | from_home)
        session = self._note(sent, 303).headers["location"].rsplit("/", 1)[1]
        paid = await self._bank.post(f"/_sandbox/checkout/{session}/card", json={"number": CARD})
        assert self._note(paid, 200).json()["outcome"] == "Paid"

    def _note(self, answer: httpx2.Response, status: int) -> httpx2.Response:
        """Count an answer.

        Raises:
            RuntimeError: it has another status: nothing that is measured then would mean anything.
        """
        if answer.status_code != status:
            raise RuntimeError(f"{answer.request.url.path}: {answer.status_code} and not {status}: {answer.text[:200]}")
        self.answered += 1
        return answer


@contextmanager
def coming_and_going(open_some: Callable[[], AbstractContextManager[Herd]]) -> Iterator[None]:
    """Have pages opened, and closed again a while later, for as long as this lasts."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            with open_some():
                over.wait(_OPEN)
            over.wait(_CLOSED)

    with ThreadPoolExecutor(1) as threads:
        watched = threads.submit(watch)
        try:
            yield
        finally:
            over.set()
        watched.result()

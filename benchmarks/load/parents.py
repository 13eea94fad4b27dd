"""Parents who pay all at once: each has a basket, opens its page and types a card; every request has its own key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar
from uuid import UUID

import httpx2

T = TypeVar("T")
CARD: Final = "4242424242424242"
TIP: Final = 96
_AT_ONCE: Final = 32
"""Connections that all parents share: what one machine's line would carry."""
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class PaymentSite:
    """Where parents pay: the service and the sandbox, and the campaign that a mandataire's token may fill."""

    service: str
    sandbox: str
    association: str
    coop_id: UUID
    campaign_id: UUID
    token: str

    def at(self, service: str) -> PaymentSite:
        """The same where another web server of the service answers."""
        return replace(self, service=service)


@dataclass(frozen=True)
class Basket:
    """A basket with its payment page, as a parent holds it."""

    contribution_id: UUID
    session: str


@dataclass(frozen=True)
class Payment:
    """A card that was accepted: when it was typed and when the page answered, in seconds since 1970."""

    basket: Basket
    submitted: float
    answered: float


class Parents:
    """Parents at one site."""

    def __init__(self, site: PaymentSite, name: str) -> None:
        """Remember the site; ``name`` makes the keys of this group its own."""
        self._site = site
        self._name = name
        self._campaign = f"/api/v1/{site.association}/coops/{site.coop_id}/campaigns/{site.campaign_id}"

    def open_pages(self, parents: int) -> list[Basket]:
        """Have so many parents place a basket and open its page, all at once."""
        return self._all(self._site.service, self._open_page, range(parents))

    def pay(self, baskets: Sequence[Basket]) -> list[Payment]:
        """Have them all type their card at once."""
        return self._all(self._site.sandbox, self._type_card, baskets)

    def pay_steadily(self, baskets: Sequence[Basket], per_second: float) -> list[Payment]:
        """Have them type their card one after the other, so many a second, whether earlier ones are through or not."""

        async def in_turn(client: httpx2.AsyncClient, numbered: tuple[int, Basket]) -> Payment:
            await asyncio.sleep(numbered[0] / per_second)
            return await self._type_card(client, numbered[1])

        return self._all(self._site.sandbox, in_turn, list(enumerate(baskets)))

    def _all(
        self, url: str, act: Callable[[httpx2.AsyncClient, Any], Awaitable[T]], those: Sequence[object]
    ) -> list[T]:
        async def together() -> list[T]:
            limits = httpx2.Limits(max_connections=_AT_ONCE)
            async with httpx2.AsyncClient(base_url=url, timeout=_PATIENCE, limits=limits) as client:
                return list(await asyncio.gather(*(act(client, one) for one in those)))

        return asyncio.run(together())

    async def _open_page(self, client: httpx2.AsyncClient, number: int) -> Basket:
        child = {"first_name": f"Enfant {number}", "last_name": "Essai", "class_label": "CP A", "tariff_id": "t1"}
        payer = {"first_name": f"Parent {number}", "last_name": "Essai", "email": f"p{number}@famille.example"}
        basket = {"payer": payer, "children": [child], "tip_cents": TIP, "terms_version": "1"}
        placed = await self._ask(client, f"{self._campaign}/contributions", f"basket-{number}", basket)
        contribution_id = UUID(placed["ids"]["contribution_id"])
        page = await self._ask(
            client, f"{self._campaign}/contributions/{contribution_id}/checkout", f"page-{number}", None
        )
        return Basket(contribution_id, page["url"].rsplit("/", 1)[1])

    async def _ask(self, client: httpx2.AsyncClient, path: str, key: str, body: object) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._site.token}", "Idempotency-Key": f"{self._name}-{key}"}
        answer = await client.post(path, json=body, headers=headers)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    @staticmethod
    async def _type_card(client: httpx2.AsyncClient, basket: Basket) -> Payment:
        submitted = time.time()
        answer = await client.post(f"/_sandbox/checkout/{basket.session}/card", json={"number": CARD})
        assert answer.raise_for_status().json()["outcome"] == "Paid"
        return Payment(basket, submitted, time.time())

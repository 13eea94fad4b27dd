"""Sixteen who mean harm, run as a program beside the families: ``python -m tests.hostile.attackers`` with a target.

The target is JSON on the first line of the input. They say when each was answered once, go on until the input ends,
and then say how often they were answered what.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from tests.hostile.visitors import Visitor, read_head, request

ATTACKERS: Final = 16
_HELD: Final = 20
"""Streams that one attacker keeps open at a time."""
_PATHS: Final = ("paniers", "contributions", "attestation", "echeances", "retour")
"""Where tokens are searched for."""


class Target(msgspec.Struct, frozen=True):
    """What is attacked: a door, an association, a basket with the form that costs most, and a page with a stream."""

    port: int
    host: str
    association: str
    basket: str
    form: dict[str, str]
    stream: str
    networks: int
    """Where they come from: one network for all, or one for each."""
    known: int
    """After how many answers to all of them together the attack counts as begun."""


class Attack:
    """What the attackers do, each in turn of another kind, and the statuses that they are answered with."""

    def __init__(self, target: Target) -> None:
        """Aim at a target."""
        self.target = target
        self.statuses: Counter[str] = Counter()
        self.begun = asyncio.Event()
        """Set when they were answered as often as was asked for."""
        self._held: list[asyncio.StreamWriter] = []

    async def run(self, ended: asyncio.Event) -> None:
        """Go on until told that it is over."""
        kinds: tuple[Callable[[Visitor], Awaitable[None]], ...] = (self._send_form, self._guess, self._open_stream)

        async def one(number: int) -> None:
            visitor = Visitor((self.target.host, self.target.port), f"127.1.9.{number % self.target.networks + 1}")
            while not ended.is_set():
                await kinds[number % len(kinds)](visitor)

        await asyncio.gather(*(one(number) for number in range(ATTACKERS)))

    async def _send_form(self, visitor: Visitor) -> None:
        page = f"{self.target.basket}/informations"
        await self._count("form", (await visitor.ask("POST", page, self.target.form, multipart=True)).status)
        await self._count("form", (await visitor.get(f"{page}?verifier")).status)

    async def _guess(self, visitor: Visitor) -> None:
        for path in _PATHS:
            answer = await visitor.get(f"/{self.target.association}/{path}/{secrets.token_urlsafe(32)}")
            await self._count("token", answer.status)

    async def _open_stream(self, visitor: Visitor) -> None:
        reader, writer = await visitor.begin(request("GET", self.target.stream))
        await self._count("stream", (await read_head(reader)).status)
        self._held.append(writer)
        if len(self._held) > _HELD * ATTACKERS // 3:
            self._held.pop(0).close()

    async def _count(self, kind: str, status: int) -> None:
        """Note an answer."""
        self.statuses[f"{kind} {status}"] += 1
        if self.statuses.total() >= self.target.known:
            self.begun.set()


async def main() -> None:
    """Attack what the first line names until the input ends."""
    attack, ended = Attack(msgspec.json.decode(sys.stdin.readline(), type=Target)), asyncio.Event()
    under_way = asyncio.create_task(attack.run(ended))
    begun = asyncio.create_task(attack.begun.wait())
    await asyncio.wait({begun, under_way}, return_when=asyncio.FIRST_COMPLETED)
    if under_way.done():
        await under_way
    print("attacking", flush=True)  # noqa: T201 - who waits for it reads this
    await asyncio.to_thread(sys.stdin.read)
    ended.set()
    await under_way
    print(msgspec.json.encode(dict(attack.statuses)).decode())  # noqa: T201 - what it is asked for


if __name__ == "__main__":
    asyncio.run(main())

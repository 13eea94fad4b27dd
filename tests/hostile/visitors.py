"""Visitors of the proxy or of the service itself, each at an address of this machine; a connection for each request."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

HOST: Final = "coop.example"
"""The name under which the service is reached."""
Door = tuple[str, int]
"""An address and a port where visitors knock."""
T = TypeVar("T")
_PATIENCE: Final = 60.0
_BOUNDARY: Final = "boundary"
_MULTIPART: Final = f"multipart/form-data; boundary={_BOUNDARY}"
_URLENCODED: Final = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """What came back: a status, headers in lower case, and the body."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        """Where the answer leads."""
        return self.headers["location"]


class Visitor(NamedTuple):
    """Somebody at an address of this machine, who asks at a door."""

    door: Door
    source: str

    async def begin(self, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send something on it."""
        reader, writer = await asyncio.open_connection(*self.door, local_addr=(self.source, 0), limit=1 << 20)
        writer.write(sent)
        return reader, writer

    async def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        host: str = HOST,
        headers: Mapping[str, str] | None = None,
        multipart: bool = False,
    ) -> Answer:
        """Send one request and read its whole answer."""
        reader, writer = await self.begin(request(method, path, form, host=host, headers=headers, multipart=multipart))
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await read_head(reader)
                return answer._replace(body=(await reader.read()).decode("utf-8", "replace"))
        finally:
            writer.close()

    async def get(self, path: str) -> Answer:
        """Ask for a page."""
        return await self.ask("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        """Send a form."""
        return await self.ask("POST", path, form)


def request(
    method: str,
    path: str,
    form: Mapping[str, str] | None = None,
    *,
    host: str = HOST,
    headers: Mapping[str, str] | None = None,
    multipart: bool = False,
) -> bytes:
    """Return a request as it is sent; ``multipart`` as from a page where files can be given."""
    body, kind = (_parts(form or {}), _MULTIPART) if multipart else (urlencode(form or {}).encode(), _URLENCODED)
    given = {"Host": host, "Accept": "text/html", "Connection": "close", **(headers or {})}
    if method == "POST":
        given |= {"Content-Type": kind, "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _parts(form: Mapping[str, str]) -> bytes:
    """Write a form as browsers do where files can be given."""
    parts = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    return "".join([*parts, f"--{_BOUNDARY}--\r\n"]).encode()


async def read_head(reader: asyncio.StreamReader) -> Answer:
    """Read the status and the headers of an answer; its body is still to come."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return Answer(int(status.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, "")


async def at_once(work: Iterable[Coroutine[Any, Any, T]], most: int) -> list[T]:
    """Await many, not more than so many of them at one time, and return what they gave, in order."""
    places = asyncio.Semaphore(most)

    async def one(todo: Coroutine[Any, Any, T]) -> T:
        async with places:
            return await todo

    return await asyncio.gather(*(one(todo) for todo in work))


class Family(NamedTuple):
    """A family that fills in a basket as it should, page by page, and is answered each time."""

    visitor: Visitor
    campaign: str
    """The path of the campaign's page."""

    async def open_basket(self, *, spent: list[float] | None = None) -> str:
        """Open a basket from the campaign's page; return the basket's path. ``spent`` gets seconds by request."""
        times = [] if spent is None else spent
        await self._page(times, self.campaign)
        return await self._form(times, f"{self.campaign}/panier")

    async def fill_in(self, basket: str | None = None, *, spent: list[float] | None = None) -> str:
        """Go on to the payment page of a basket, a new one where none is named; return the basket's path."""
        times = [] if spent is None else spent
        basket = basket or await self.open_basket(spent=times)
        shown = await self._page(times, basket)
        key = shown.partition('name="first_name-')[2].partition('"')[0]
        child = {f"first_name-{key}": "Anatole", f"last_name-{key}": "GALANTE"}
        payer = {"first_name": "Marie", "last_name": "GALANTE", "email": "marie@famille.example"}
        page = basket
        for form in (
            {**child, **payer, "action": "next"},
            {"action": "guest"},
            {**child, f"class-{key}": "CP A", f"address-{key}": "1 rue des Écoles"},
            {"action": "confirm"},
        ):
            page = await self._form(times, page, **form)
            await self._page(times, page)
        assert page == f"{basket}/paiement", page
        return basket

    async def pay(self, basket: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Press « Payer » as the page of a basket shows it."""
        page = (await self.visitor.get(f"{basket}/paiement")).body
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', page))
        form = {**hidden, "tip": "none", "terms": "1", "action": "pay"}
        return await self.visitor.ask("POST", f"{basket}/paiement", form, headers=headers)

    async def _page(self, times: list[float], path: str) -> str:
        begun = time.perf_counter()
        answer = await self.visitor.get(path)
        times.append(time.perf_counter() - begun)
        assert answer.status == 200, (path, answer.status)
        return answer.body

    async def _form(self, times: list[float], path: str, **form: str) -> str:
        begun = time.perf_counter()
        answer = await self.visitor.post(path, **form)
        times.append(time.perf_counter() - begun)
        assert answer.status == 303, (path, answer.status)
        return answer.location.partition("#")[0]

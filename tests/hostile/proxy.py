"""A small reverse proxy, run as a program: it names who asks, as ours do, and passes everything else on as it came.

``python -m tests.hostile.proxy PORT_HERE PORT_OF_THE_SERVICE``. It listens, and asks the service, at an address of this
machine that is not the service's. Its visitors come from 127.1.x.y and are named as 198.18.x.y, addresses that are kept
for tests (RFC 2544): to the service nobody is at home on this machine.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import Final

PROXY: Final = "127.0.0.2"
SERVICE: Final = "127.0.0.1"
_WAITING: Final = 2_048
"""Connections that are not accepted yet."""


def public_address(source: str) -> str:
    """Return how a visitor from an address of this machine is named to the service."""
    return source.replace("127.1.", "198.18.", 1)


def rewritten(head: bytes, source: str) -> bytes:
    """Return the head of a request as the service gets it: its visitor named last, one request for the connection."""
    request, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    said: list[bytes] = []
    kept = [request]
    for line in lines:
        name, _, value = line.partition(b":")
        if name.lower() == b"x-forwarded-for":
            said.append(value.strip())
        elif name.lower() not in {b"connection", b"x-forwarded-proto"}:
            kept.append(line)
    named = b", ".join([*said, public_address(source).encode()])
    return b"\r\n".join(
        [*kept, b"X-Forwarded-For: " + named, b"X-Forwarded-Proto: https", b"Connection: close", b"", b""]
    )


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, until nothing comes any more."""
    while part := await reader.read(65_536):
        writer.write(part)
        await writer.drain()


async def _serve(visitor: asyncio.StreamReader, to_visitor: asyncio.StreamWriter, port: int) -> None:
    """Pass one request to the service, and its answer back; who leaves ends both."""
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        head = await visitor.readuntil(b"\r\n\r\n")
        service, to_service = await asyncio.open_connection(SERVICE, port, local_addr=(PROXY, 0))
        to_service.write(rewritten(head, to_visitor.get_extra_info("peername")[0]))
        ways = [asyncio.create_task(_copy(visitor, to_service)), asyncio.create_task(_copy(service, to_visitor))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_service.close()
    to_visitor.close()


async def run(port: int, service_port: int) -> None:
    """Serve until the program is ended."""
    server = await asyncio.start_server(
        lambda visitor, to_visitor: _serve(visitor, to_visitor, service_port), PROXY, port, backlog=_WAITING
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))

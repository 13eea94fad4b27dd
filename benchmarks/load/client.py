"""``python -m benchmarks.load.client``: clients that ask a server again and again, on connections that they keep.

The job is a line of JSON on the input (``benchmarks.load.job``). A client does next to nothing for a request, so that
the server and not its client is what is measured; how long it ran is told with the rest. Nothing of ours is imported
but the job: it starts in a moment.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from itertools import cycle
from typing import Final
from uuid import uuid4

from benchmarks.load.job import KEY, Job

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_HEAD_END: Final = b"\r\n\r\n"
_STATUS: Final = slice(9, 12)
_SAID: Final = 200
"""Characters of an answer that are told with a failure."""


class Load:
    """What all clients ask of one server, and how long each answer took."""

    def __init__(self, job: Job) -> None:
        """Take the requests of a job: round and round for some seconds, or each once."""
        requests = [request.encode() for request in job.requests]
        self._requests = iter(requests) if job.once else cycle(requests)
        self._key, self._status = KEY.encode(), str(job.status).encode()
        self._job = job
        self.latencies: list[float] = []
        self.begun = self.ended = 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting: list[Client] = []
        self._busy = job.clients

    def ready(self, client: Client) -> None:
        """Let a client wait until each of them is connected and was answered once, then let all of them begin."""
        self._waiting.append(client)
        if len(self._waiting) == self._job.clients:
            self.begun = time.perf_counter()
            for one in self._waiting:
                one.ask()

    def next_request(self) -> bytes | None:
        """Return what to ask next, under a key of its own; None when it is over."""
        if not self._job.once and self.begun and time.perf_counter() - self.begun >= self._job.seconds:
            return None
        request = next(self._requests, None)
        return None if request is None else request.replace(self._key, uuid4().hex.encode())

    def check(self, answer: bytes) -> None:
        """Fail where an answer is not the one that was wanted."""
        if answer[_STATUS] != self._status:
            head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
            self.fail(f"answered {head.partition(chr(13))[0]} and not {self._job.status}: {body[:_SAID]}")

    def fail(self, reason: str) -> None:
        """End everything, because nothing that is measured now would mean anything."""
        if not self.over.done():
            self.over.set_exception(RuntimeError(reason))

    def leave(self) -> None:
        """Count one client less."""
        self._busy -= 1
        if not self._busy and not self.over.done():
            self.ended = time.perf_counter()
            self.over.set_result(None)


class Client(asyncio.Protocol):
    """One connection: a request, its whole answer, the next."""

    def __init__(self, load: Load, *, first: bool) -> None:
        """Ask for a load; with ``first`` an answer that is not counted comes before all others."""
        self._load = load
        self._counted = not first
        self._came = b""
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask once before it counts, or wait for the others at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._counted:
            self._load.ready(self)
        else:
            self.ask()

    def ask(self) -> None:
        """Send the next request, or leave."""
        request = self._load.next_request()
        if request is None:
            self._transport.close()
            self._load.leave()
            return
        self._asked = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take what came; a whole answer is noted, and followed by the next request."""
        self._came += data
        head, end, rest = self._came.partition(_HEAD_END)
        if not end:
            return
        length = _LENGTH.search(head + end)
        if length is None:
            self._load.fail(f"an answer that does not say how long it is: {head.decode('latin-1')}")
            return
        if len(rest) < int(length[1]):
            return
        took, answer, self._came = time.perf_counter() - self._asked, self._came, b""
        self._load.check(answer)
        if self._counted:
            self._load.latencies.append(took)
            self.ask()
        else:
            self._counted = True
            self._load.ready(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail where the server ended a connection that still waits for an answer."""
        if not self._transport.is_closing() or exc is not None:
            self._load.fail(f"the connection was lost: {exc}")


async def carry_out(job: Job) -> dict[str, object]:
    """Do a job; return the seconds it took, how long each answer took, and the time of the processor."""
    load, loop = Load(job), asyncio.get_running_loop()
    source = None if job.source is None else (job.source, 0)
    for _ in range(job.clients):
        await loop.create_connection(lambda: Client(load, first=not job.once), "127.0.0.1", job.port, local_addr=source)
    busy = time.process_time()
    await load.over
    seconds = load.ended - load.begun
    return {"seconds": seconds, "latencies": load.latencies, "busy": time.process_time() - busy}


if __name__ == "__main__":
    try:
        told = asyncio.run(carry_out(Job(**json.loads(sys.stdin.readline()))))
    except RuntimeError as failure:
        sys.exit(str(failure))
    sys.stdout.write(json.dumps(told))

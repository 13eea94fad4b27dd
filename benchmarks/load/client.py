"""``python -m benchmarks.load.client``: clients that ask a server again and again, on connections that they keep.

The job is a line of JSON on the input (``benchmarks.load.job``). A client does next to nothing for a request (no event
loop, no parser), so that the server and not its client is what is measured; how long it ran is told with the rest.
Nothing of ours is imported but the job: it starts in a moment.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Final
from uuid import uuid4

from benchmarks.load.job import KEY, Job

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_HEAD_END: Final = b"\r\n\r\n"
_STATUS: Final = slice(9, 12)
_READ: Final = 1 << 18
_PATIENCE: Final = 120.0
_SAID: Final = 200
"""Characters of an answer that are told with a failure."""
Next = Callable[[], bytes | None]
"""Gives what to ask next, or nothing when it is over."""


class ConnectionEndedError(RuntimeError):
    """The server ended a connection that waits for an answer."""


class Client:
    """One connection: a request, its whole answer, the next."""

    def __init__(self, job: Job) -> None:
        """Connect."""
        source = None if job.source is None else (job.source, 0)
        self.socket = socket.create_connection(("127.0.0.1", job.port), _PATIENCE, source)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._came = b""
        self.asked = 0.0

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self.asked = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what came; return the answer once it is whole.

        Raises:
            ConnectionEndedError: the server ended the connection.
            RuntimeError: it does not say how long its answer is.
        """
        data = self.socket.recv(_READ)
        if not data:
            raise ConnectionEndedError("the server ended a connection that waits for an answer")
        self._came += data
        head, end, rest = self._came.partition(_HEAD_END)
        if not end:
            return None
        length = _LENGTH.search(head + end)
        if length is None:
            raise RuntimeError(f"an answer that does not say how long it is: {head.decode('latin-1')}")
        if len(rest) < int(length[1]):
            return None
        answer, self._came = self._came, b""
        return answer


def exchange(clients: list[Client], following: Next, status: bytes) -> list[float]:
    """Let every client ask until there is nothing more to ask; return how long each answer took, in seconds.

    Raises:
        RuntimeError: no answer, or one with another status: nothing that is measured then would mean anything.
    """
    latencies, under_way = list[float](), 0
    with selectors.DefaultSelector() as selector:
        for client in clients:
            request = following()
            if request is not None:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.ask(request)
                under_way += 1
        while under_way:
            ready = selector.select(_PATIENCE)
            if not ready:
                raise RuntimeError(f"no answer within {_PATIENCE:.0f} s")
            for key, _ in ready:
                client = key.data
                answer = client.receive()
                if answer is None:
                    continue
                latencies.append(time.perf_counter() - client.asked)
                if answer[_STATUS] != status:
                    raise RuntimeError(unwanted(answer, status))
                request = following()
                if request is None:
                    under_way -= 1
                else:
                    client.ask(request)
    return latencies


def unwanted(answer: bytes, status: bytes) -> str:
    """Say what was answered instead of a status."""
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    return f"answered {head.splitlines()[0]} and not {status.decode()}: {body[:_SAID]}"


def until(requests: Iterator[bytes], end: float) -> Next:
    """Give each request under a key of its own, until an instant or until there is none."""
    key = KEY.encode()

    def following() -> bytes | None:
        if time.perf_counter() >= end:
            return None
        request = next(requests, None)
        return None if request is None else request.replace(key, uuid4().hex.encode())

    return following


def carry_out(job: Job) -> dict[str, object]:
    """Do a job; return the seconds it took, how long each answer took, and the time of the processor."""
    status, asked = str(job.status).encode(), [request.encode() for request in job.requests]
    clients = [Client(job) for _ in range(job.clients)]
    if not job.once:  # what only a first request costs is not what is measured
        exchange(clients, until(islice(cycle(asked), job.clients), float("inf")), status)
    busy, begun = time.process_time(), time.perf_counter()
    end = float("inf") if job.once else begun + job.seconds
    latencies = exchange(clients, until(iter(asked) if job.once else cycle(asked), end), status)
    return {"seconds": time.perf_counter() - begun, "latencies": latencies, "busy": time.process_time() - busy}


if __name__ == "__main__":
    try:
        told = carry_out(Job(**json.loads(sys.stdin.readline())))
    except RuntimeError as failure:
        sys.exit(str(failure))
    sys.stdout.write(json.dumps(told))

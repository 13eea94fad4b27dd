"""``python -m benchmarks.load.repetition``: clients that send each request until it is accepted, with the key it had.

The first line of the input is JSON (``benchmarks.load.job``). « begun » is printed when every client was accepted once.
After the next line nothing new is sent; when all that was begun is accepted, a line of JSON says what was: of each
request the ``id`` of what it created, its ``position`` in the log and how often it was ``sent``; how many answers said
« later » (``put_off``), and how many requests had no answer (``unanswered``).

A 503 is sent again after as long as it says; a request without an answer at once, on another connection. One in ten
gives up after a moment although the server is still at it, as a telephone does that changes its network.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import uuid4

from benchmarks.load.client import Client, ConnectionEndedError, unwanted
from benchmarks.load.job import KEY, Job

_STATUS: Final = slice(9, 12)
_CREATED: Final = (b"201", b"200")
_LATER: Final = b"503"
_WAIT: Final = re.compile(rb"\r\nretry-after: *(\d+)\r\n", re.IGNORECASE)
_HURRIED: Final = 10
"""One request in so many is not waited for."""
_MOMENT: Final = 0.05
_PAUSE: Final = 0.02
_PATIENCE: Final = 120.0
"""Seconds in which a request must be accepted, however often it is sent."""


class Accepted(NamedTuple):
    """A request that was accepted: what it created and where in the log, and how often it was sent."""

    id: str
    position: int
    sent: int


class PersistentClient:
    """One client: what it begins it carries on with until it is accepted."""

    def __init__(self, job: Job) -> None:
        """Prepare it; it connects when it sends."""
        self._job = job
        self._client: Client | None = None
        self.accepted: list[Accepted] = []
        self.put_off = self.unanswered = 0

    def work(self, stopping: threading.Event) -> None:
        """Send request after request, until told to begin nothing new.

        Raises:
            RuntimeError: an answer that the API must not give, or none for two minutes.
        """
        for number in count(1):
            self.accepted.append(self._persist(uuid4().hex, hurried=number % _HURRIED == 0))
            if stopping.is_set():
                return

    def _persist(self, key: str, *, hurried: bool) -> Accepted:
        """Send a request until it is accepted."""
        request, end, sent = self._job.requests[0].replace(KEY, key).encode(), time.monotonic() + _PATIENCE, 0
        while time.monotonic() < end:
            sent += 1
            answer = self._answer(request, _MOMENT if hurried and sent == 1 else _PATIENCE)
            if answer is None:
                self.unanswered += 1
                time.sleep(_PAUSE)
            elif answer[_STATUS] in _CREATED:
                told = json.loads(answer.partition(b"\r\n\r\n")[2])
                return Accepted(told["ids"]["contribution_id"], told["position"], sent)
            elif answer[_STATUS] == _LATER:
                self.put_off += 1
                asked = _WAIT.search(answer)
                time.sleep(_PAUSE if asked is None else float(asked[1]))
            else:
                raise RuntimeError(unwanted(answer, b"201"))
        raise RuntimeError(f"not accepted within {_PATIENCE:.0f} s, sent {sent} times")

    def _answer(self, request: bytes, patience: float) -> bytes | None:
        """Send a request; return its answer, or None where there was none in time: the connection is left then."""
        try:
            if self._client is None:
                self._client = Client(self._job)
            self._client.socket.settimeout(patience)
            self._client.ask(request)
            while (answer := self._client.receive()) is None:
                pass
        except (OSError, ConnectionEndedError):
            if self._client is not None:
                self._client.socket.close()
            self._client = None
            return None
        return answer


def carry_out(job: Job) -> dict[str, Any]:
    """Have all clients work until the next line of the input; return what came of it."""
    stopping, clients = threading.Event(), [PersistentClient(job) for _ in range(job.clients)]
    with ThreadPoolExecutor(job.clients) as threads:
        works = [threads.submit(client.work, stopping) for client in clients]
        while not all(client.accepted for client in clients) and not any(work.done() for work in works):
            time.sleep(_PAUSE)
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        sys.stdin.readline()
        stopping.set()
        for work in works:
            work.result()
    return {
        "accepted": [one for client in clients for one in client.accepted],
        "put_off": sum(client.put_off for client in clients),
        "unanswered": sum(client.unanswered for client in clients),
    }


if __name__ == "__main__":
    try:
        came = carry_out(Job(**json.loads(sys.stdin.readline())))
    except RuntimeError as failure:
        sys.exit(str(failure))
    sys.stdout.write(json.dumps(came) + "\n")

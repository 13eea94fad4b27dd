"""What a load client is to do, and what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple

_ROOT: Final = Path(__file__).resolve().parents[2]
KEY: Final = "{key-of-32-letters-and-digits---}"
"""What stands in a request for a key of its own: as long as a key, since a body says how long it is."""


@dataclass(frozen=True)
class Job:
    """Requests to a port of this machine: round and round by so many clients for some seconds, or each ``once``.

    Every answer must have the ``status``. ``source`` is the address that connections come from.
    """

    port: int
    clients: int
    requests: Sequence[str]
    seconds: float = 0.0
    status: int = 200
    once: bool = False
    source: str | None = None


class Answered(NamedTuple):
    """What came of a job: seconds from the first request to the last answer, latencies, the client's own time."""

    seconds: float
    latencies: list[float]
    busy: float


def carry_out(job: Job) -> Answered:
    """Have a process of its own do a job."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.client"],
        cwd=_ROOT,
        input=json.dumps(asdict(job)) + "\n",
        check=True,
        capture_output=True,
        text=True,
    )
    return Answered(**json.loads(done.stdout))


def request(method: str, path: str, headers: Mapping[str, str], body: str = "") -> str:
    """Write a request as it is sent."""
    given = {"Host": "127.0.0.1", "Accept": "*/*", **headers}
    if body:
        given["Content-Length"] = str(len(body.encode()))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return "\r\n".join(lines) + body

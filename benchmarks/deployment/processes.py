"""Programs of ours, each a process of its own: the sandbox, the web server, the worker, rivals."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx2

from adapters.stripe_sandbox.app import new_sandbox
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.testing import KEY, SECRETS, SandboxServer, client_of

ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 120.0
_DELIVERIES: Final = "16"
"""How many events the provider tells at once, as the real one does: it does not wait for one to be heard."""


class Far(NamedTuple):
    """How far away a provider is: seconds that each call takes, and how many calls a second an account takes."""

    latency: float
    rate_limit: int


@contextmanager
def process(*words: str, **more: str) -> Iterator[int]:
    """Run a Python module beside us for a while, with more in its environment; give its id. It ends with us.

    Where it ended before us, that is what is told: what failed beside it failed for that reason.
    """
    running = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env=os.environ | more, stdout=subprocess.DEVNULL
    )
    try:
        yield running.pid
    finally:
        ended = running.poll()
        running.terminate()
        running.wait(_PATIENCE)
        assert ended is None, f"{' '.join(words[:2])} ended by itself: {ended}"


def free_port() -> int:
    """A free port of this machine."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


@contextmanager
def sandbox(tells: Mapping[str, str], *, far: Far | None = None) -> Iterator[SandboxServer]:
    """Run a sandbox that tells its events to an address for each kind of endpoint; its clock is the machine's."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    endpoints = [word for kind, told in tells.items() for word in ("--endpoint", kind, told, SECRETS[kind])]
    distance = () if far is None else ("--latency", str(far.latency), "--rate-limit", str(far.rate_limit))
    place = ("--key", KEY, "--port", str(port), "--deliveries", _DELIVERIES)
    with process("adapters.stripe_sandbox", *place, *endpoints, *distance) as pid:
        wait_for(f"{url}/_sandbox/clock")
        with httpx2.Client(base_url=url, timeout=_PATIENCE) as control:
            # The object is another one of the same clock: the one that serves is in its own process.
            yield SandboxServer(url, new_sandbox(SandboxSettings(key=KEY)), client_of(url), control, pid)


def wait_for(url: str) -> None:
    """Wait until something answers at an address."""
    end = time.monotonic() + _PATIENCE
    with httpx2.Client(timeout=_PATIENCE) as client:
        while True:
            try:
                client.get(url)
            except httpx2.HTTPError:
                assert time.monotonic() < end, f"nothing answers at {url}"
                time.sleep(0.05)
            else:
                return

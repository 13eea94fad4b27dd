"""What tests and benchmarks start a sandbox with.

A server on a free port of this machine, the official SDK before it, and a listener that hears its events.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import httpx2
import stripe
import uvicorn

from adapters.stripe_sandbox.app import create_sandbox
from adapters.stripe_sandbox.sandbox import Sandbox
from adapters.stripe_sandbox.settings import Endpoint, SandboxSettings

KEY: Final = "sk_test_sandbox"
SECRETS: Final = {"platform": "whsec_platform", "connect": "whsec_connect", "accounts": "whsec_accounts"}
IBAN: Final = "FR1420041010050500013M02606"
_PATIENCE: Final = 10.0


@dataclass
class SandboxServer:
    """A running sandbox: its address, the SDK's client of it, and itself for what no request shows.

    ``pid`` is the id of the process that it is; None where it runs in a thread of this one.
    """

    url: str
    sandbox: Sandbox
    stripe: stripe.StripeClient
    control: httpx2.Client
    pid: int | None = None

    def do(self, path: str, /, **body: object) -> dict[str, Any]:
        """Ask something of the control API that must succeed.

        Raises:
            RuntimeError: it did not.
        """
        answer = self.control.post(f"/_sandbox{path}", json=body)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(path, answer.status_code, answer.text)
        told: dict[str, Any] = answer.json()
        return told

    def pass_time(self, **how: float) -> None:
        """Let time pass: ``days=1``, ``seconds=3``, ``months=1``."""
        self.do("/clock", **how)


@dataclass
class ReceivedWebhooks:
    """Who hears events: what came, and the answers to give (200 once they are used up)."""

    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        """Return what came, in order."""
        return [json.loads(body) for body in self.bodies]

    def types(self) -> list[str]:
        """Return the types of what came, in order."""
        return [event["type"] for event in self.events()]


@contextlib.contextmanager
def run_sandbox(**settings: Any) -> Iterator[SandboxServer]:  # noqa: ANN401 - settings as they are
    """Serve a sandbox for a while; ``settings`` are those of ``SandboxSettings``, the key and the address given."""
    # Saying « TCP » lets asyncio send small answers at once: without it each would wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        given: Any = {"key": KEY, "seed": 7, "base_url": url} | settings
        app = create_sandbox(SandboxSettings(**given))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        _wait_for_start(server)
        try:
            with httpx2.Client(base_url=url, timeout=30) as control:
                yield SandboxServer(url, app.state.sandbox, client_of(url), control)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
            if thread.is_alive():
                raise TimeoutError(url)


def _wait_for_start(server: uvicorn.Server) -> None:
    """Wait until a server of another thread listens.

    Raises:
        TimeoutError: it never did.

    """
    end = time.monotonic() + _PATIENCE
    while not server.started:
        if time.monotonic() > end:
            raise TimeoutError(_PATIENCE)
        time.sleep(0.01)


def client_of(url: str, key: str = KEY, **more: Any) -> stripe.StripeClient:  # noqa: ANN401 - options of the SDK
    """Return the official client, with the sandbox in Stripe's place."""
    return stripe.StripeClient(key, base_addresses={"api": url}, **{"max_network_retries": 2} | more)


class _Listener(http.server.ThreadingHTTPServer):
    """Hears many deliveries at once: with the library's backlog of five some would be sent again a second later."""

    request_queue_size = 128


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, ReceivedWebhooks]]:
    """Listen for events for a while; give the address and what is heard."""
    heard = ReceivedWebhooks()

    class Handler(http.server.BaseHTTPRequestHandler):
        """Keeps what comes and answers as told."""

        def do_POST(self) -> None:
            """Hear one delivery."""
            heard.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            heard.signatures.append(self.headers["Stripe-Signature"])
            self.send_response(heard.answers.pop(0) if heard.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _Listener(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", heard
        server.shutdown()
        thread.join(_PATIENCE)


@contextlib.contextmanager
def heard_from(sandbox: SandboxServer, *kinds: str) -> Iterator[ReceivedWebhooks]:
    """Listen to a running sandbox for a while, as endpoints of these kinds."""
    with listening() as (url, heard):
        for kind in kinds:
            sandbox.do("/endpoints", url=url, secrets=[SECRETS[kind]], kind=kind)
        yield heard


def endpoints(url: str, *kinds: str) -> tuple[Endpoint, ...]:
    """Return endpoints of these kinds at one address."""
    return tuple(Endpoint(url, (SECRETS[kind],), kind) for kind in kinds)  # type: ignore[arg-type]

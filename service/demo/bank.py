"""The demonstration's bank: the Stripe-shaped sandbox in a thread, telling the service what happens."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from datetime import datetime
from typing import Any, Final, Self

import httpx2
import uvicorn

from adapters.payments.port import Endpoint
from adapters.stripe_sandbox.app import create_sandbox
from adapters.stripe_sandbox.settings import Endpoint as Heard
from adapters.stripe_sandbox.settings import SandboxSettings
from service.demo.pages.guard import DemoGuard, GuardedApp
from service.settings import PaymentSettings

_PATIENCE: Final = 10.0
_HEARS: Final = {Endpoint.PLATFORM: "platform", Endpoint.CONNECT: "connect", Endpoint.ACCOUNTS: "accounts"}


class DemoBank:
    """A sandbox on this machine, with keys and secrets made for it alone."""

    def __init__(self, service_url: str, port: int, guard: DemoGuard, begins: datetime | None = None) -> None:
        """Prepare it at a port (0: any free one), behind a guard; ``service_url`` is where its webhook events go.

        Its clock begins at an instant that may lie in the past; at the present one unless told.
        """
        self._key = f"sk_test_demo{secrets.token_hex(12)}"
        self._secrets = {endpoint: f"whsec_{secrets.token_hex(16)}" for endpoint in Endpoint}
        # Saying « TCP » lets asyncio send small answers at once.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        heard = tuple(
            Heard(f"{service_url}/provider/notifications/{endpoint.value}", (self._secrets[endpoint],), kind)  # type: ignore[arg-type]
            for endpoint, kind in _HEARS.items()
        )
        sandbox = create_sandbox(SandboxSettings(key=self._key, base_url=self.url, endpoints=heard, start=begins))
        app = GuardedApp(sandbox, guard)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="demo-bank", daemon=True)

    def start(self) -> Self:
        """Begin, and wait until it answers."""
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TimeoutError(self.url)
            time.sleep(0.01)
        return self

    def settings(self) -> PaymentSettings:
        """How the service reaches it."""
        given: dict[str, Any] = {f"{endpoint.value}_secrets": secret for endpoint, secret in self._secrets.items()}
        return PaymentSettings(key=self._key, url=self.url, live=False, **given)

    def control(self, path: str, **body: object) -> None:
        """Do something at the bank that people would do on its pages."""
        httpx2.post(f"{self.url}/_sandbox{path}", json=body, timeout=_PATIENCE).raise_for_status()

    def close(self) -> None:
        """Stop it; what it held is gone."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._socket.close()

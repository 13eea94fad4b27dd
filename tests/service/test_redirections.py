"""Where we ask, nobody sends us on: a key or a secret goes to the address of the settings alone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from adapters.stripe_provider.wire.pace import Pace
from adapters.stripe_provider.wire.transport import Transport
from service.accounts.google import Errand, Google, GoogleUnavailable
from service.settings import GoogleSettings


class _Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to another page of its own, and remembers what was asked for."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer with a redirection."""
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server that redirects, and the paths that were asked of it."""
    asked: list[str] = []
    handler = type("_Handler", (_Elsewhere,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}", asked
        http.shutdown()


def test_no_client_of_ours_follows_a_redirection(server: tuple[str, list[str]]) -> None:
    url, asked = server
    transport = Transport(Pace(100), connect_timeout=5, answer_timeout=5)
    with contextlib.closing(transport), pytest.raises(stripe.APIConnectionError, match="302"):
        transport.request("GET", f"{url}/v1/balance", {"Authorization": "Bearer sk_test_none"})
    google = Google(GoogleSettings.model_validate({"client_id": "ours", "client_secret": "none", "issuer": url}))
    with pytest.raises(GoogleUnavailable):
        google.address(Errand("state", "nonce", "v" * 48), "https://coop.example/back")
    assert asked == ["/v1/balance", "/.well-known/openid-configuration"]

"""The web server as it is deployed: a proxy of ours on one address of this machine, visitors on others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from typing import Final, NamedTuple

import httpx2
import pytest
from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.server import Server
from tests.kit.api_server import ApiServer, run_server, worker_without_provider

PROXY: Final = "127.0.0.2"
"""Where our proxy is; any other address of this machine is a visitor's."""
PUBLIC: Final = "https://coop.example"


class DeployedServer(NamedTuple):
    """A server behind a proxy, with a route that tells how it sees who asks, and one that answers at length."""

    server: Server
    url: str

    def client(self, source: str, host: str = "coop.example") -> httpx2.Client:
        """A client at an address of this machine, that asks for the service under a name."""
        transport = httpx2.HTTPTransport(local_address=source)
        return httpx2.Client(base_url=self.url, transport=transport, headers={"Host": host}, timeout=10)


async def _whoami(request: Request) -> dict[str, str | None]:
    client = request.client
    return {"address": None if client is None else client.host, "scheme": request.url.scheme}


async def _long() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield bytes(100_000)

    return StreamingResponse(parts())


@pytest.fixture(scope="module")
def deployed(api: ApiServer) -> Iterator[DeployedServer]:
    """The service under a public address, behind a proxy that it trusts."""
    settings = Settings(public_url=PUBLIC, trusted_proxies=(ip_network(PROXY),))
    with Runtime(settings, None, api.database_url) as runtime:
        routes = APIRouter()
        routes.add_api_route("/whoami", _whoami)
        routes.add_api_route("/long", _long, response_class=StreamingResponse)
        server = Server(runtime, "127.0.0.1", 0, worker_without_provider(runtime), closes=False, before=[routes])
        with run_server(server) as url:
            yield DeployedServer(server, url)

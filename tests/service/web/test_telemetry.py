"""Nothing of a request is handed to a tracer, a meter or a log of telemetry, whoever installs one."""

from __future__ import annotations

import asyncio
from typing import Any

import fastapi
import httpx2
import pytest
from opentelemetry import trace

from service.runtime.runtime import Runtime
from service.settings import Settings
from service.web.app import create_app
from tests.kit.api_server import run_web_server, worker_without_provider

TOKEN = "cl_jeton_d_une_famille"  # noqa: S105 - what must be nowhere


class Recorded(trace.Tracer):
    """A tracer that keeps the names and attributes of spans."""

    def __init__(self, spans: list[str]) -> None:
        """Keep them in a list."""
        self._spans = spans

    def start_span(self, name: str, *_: Any, **how: Any) -> trace.Span:  # noqa: ANN401 - the library's signature
        """Begin a span."""
        self._spans.append(f"{name} {how.get('attributes')}")
        return trace.INVALID_SPAN

    def start_as_current_span(self, name: str, *_: Any, **how: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Begin a span around something."""
        return trace.use_span(self.start_span(name, **how))


class Provider(trace.TracerProvider):
    """Gives such tracers."""

    def __init__(self) -> None:
        """Begin without a span."""
        self.spans: list[str] = []

    def get_tracer(self, *_: Any, **__: Any) -> trace.Tracer:  # noqa: ANN401 - the library's signature
        """Give a tracer."""
        return Recorded(self.spans)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider of tracers for the whole process, as an agent installs it."""
    made = Provider()
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", made)
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    return made


def test_no_span_begins_when_a_link_with_a_token_is_followed(database: str, provider: Provider) -> None:
    with Runtime(Settings(), None, database) as runtime, run_web_server(runtime) as url:
        for path in (f"/ad06/recu/{TOKEN}", "/api/v1/health/ready", f"/nowhere?{TOKEN}"):
            httpx2.get(f"{url}{path}", timeout=20)
    assert provider.spans == []


def test_the_same_provider_hears_of_an_application_that_says_nothing_about_it(provider: Provider) -> None:
    app = fastapi.FastAPI()
    transport = httpx2.ASGITransport(app)

    async def ask() -> None:
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.get(f"/{TOKEN}")

    asyncio.run(ask())
    assert any(TOKEN in span for span in provider.spans)


def test_every_part_of_telemetry_is_off_by_name(database: str) -> None:
    with Runtime(Settings(), None, database) as runtime:
        app = create_app(runtime, worker_without_provider(runtime), closes=False)
        on = {name for name, value in app._telemetry.items() if value}
    assert on == set()

"""The application is whole before it serves: FastAPI puts off what it can to the first request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pydantic
import pytest
from starlette.testclient import TestClient

from service.settings import Settings
from service.web.app import create_app
from service.web.route_table import shared_routes


def test_the_first_request_finds_every_route_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    original = pydantic.TypeAdapter.__init__

    def count(self: pydantic.TypeAdapter[Any], *args: Any, **more: Any) -> None:  # noqa: ANN401 - as the library's
        made.append(args)
        original(self, *args, **more)

    monkeypatch.setattr(pydantic.TypeAdapter, "__init__", count)
    shared_routes.cache_clear()
    app = create_app(cast("Any", SimpleNamespace(settings=Settings(), close=lambda: None)), cast("Any", None))
    before = len(made)
    assert before > 100
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/api/v1/health").json() == {"status": "ok"}
        client.get("/pas-ici")
    assert len(made) == before

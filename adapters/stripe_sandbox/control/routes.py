"""The control API below ``/_sandbox``: JSON in, JSON out; errors in the shape of the API's own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.stripe_sandbox.control import dashboard, disputes, people, setup, surprises
from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

PREFIX = "/_sandbox"
_JSON: Final = "application/json"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Names of this machine, by which programs reach a sandbox that is set up under another of them."""


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """Return the routes of the control API."""
    every = (
        *setup.HANDLERS,
        *people.HANDLERS,
        *disputes.HANDLERS,
        *surprises.HANDLERS,
        *dashboard.HANDLERS,
    )
    return [Route(PREFIX + path, _served(sandbox, act), methods=[method]) for method, path, act in every]


def _served(sandbox: Sandbox, act: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            _check_sender(request, sandbox)
            told = await act(ControlRequest(sandbox, request.path_params, _body(await request.body())))
        except ApiError as error:
            return _json(error.body, error.status)
        except msgspec.ValidationError as error:
            return _json(refuse(str(error)).body, 400)
        return _json(told, 200)

    return answer


def _check_sender(request: Request, sandbox: Sandbox) -> None:
    """Refuse what a page of another site can send through a browser: it would move time and money here.

    Raises:
        ApiError: a foreign page, a foreign name of this sandbox, or a body that is not said to be JSON.
    """
    ours = urlsplit(sandbox.settings.base_url)
    if request.url.hostname not in (ours.hostname, *_LOOPBACK):
        raise ApiError("This is not an address of the sandbox.", status=403)
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ApiError("The control API takes nothing from pages of other sites.", status=403)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method not in ("GET", "HEAD", "DELETE") and kind != _JSON:
        raise ApiError(f"The control API takes {_JSON} only.", status=415)


def _json(told: object, status: int) -> Response:
    return Response(msgspec.json.encode(told), status, media_type=_JSON)


def _body(text: bytes) -> object:
    try:
        return json.loads(text or b"{}")
    except json.JSONDecodeError:
        raise refuse("The body is not valid JSON.") from None

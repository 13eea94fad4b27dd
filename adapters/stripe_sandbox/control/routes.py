"""The control API below ``/_sandbox``: JSON in, JSON out; errors in the shape of the API's own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.stripe_sandbox.control import people, setup, surprises
from adapters.stripe_sandbox.control.request import ControlRequest, Handler
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

PREFIX = "/_sandbox"


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """Return the routes of the control API."""
    every = (*setup.HANDLERS, *people.HANDLERS, *surprises.HANDLERS)
    return [Route(PREFIX + path, _served(sandbox, act), methods=[method]) for method, path, act in every]


def _served(sandbox: Sandbox, act: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            told = await act(ControlRequest(sandbox, request.path_params, _body(await request.body())))
        except ApiError as error:
            return _json(error.body, error.status)
        except msgspec.ValidationError as error:
            return _json(refuse(str(error)).body, 400)
        return _json(told, 200)

    return answer


def _json(told: object, status: int) -> Response:
    return Response(msgspec.json.encode(told), status, media_type="application/json")


def _body(text: bytes) -> object:
    try:
        return json.loads(text or b"{}")
    except json.JSONDecodeError:
        raise refuse("The body is not valid JSON.") from None

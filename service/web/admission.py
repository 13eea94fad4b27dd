"""Who is let in at all: a request for one of our names, with a head of some size."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http.this_machine import LOOPBACK, asked_name, is_peer_here
from service.pages.problems import answer_problem
from service.settings import Settings

MAX_HEADERS: Final = 100
"""Lines of a request's head; browsers send some 20, a proxy adds five."""
MAX_HEAD_BYTES: Final = 16_384
"""Bytes of a request's head: what common proxies let through; our longest cookies and addresses are a tenth of it."""
Refusal = tuple[int, str, str]
"""What an answer says: its status, the stable name of the error, the sentence for the person."""
_MISDIRECTED: Final[Refusal] = (
    HTTPStatus.MISDIRECTED_REQUEST.value,
    "misdirected-request",
    "Cette adresse n’est pas celle du service. Vérifiez le lien que vous avez suivi.",
)
_HEAD_TOO_LARGE: Final[Refusal] = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.value,
    "head-too-large",
    "Votre navigateur envoie trop d’informations à la fois\u00a0: effacez les cookies de ce site et réessayez.",
)


class AdmissionMiddleware:
    """Turn away what is meant for another site, and what has too large a head."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap the application; the only name of the service is the one of its public address."""
        self._app = app
        self._name = urlsplit(settings.address).hostname or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or turn it away before anything of it is read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is not None:
            await answer_problem(Request(scope), *refused, headers={"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if len(headers) > MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > MAX_HEAD_BYTES:
            return _HEAD_TOO_LARGE
        name = asked_name(scope)
        # A health check beside the service calls it by a name of this machine.
        if name == self._name or (name in LOOPBACK and (self._name in LOOPBACK or is_peer_here(scope))):
            return None
        return _MISDIRECTED

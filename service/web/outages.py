"""While Postgres is away: a read is asked once more, everything else is answered 503 with when to try again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.connections import ConnectionLostError, DatabaseAwayError
from service.logging import logger
from service.pages.problems import answer_problem

log = logger(__name__)
RETRY_AFTER: Final = 2
"""Seconds: a restart is over by then, and a failover takes a few times as long."""
_SAFE: Final = frozenset({"GET", "HEAD"})
"""What changes nothing, whoever asks it again (RFC 9110 § 9.2.1)."""
_CODE: Final = "database-away"
_AWAY: Final = (
    "Le service redémarre\u00a0: ce que vous aviez déjà enregistré est en sécurité. Réessayez dans quelques secondes."
)
_NOT_KNOWN: Final = (
    "Le service redémarre et nous n’avons pas eu la confirmation de votre dernière action. "
    "Attendez quelques secondes, vérifiez si elle apparaît, puis recommencez si besoin."
)


class OutageMiddleware:
    """Answer what the database's absence stopped, calmly: it is no crash, and it ends by itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an open page that follows the figures ends well, and its browser comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, begun = dict(scope), list[Message]()

        async def send_and_tell(message: Message) -> None:
            if not begun:
                begun.append(message)
            await send(message)

        try:
            try:
                await self._app(scope, receive, send_and_tell)
            except ConnectionLostError:
                if begun or scope["method"] not in _SAFE:
                    raise
                log.info("asked again")
                # In place: the middlewares around us look into it for the route.
                scope.clear()
                scope.update(asked)
                await self._app(scope, receive, send_and_tell)
        except DatabaseAwayError as error:
            log.warning("database away", method=scope["method"], kind=type(error).__name__)
            if not begun:
                await _answer(scope, error)(scope, receive, send)
            elif _is_stream(begun[0]):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                raise


def _answer(scope: Scope, error: DatabaseAwayError) -> ASGIApp:
    """Say that it will be over soon; of a write that was under way, that nobody knows how it ended."""
    unknown = isinstance(error, ConnectionLostError) and scope["method"] not in _SAFE
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    french = _NOT_KNOWN if unknown else _AWAY
    return answer_problem(Request(scope), HTTPStatus.SERVICE_UNAVAILABLE, _CODE, french, headers=headers)


def _is_stream(start: Message) -> bool:
    """Tell whether an answer that began is one that has no end of its own."""
    headers = dict(start.get("headers", ()))
    return bool(headers.get(b"content-type", b"").startswith(b"text/event-stream"))

"""Every error of the application, foreseen or not, becomes an answer and a log line."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.rate_limits import TooManyAttempts
from domain.errors import CouncilDecisionInvalid, InvalidInput, LedgerError, NotFound, ReasonInvalid
from service.http.problems import SERVER_ERROR, http_error, problem_response
from service.http.redirects import Redirect
from service.http.trail import note_refusal
from service.logging import logger
from service.pages.problems import answer_problem, is_for_a_person

log = logger(__name__)
_ASSOCIATION: Final = ["path", "association"]
_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
_SENTENCES: Final = {
    "reason": ReasonInvalid.sentence,
    "subject": ReasonInvalid.sentence,
    "council_decision": CouncilDecisionInvalid.sentence,
}
"""What to do about a field that is wrong, where that is more than to look at it again."""
_CRASHED: Final = "Une erreur est survenue. L’équipe technique est prévenue."


async def _ledger_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, LedgerError):
        raise error
    write = log.error if error.status >= SERVER_ERROR else log.info
    write("refused", code=error.code, status=error.status, reason=str(error))
    await note_refusal(request, error)
    headers = {"Retry-After": "1"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE and error.again else {}
    if isinstance(error, TooManyAttempts):
        headers = {"Retry-After": str(error.retry_after)}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer"}
    return answer_problem(request, error.status, error.code, error.french, headers=headers)


async def _bad_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Only the place and the kind: the value may be a name in the wrong field, and so may the name of a field too many.
    errors = [{"place": [str(part) for part in e["loc"]], "kind": e["type"]} for e in error.errors()]
    known = [{**e, "place": e["place"][:-1]} if e["kind"] == "extra_forbidden" else e for e in errors]
    log.info("refused", code=InvalidInput.code, status=InvalidInput.status, errors=known)
    if any(one["place"] == _ASSOCIATION for one in known):
        # What cannot be the name of an association is the address of nothing.
        return answer_problem(request, NotFound.status, NotFound.code, NotFound.sentence)
    if is_for_a_person(request):
        return answer_problem(request, InvalidInput.status, InvalidInput.code, InvalidInput.sentence)
    sentences = (_SENTENCES[part] for one in errors for part in one["place"] if part in _SENTENCES)
    return problem_response(
        InvalidInput.status, InvalidInput.code, next(sentences, InvalidInput.sentence), errors=errors
    )


async def _elsewhere(_request: Request, way: Exception) -> Response:
    if not isinstance(way, Redirect):
        raise way
    return RedirectResponse(way.address, way.status)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return answer_problem(request, error.status_code, *http_error(error.status_code), headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    """All methods of an address: the framework tells only those of the first of its routes."""
    return [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


class CrashMiddleware:
    """Log an unexpected error and answer all the same, inside the middlewares that give ids and headers."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an answer that had begun is cut, which its reader sees."""
        begun = False

        async def send_and_tell(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_tell)
        except ClientDisconnect:
            log.info("visitor left")  # in the middle of a body: there is nobody to answer, and nothing is wrong
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            log.exception("crashed", exc_info=error)
            crashed = answer_problem(Request(scope), SERVER_ERROR, "internal-error", _CRASHED)
            await crashed(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application."""
    app.add_exception_handler(LedgerError, _ledger_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Redirect, _elsewhere)

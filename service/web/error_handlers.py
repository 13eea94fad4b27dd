"""Every error of the application, foreseen or not, becomes an answer and a log line."""

from __future__ import annotations

import json
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
from service.http.faults.fields import Location, refused_fields, unreadable_fields
from service.http.problems import PLAIN_CODES, SERVER_ERROR, http_error, problem_response
from service.http.redirects import EarlyAnswer, Redirect
from service.http.trail import note_refusal
from service.logging import logger
from service.pages.problems import answer_problem, is_for_a_person

log = logger(__name__)
_ASSOCIATION: Final = (Location.PATH, "/association")
_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
_SENTENCES: Final = {
    "reason": ReasonInvalid.sentence,
    "subject": ReasonInvalid.sentence,
    "council_decision": CouncilDecisionInvalid.sentence,
}
"""What to do about a field that is wrong, where that is more than to look at it again."""


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
    if is_for_a_person(request):
        return answer_problem(request, error.status, error.code, error.french, headers=headers)
    errors = refused_fields(error, await _body_of(request))
    return problem_response(error.status, error.code, error.french, errors=errors, headers=headers)


async def _body_of(request: Request) -> object:
    """Return the body of a request as its route read it; nothing where it was no JSON, or was not read."""
    if not hasattr(request, "_body"):  # what a route has not read is not read for its refusal
        return None
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


async def _bad_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Only the place and the kind: the value may be a name in the wrong field, and so may the name of a field too many.
    errors = unreadable_fields(error.errors())
    places = [e.pointer.rpartition("/")[0] if e.code == "unknown" else e.pointer for e in errors]
    known = [f"{e.location} {place} {e.code}" for e, place in zip(errors, places, strict=True)]
    log.info("refused", code=InvalidInput.code, status=InvalidInput.status, errors=known)
    if any((one.location, one.pointer) == _ASSOCIATION for one in errors):
        # What cannot be the name of an association is the address of nothing.
        return answer_problem(request, NotFound.status, NotFound.code, NotFound.sentence)
    if is_for_a_person(request):
        return answer_problem(request, InvalidInput.status, InvalidInput.code, InvalidInput.sentence)
    sentences = (_SENTENCES[part] for one in errors for part in one.pointer.split("/") if part in _SENTENCES)
    return problem_response(
        InvalidInput.status, InvalidInput.code, next(sentences, InvalidInput.sentence), errors=errors
    )


async def _elsewhere(_request: Request, way: Exception) -> Response:
    if not isinstance(way, Redirect):
        raise way
    return RedirectResponse(way.address, way.status)


async def _early(_request: Request, answered: Exception) -> Response:
    if not isinstance(answered, EarlyAnswer):
        raise answered
    return answered.response


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
            crashed = answer_problem(Request(scope), SERVER_ERROR, *PLAIN_CODES[SERVER_ERROR])
            await crashed(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application."""
    app.add_exception_handler(LedgerError, _ledger_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Redirect, _elsewhere)
    app.add_exception_handler(EarlyAnswer, _early)

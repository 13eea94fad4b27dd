"""Errors as RFC 9457 problem documents: a named type, a status, the French sentence, the request's id."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import InvalidInput, LedgerError, NotFound
from service.logging import logger

log = logger(__name__)
SERVER_ERROR = 500
TOO_LARGE = 413
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_HTTP_ERRORS = {
    HTTPStatus.NOT_FOUND: (NotFound.code, NotFound.sentence),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "Cette adresse ne permet pas cette opération."),
    TOO_LARGE: ("body-too-large", "Cet envoi est trop volumineux\u00a0: il est refusé. Rien n’a été enregistré."),
}
"""Stable names and French sentences: the phrases of HTTP change from one Python to the next."""

_CRASHED = "Une erreur est survenue. L’équipe technique est prévenue."


class Problem(BaseModel):
    """What went wrong, for the person and for the program."""

    type: str = Field(description="Stable name of the error", examples=["urn:coopledger:insufficient-balance"])
    title: str = Field(description="The same for all cases of this error")
    status: int
    detail: str = Field(description="A French sentence for the person")
    request_id: str
    errors: list[dict[str, Any]] | None = Field(default=None, description="The fields that are wrong, by place")


def problem_response(
    status: int, code: str, french: str, *, errors: list[dict[str, Any]] | None = None, headers: Mapping[str, str] = {}
) -> JSONResponse:
    """Build a problem document."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    body = Problem(
        type=f"urn:coopledger:{code}",
        title=code.replace("-", " "),
        status=status,
        detail=french,
        request_id=request_id,
        errors=errors,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status, media_type="application/problem+json", headers=dict(headers)
    )


async def _ledger_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LedgerError):
        raise error
    write = log.error if error.status >= SERVER_ERROR else log.info
    write("refused", code=error.code, status=error.status, reason=str(error))
    headers = {"Retry-After": "1"} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer"}
    return problem_response(error.status, error.code, error.french, headers=headers)


async def _bad_request(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    # Only the place and the kind: the value may be a name in the wrong field, and so may the name of a field too many.
    errors = [{"place": [str(part) for part in e["loc"]], "kind": e["type"]} for e in error.errors()]
    known = [{**e, "place": e["place"][:-1]} if e["kind"] == "extra_forbidden" else e for e in errors]
    log.info("refused", code=InvalidInput.code, status=InvalidInput.status, errors=known)
    return problem_response(InvalidInput.status, InvalidInput.code, InvalidInput.sentence, errors=errors)


def http_problem(status: int, headers: Mapping[str, str] = {}) -> JSONResponse:
    """Build the problem document of an error that HTTP itself names."""
    code, sentence = _HTTP_ERRORS.get(status, ("bad-request", LedgerError.sentence))
    return problem_response(status, code, sentence, headers=headers)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return http_problem(error.status_code, headers)


def _allowed_methods(request: Request) -> list[str]:
    """All methods of an address: the framework tells only those of the first of its routes."""
    return [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


class CrashMiddleware:
    """Log what nobody foresaw and answer with a problem document, inside the middlewares that give ids and headers."""

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
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            log.exception("crashed", exc_info=error)
            await problem_response(SERVER_ERROR, "internal-error", _CRASHED)(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(LedgerError, _ledger_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in {
        400: "The request cannot be read",
        401: "Who is asking is not known",
        403: "The role does not allow it",
        404: "It does not exist, or not for this person",
        409: "The state of the ledger does not allow it",
        413: "The body is too large",
        422: "A field is wrong",
        503: "Try again with the same key",
    }.items()
}
"""The problem answers of every route, for the OpenAPI document."""

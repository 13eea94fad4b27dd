"""Errors as RFC 9457 problem documents: a named type, a status, the French sentence, the request's id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from domain.errors import LedgerError, NotFound
from service.http.faults.fields import FieldProblem
from service.logging import request_id

SERVER_ERROR: Final = 500
TOO_LARGE: Final = 413
HTTP_CODES: Final[dict[int, tuple[str, str]]] = {
    HTTPStatus.NOT_FOUND: (NotFound.code, NotFound.sentence),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "Cette adresse ne permet pas cette opération."),
    TOO_LARGE: ("body-too-large", "Cet envoi est trop volumineux\u00a0: il est refusé. Rien n’a été enregistré."),
}
"""Stable names and French sentences: the phrases of HTTP change from one Python to the next."""
PLAIN_CODES: Final[dict[int, tuple[str, str]]] = {
    HTTPStatus.BAD_REQUEST: ("bad-request", LedgerError.sentence),
    HTTPStatus.FORBIDDEN: ("foreign-origin", "Cette demande vient d’un autre site\u00a0: elle est refusée."),
    SERVER_ERROR: ("internal-error", "Une erreur est survenue. L’équipe technique est prévenue."),
}
"""What is answered before or beside any route: a request that HTTP does not allow, another site's form, a crash."""


class Problem(BaseModel):
    """What went wrong, for the person and for the program."""

    type: str = Field(description="Stable name of the error", examples=["urn:coopledger:insufficient-balance"])
    title: str = Field(description="The same for all cases of this error")
    status: int
    detail: str = Field(description="A French sentence for the person")
    request_id: str
    errors: list[FieldProblem] | None = Field(default=None, description="What of the request is wrong, and where")


def problem_response(
    status: int, code: str, french: str, *, errors: Sequence[FieldProblem] = (), headers: Mapping[str, str] = {}
) -> JSONResponse:
    """Build a problem document."""
    body = Problem(
        type=f"urn:coopledger:{code}",
        title=code.replace("-", " "),
        status=status,
        detail=french,
        request_id=request_id(),
        errors=list(errors) or None,
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True),
        status,
        media_type="application/problem+json",
        headers=dict(headers),
    )


def http_error(status: int) -> tuple[str, str]:
    """Return the stable name and the French sentence of an error that HTTP itself names."""
    return HTTP_CODES.get(status, PLAIN_CODES[HTTPStatus.BAD_REQUEST])


def http_problem(status: int) -> JSONResponse:
    """Build the problem document of an error that HTTP itself names."""
    return problem_response(status, *http_error(status))


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
        412: "What is to be changed has another version than `If-Match` says",
        413: "The body is too large",
        422: "A field is wrong",
        429: "Too many requests: Retry-After says when to try again",
        503: "Try again with the same key",
    }.items()
}
"""The problem answers of every route, for the OpenAPI document."""

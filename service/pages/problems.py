"""Errors as pages: to a person's browser the French sentence and a way on; to a program the problem document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.http.problems import problem_response
from service.logging import request_id
from service.pages.rendering import page


def is_for_a_person(request: Request) -> bool:
    """Tell whether the answer will be looked at: a page that a browser asked for, not the API and not a stream."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def answer_problem(
    request: Request, status: int, code: str, french: str, *, headers: Mapping[str, str] = {}
) -> Response:
    """Answer an error as a page or as a problem document; where signing in comes first it leads there and back."""
    if not is_for_a_person(request):
        return problem_response(status, code, french, headers=headers)
    association = request.path_params.get("association")
    if status == HTTPStatus.UNAUTHORIZED and association is not None:
        after = urlencode({"suite": request.url.path})
        return RedirectResponse(f"/{association}/connexion?{after}", HTTPStatus.SEE_OTHER)
    # Only who is told when to try again is asked to wait.
    answer = page(
        "problem.html", status, number=status, waits="Retry-After" in headers, french=french, request_id=request_id()
    )
    answer.headers.update(headers)
    return answer

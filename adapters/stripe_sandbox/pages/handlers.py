"""How a page is served: on the loop that owns the state, forms of other sites refused, refusals told in French."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.sandbox import Sandbox

Handler = Callable[[Sandbox, Request], Awaitable[Response]]
MAX_FIELDS: Final = 40
_SENTENCES: Final = {
    400: "Cette action n’est plus possible\u00a0: la situation a changé entre-temps.",
    403: "Cette demande vient d’un autre site\u00a0: elle est refusée.",
    404: "Cette page n’existe pas, ou n’existe plus.",
    422: "Cette demande est incomplète.",
}


def route(sandbox: Sandbox, method: str, path: str, handler: Handler) -> Route:
    """Serve a handler at a path."""

    async def endpoint(request: Request) -> Response:
        if method == "POST" and is_foreign(request.headers):
            return problem(HTTPStatus.FORBIDDEN)
        try:
            return await handler(sandbox, request)
        except ApiError as error:
            return problem(error.status, str(error))
        except HTTPException as error:  # a form that is too large, or none
            return problem(error.status_code, error.detail)

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


def problem(status: int, detail: str = "") -> Response:
    """Tell a refusal as a page; ``detail`` is what the API would have said, in English."""
    sentence = _SENTENCES.get(status, _SENTENCES[HTTPStatus.BAD_REQUEST])
    return page("problem.html", status, sentence=sentence, detail=detail)


def see(path: str) -> Response:
    """Send the browser on after a form."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


async def fields(request: Request) -> dict[str, str]:
    """Return the text fields of a form, without spaces around."""
    form = await request.form(max_fields=MAX_FIELDS, max_files=0)
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def is_foreign(headers: Headers) -> bool:
    """Tell whether a browser sent this form from another site; programs send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")

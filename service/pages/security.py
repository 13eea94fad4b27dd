"""What every answer carries: a strict content policy, no framing, no sniffing; and the guard against foreign forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.family_links import holds_secret
from service.http.problems import PLAIN_CODES
from service.pages.problems import answer_problem


def content_policy(*, framed_by: Sequence[str] = (), leads_to: str = "") -> str:
    """Return a content policy: nothing inline, nothing from elsewhere.

    ``framed_by`` are the origins that may frame the page, none by default. ``leads_to`` is where its form ends up:
    browsers also hold the redirections of a form against the policy.
    """
    action = f"'self' {leads_to}".strip()
    ancestors = " ".join(framed_by) or "'none'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action {action}; base-uri 'none'; frame-ancestors {ancestors}"
    )


def _raw(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Write headers as answers carry them, once for all answers."""
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


HEADERS: Final = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""For a year browsers ask this host and those below it by https only (ASVS 3.4.1)."""
SECRET_HEADERS: Final = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What every answer under an address that holds a token carries: no page, cache or search engine passes it on."""
ANY_ANSWER: Final = {**HEADERS, **SECRET_HEADERS}
"""What an answer carries that is made before its address was looked at."""
_SECRET: Final = _raw(SECRET_HEADERS)
_SECRET_NAMES: Final = frozenset(name for name, _ in _SECRET)
_NOT_STORED: Final = (b"cache-control", b"no-store")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(headers: Headers, *, secret: bool = False) -> bool:
    """Tell whether a browser sent this request from another site; programs send neither header.

    From a page under ``no-referrer`` browsers say the origin « null », and the older ones nothing more. It is taken
    where the address itself holds the ``secret`` that authorises: another site cannot know it.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None or (secret and origin == "null"):
        return False
    return urlsplit(origin).netloc != headers.get("host")


class SecurityMiddleware:
    """Add the headers to every answer, and refuse a form or script of another site."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        """Wrap the application; ``https`` says that it is reached that way only, and has browsers keep to it."""
        self.app = app
        self._headers = _raw({**HEADERS, **(HTTPS_ONLY if https else {})})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        secret, is_api = holds_secret(scope["path"]), scope["path"].startswith("/api/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given: list[tuple[bytes, bytes]] = list(message["headers"])
                if secret:
                    given = [*(one for one in given if one[0] not in _SECRET_NAMES), *_SECRET]
                names = {name for name, _ in given}
                wanted = (*self._headers, _NOT_STORED) if is_api else self._headers
                message["headers"] = [*given, *(one for one in wanted if one[0] not in names)]
            await send(message)

        if scope["method"] not in SAFE and is_foreign(Headers(scope=scope), secret=secret):
            refused = answer_problem(Request(scope), HTTPStatus.FORBIDDEN, *PLAIN_CODES[HTTPStatus.FORBIDDEN])
            await refused(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

"""The step to a passkey: a page leads to it and back; what was typed into a form waits on it, and is sent from there.

What was typed stands in that page alone: in no address, no cookie and no store. It is not kept by caches either.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool

from service.http.redirects import EarlyAnswer, Redirect
from service.members.sign_in import SignedInMember
from service.pages.members.dependencies import MemberPageRequest
from service.runtime.open_ledger import OpenLedger

_READING: Final = frozenset({"GET", "HEAD"})


class WaitingForm(NamedTuple):
    """A form that waits for a passkey: where it is sent again, with which fields, and the page that it came from."""

    address: str
    fields: tuple[tuple[str, str], ...]
    back: str


async def ask_for_passkey(request: Request, opened: OpenLedger, association: str, member: SignedInMember) -> None:
    """Ask for a passkey instead of what the request wants; a form is sent again once it was used.

    Raises:
        Redirect: of a page, to where the passkey is asked for.
        EarlyAnswer: of a form, the same page with what was typed.

    """
    if request.method in _READING:
        raise Redirect(f"/{association}/verification?{urlencode({'suite': request.url.path})}")
    typed = (await request.form()).multi_items()
    fields = tuple((name, value) for name, value in typed if isinstance(value, str))
    query = f"?{request.url.query}" if request.url.query else ""
    waiting = WaitingForm(f"{request.url.path}{query}", fields, _page_of(request))
    known = await run_in_threadpool(opened.members.passkeys.of_member, member.session.member_id)
    shown = MemberPageRequest(request, opened, association, await run_in_threadpool(getattr, opened, "name"))
    raise EarlyAnswer(
        shown.show("member_verification.html", 403, suite=f"/{association}/accueil", waiting=waiting, known=bool(known))
    )


def _page_of(request: Request) -> str:
    """Return the page that a form belongs to: its own address where that is one, else the nearest one above it."""
    pages = {one.path for one in iter_route_contexts(request.app.routes) if "GET" in (one.methods or ())}
    route, path = str(getattr(request.scope["route"], "path", "")), request.url.path
    while path and route not in pages:
        route, path = route.rpartition("/")[0], path.rpartition("/")[0]
    return path or "/"

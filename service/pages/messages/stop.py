"""« Ne plus recevoir les messages de cette coopérative »: the link of a letter, confirmed by a form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import LinkInvalid, Purpose, retention_end
from domain.calendar import paris_date
from projections import directory
from projections.directory import CoopRow
from service.http.dependencies import Slug, clock_of, runtime_of
from service.messages.stop_links import PATH, StopLink, read_stop_link
from service.pages.french import association_mark
from service.pages.rendering import page
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import SEND_FORM
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
_ROUTE = "/{association}/" + PATH + "/{token}"


async def stopped(request: Request, association: Slug, token: str) -> tuple[OpenLedger, StopLink, CoopRow]:
    """Read the link.

    Raises:
        LinkInvalid: none of ours.

    """

    def read() -> tuple[OpenLedger, StopLink, CoopRow]:
        opened = runtime_of(request).ledger(association)
        link = read_stop_link(opened.secret, token)
        found = opened.read(directory.coops, (link.coop_id,))
        if not found:
            raise LinkInvalid(kind="messages")
        return opened, link, found[0]

    return await run_in_threadpool(read)


Stopped = Annotated[tuple[OpenLedger, StopLink, CoopRow], Depends(stopped)]


@router.get(_ROUTE)
async def ask(found: Stopped, association: Slug) -> Response:
    """Ask whether no more messages are wanted: programs that look into letters follow links by themselves."""
    return await run_in_threadpool(_page, found, association, done=False)


@router.post(_ROUTE, dependencies=[limited(SEND_FORM)])
async def stop(found: Stopped, association: Slug, request: Request) -> Response:
    """Remember that no more messages are wanted."""
    opened, link, _ = found
    until = retention_end(Purpose.CLASS_LIFE, paris_date(clock_of(request)()))
    await run_in_threadpool(opened.messages.refuse, link.coop_id, link.email_digest, until)
    return await run_in_threadpool(_page, found, association, done=True)


def _page(found: tuple[OpenLedger, StopLink, CoopRow], association: str, *, done: bool) -> Response:
    opened, _, coop = found
    return page(
        "message_stop.html",
        association=association,
        mark=association_mark(opened.name),
        coop=coop.name,
        identification=coop.identification(opened.name),
        demo=coop.demo,
        done=done,
        words=opened.words(),
    )

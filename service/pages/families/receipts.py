"""The receipt of a contribution by its signed link: what it says, its PDF, another link when that one is over (S-214).

Whoever holds the link may have the receipt, without an account, for thirty days. The page names nobody; the PDF does.
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_date
from domain.money import euros
from reports.parts.report import shown
from reports.parts.wording import payment_reference
from reports.receipt import figures_of, state_of
from service.api.context import Slug, runtime_of
from service.emails.receipt_requests import request_receipt_email
from service.pages.rendering import page
from service.receipts.receipt_service import ReceiptService
from service.signed_links import PATHS, LinkExpired, LinkPurpose
from service.web.webhooks import clock_of, workshop_of
from service.worker.worker import Worker

router = APIRouter()
_RECEIPT: Final = "/{association}/" + PATHS[LinkPurpose.RECEIPT] + "/{token}"
_OF_CONTRIBUTION: Final = "/{association}/contributions/{campaign_id}/{contribution_id}/attestation"
_FILE: Final = "attestation-de-paiement.pdf"
_SENT: Final = "envoye"
NOT_INDEXED: Final = {"X-Robots-Tag": "noindex, nofollow"}
"""What keeps search engines away from a page that only its holder should find."""


async def desk_of(request: Request, association: Slug) -> ReceiptService:
    """Sit at the desk of an association's receipts."""
    runtime = runtime_of(request)

    def sit() -> ReceiptService:
        return ReceiptService(runtime.ledger(association), clock_of(request)(), runtime.settings.address)

    return await run_in_threadpool(sit)


Desk = Annotated[ReceiptService, Depends(desk_of)]


@router.get(_OF_CONTRIBUTION)
async def receipt_of(desk: Desk, campaign_id: UUID, contribution_id: UUID) -> Response:
    """Lead to the receipt of a contribution until the day after its payment; refused while nothing is paid."""
    case = await run_in_threadpool(desk.case, campaign_id, contribution_id)
    return RedirectResponse(await run_in_threadpool(desk.path_after_payment, case), 303, headers=NOT_INDEXED)


@router.get(_RECEIPT)
async def receipt(desk: Desk, association: Slug, token: str, request: Request) -> Response:
    """Show what a receipt says, and offer it."""

    def read() -> Response:
        try:
            values = _values(desk, token)
        except LinkExpired:
            return _over(desk, association, sent=_SENT in request.query_params, address=request.url.path)
        file = f"{request.url.path}/{_FILE}"
        return page("receipt.html", association=association, file=file, **values)

    answer = await run_in_threadpool(read)
    answer.headers.update(NOT_INDEXED)
    return answer


@router.get(f"{_RECEIPT}/{_FILE}")
async def receipt_file(desk: Desk, association: Slug, token: str, request: Request) -> Response:
    """Give a receipt as a PDF."""

    def make() -> Response:
        from reports.render.receipt_pdf import receipt_pdf  # noqa: PLC0415 - the renderer is heavy, and rarely needed

        try:
            link = desk.link(token)
        except LinkExpired:
            address = request.url_for("receipt", association=association, token=token).path
            return _over(desk, association, sent=False, address=address)
        made = desk.receipt(desk.case(link.campaign_id, link.contribution_id))
        headers = {
            "Content-Disposition": f'attachment; filename="{made.report.name}.pdf"',
            "Cache-Control": "private, no-store",
        }
        return Response(receipt_pdf(made), media_type="application/pdf", headers=headers)

    answer = await run_in_threadpool(make)
    answer.headers.update(NOT_INDEXED)
    return answer


@router.post(f"{_RECEIPT}/nouveau-lien")
async def new_link(
    desk: Desk, association: Slug, token: str, request: Request, shop: Annotated[Worker, Depends(workshop_of)]
) -> Response:
    """Send the payer another link, once an hour at most; who asks learns nothing of whether one was sent."""

    def ask() -> None:
        link = desk.old_link(token)
        payment = desk.first_payment(link.campaign_id, link.contribution_id)
        if payment is not None:
            request_receipt_email(shop.outbox, association, payment, shop.now())
            shop.stirred.set()

    await run_in_threadpool(ask)
    address = request.url_for("receipt", association=association, token=token)
    return RedirectResponse(f"{address}?{_SENT}", 303)


def _values(desk: ReceiptService, token: str) -> dict[str, Any]:
    """What the page of a receipt shows.

    Raises:
        LinkInvalid: the link is none of ours.
        LinkExpired: its last day is over.
        NothingPaid: there is nothing to attest.

    """
    link = desk.link(token)
    case = desk.case(link.campaign_id, link.contribution_id)
    story = case.story()
    return {
        "demo": case.campaign.demo,
        "coop": desk.identification(case),
        "mark": desk.mark,
        "title": case.campaign.title,
        "reference": payment_reference(link.contribution_id),
        "state": state_of(story),
        "figures": [(figure.label, shown(figure.value, figure.kind)) for figure in figures_of(story)],
        "tip": euros(story.tip) if story.tip else "",
        "until": french_date(link.until),
        "proof": desk.proof_of(case),
    }


def _over(desk: ReceiptService, association: str, *, sent: bool, address: str) -> Response:
    """Say that a link is over, and offer another."""
    return page("receipt_over.html", 410, association=association, demo=desk.demo, sent=sent, address=address)

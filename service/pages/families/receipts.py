"""The receipt of a contribution by its link: what it says, its PDF, another link when that one is over (S-214).

The holder of the link may have the receipt, without an account, for thirty days. The page shows no name; the PDF does.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import FamilyGrant, LinkExpired, TokenPurpose
from domain.calendar import french_date
from domain.money import euros
from reports.on_demand import rendered_receipt
from reports.parts.report import shown
from reports.parts.wording import payment_reference
from reports.receipt import Receipt, figures_of, state_of
from service.emails.receipt_requests import request_receipt_email
from service.family_links import PATHS, link_path
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.dependencies import CurrentWorker, Slug, clock_of, runtime_of
from service.http.trail import note
from service.pages.families.confirmation import CONTRIBUTION, CurrentContribution
from service.pages.french import association_mark
from service.pages.rendering import page
from service.pages.visitor_limits import limited
from service.rate_limits.catalogue import ASK_EMAIL, SEND_FORM
from service.receipts.receipt_service import ReceiptService
from service.trail import TrailKind

router = APIRouter()
_RECEIPT: Final = "/{association}/" + PATHS[TokenPurpose.RECEIPT] + "/{token}"
_OF_CONTRIBUTION: Final = f"{CONTRIBUTION}/attestation"
_FILE: Final = "attestation-de-paiement.pdf"
_SENT: Final = "envoye"


async def receipts_of(request: Request, association: Slug) -> ReceiptService:
    """Return the service of an association’s receipts."""
    runtime = runtime_of(request)

    def make() -> ReceiptService:
        return ReceiptService(runtime.ledger(association), clock_of(request)(), runtime.settings.address)

    return await run_in_threadpool(make)


Receipts = Annotated[ReceiptService, Depends(receipts_of)]


@router.post(_OF_CONTRIBUTION, dependencies=[limited(SEND_FORM)])
async def receipt_of(receipts: Receipts, home: CurrentContribution) -> Response:
    """Lead to the receipt of a contribution until the day after its payment; refused while nothing is paid."""
    source = await run_in_threadpool(receipts.source, *home.ids)
    return RedirectResponse(await run_in_threadpool(receipts.path_after_payment, source), 303)


@router.get(_RECEIPT)
async def receipt(receipts: Receipts, association: Slug, token: str, request: Request) -> Response:
    """Show what a receipt says, and offer it."""
    address = link_path(association, TokenPurpose.RECEIPT, token)

    def read() -> Response:
        try:
            values = _values(receipts, token)
        except LinkExpired:
            return _over(receipts, association, sent=_SENT in request.query_params, address=address)
        return page("receipt.html", association=association, file=f"{address}/{_FILE}", **values)

    return await run_in_threadpool(read)


@router.get(f"{_RECEIPT}/{_FILE}")
async def receipt_file(receipts: Receipts, association: Slug, token: str, request: Request) -> Response:
    """Give a receipt as a PDF."""

    def make() -> tuple[Receipt, FamilyGrant] | Response:
        try:
            grant = receipts.grant(token)
        except LinkExpired:
            address = link_path(association, TokenPurpose.RECEIPT, token)
            return _over(receipts, association, sent=False, address=address)
        return receipts.receipt(receipts.source(grant.campaign_id, grant.contribution_id)), grant

    found = await run_in_threadpool(make)
    if isinstance(found, Response):
        return found
    made, grant = found
    await note(request, TrailKind.NAMES_READ, campaign_id=grant.campaign_id, subject_id=grant.contribution_id)
    headers = {"Content-Disposition": f'attachment; filename="{made.report.name}.pdf"'}
    drawn = await run_limited(DOCUMENT, rendered_receipt, made)
    return Response(drawn, media_type="application/pdf", headers=headers)


@router.post(f"{_RECEIPT}/nouveau-lien", dependencies=[limited(ASK_EMAIL)])
async def new_link(receipts: Receipts, association: Slug, token: str, worker: CurrentWorker) -> Response:
    """Send the payer another link, once an hour at most; who asks learns nothing of whether one was sent."""

    def ask() -> None:
        grant = receipts.old_grant(token)
        payment = receipts.first_payment(grant.campaign_id, grant.contribution_id)
        if payment is not None:
            request_receipt_email(worker.outbox, association, payment, worker.now())

    await run_in_threadpool(ask)
    return RedirectResponse(f"{link_path(association, TokenPurpose.RECEIPT, token)}?{_SENT}", 303)


def _values(receipts: ReceiptService, token: str) -> dict[str, Any]:
    """What the page of a receipt shows.

    Raises:
        LinkInvalid: the link is none of ours.
        LinkExpired: its last day is over.
        NothingPaid: there is nothing to attest.

    """
    grant = receipts.grant(token)
    source = receipts.source(grant.campaign_id, grant.contribution_id)
    history = source.history()
    return {
        "demo": source.campaign.demo,
        "words": receipts.words,
        "coop": receipts.identification(source),
        "mark": association_mark(receipts.association),
        "title": source.campaign.title,
        "reference": payment_reference(grant.contribution_id),
        "state": state_of(history, receipts.words),
        "figures": [(figure.label, shown(figure.value, figure.kind)) for figure in figures_of(history)],
        "tip": euros(history.tip) if history.tip else "",
        "until": french_date(grant.until),
        "proof": receipts.proof_of(source),
    }


def _over(receipts: ReceiptService, association: str, *, sent: bool, address: str) -> Response:
    """Say that a link is over, and offer another."""
    shown = {"demo": receipts.demo, "words": receipts.words, "sent": sent, "address": address}
    return page("receipt_over.html", 410, association=association, **shown)

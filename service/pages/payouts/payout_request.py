"""« Virement vers ma banque »: one page that says how much goes where, one button; and taking a payout back.

The page pays out what it showed, never what came in meanwhile; a form that is sent twice asks once (S-147, S-152).
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.coop.payouts import CancelPayout, RequestPayout
from domain.errors import InvalidInput, LedgerError
from domain.money import MAX_WRITTEN, check_amount, parse_euros
from service.auth.actions import Action
from service.coops.bank_accounts import BankAccountStatus, shown_accounts
from service.coops.payout_readiness import PayoutReadiness, payout_readiness
from service.http.dependencies import worker_of
from service.http.forms import FormBody, text
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.payouts.words import LEAVES, arrival_day
from service.payments.payouts import payout_kept_back
from service.treasury.departures import departures_now

router = APIRouter()
Payer = Annotated[CoopVisit, Depends(coop_visit(Action.PAY_OUT))]
_ADDRESS: Final = "/{association}/coops/{coop_id}/virement"
_PART: Final = "Indiquez un montant entre 0,01\u00a0€ et ce qui est disponible, par exemple 150,00."


@router.get(_ADDRESS)
async def confirm_payout(visit: Payer) -> Response:
    """Show how much would go where, and by when."""
    return await _show(visit)


@router.post(_ADDRESS)
async def request_payout(visit: Payer, form: FormBody) -> Response:
    """Ask for the payout: all that the page showed, or a part of it that was typed."""
    key, typed = text(form, "cle"), text(form, "montant", MAX_WRITTEN + 1)
    part = "partie" in form
    try:
        cents = check_amount(parse_euros(typed) if part else int(text(form, "disponible")))
    except (InvalidInput, ValueError):
        return await _show(visit, typed, {"montant": _PART}, key)
    payout_id = visit.new_id(key, "payout")
    command = RequestPayout(stream_id=visit.coop.coop_id, stamp=visit.stamp, payout_id=payout_id, cents=cents)
    try:
        await visit.do(command, key=f"{key}:{cents}")
    except LedgerError as refusal:
        return await _show(visit, typed, {"montant": refusal.french}, key, refusal.status)
    return visit.go(f"{visit.coop_base}/virements/{payout_id}")


@router.post("/{association}/coops/{coop_id}/virements/{payout_id}/annulation")
async def cancel_payout(visit: Payer, payout_id: UUID) -> Response:
    """Take a payout back while the provider has not heard of it; its amount is available again.

    Where it is leaving already, its own page says so.
    """
    command = CancelPayout(stream_id=visit.coop.coop_id, payout_id=payout_id, stamp=visit.stamp)
    outbox = worker_of(visit.request).outbox
    kept_back = payout_kept_back(outbox, visit.association, visit.coop.coop_id, payout_id)
    async with contextmanager_in_threadpool(kept_back):
        await visit.do(command)
    return visit.go(f"{visit.coop_base}/virements/{payout_id}")


async def _show(
    visit: CoopVisit, typed: str = "", errors: dict[str, str] | None = None, key: str = "", status: int = 422
) -> Response:
    possible: PayoutReadiness = await visit.read(payout_readiness, visit.coop)
    coop, now = await visit.coop_state(), possible.now
    accounts = await run_in_threadpool(shown_accounts, visit.opened, coop)
    worker, account = worker_of(visit.request), coop.provider_account
    leaving = None
    if not possible.obstacles:
        leaving = await run_in_threadpool(departures_now, worker, account, now.available, now.set_aside, visit.now)
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "payouts/request.html",
        "compte",
        status if errors else 200,
        help_key="virement",
        possible=possible,
        account=next((one for one in accounts if one.status is BankAccountStatus.CURRENT), None),
        typed=typed,
        errors=errors or {},
        leaving=leaving,
        whole_from=leaving.day_of_all() if leaving else None,
        leaves=LEAVES,
        arrival=arrival_day(leaving, visit.today),
        arrival_today=arrival_day(None, visit.today),
        **kept,
    )

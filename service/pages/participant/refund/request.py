"""Asking for a refund: how much for each child and how, then what will happen in words, then it is done (S-141)."""

from __future__ import annotations

import re
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.campaign.state import Campaign
from domain.errors import AlreadyExists, LedgerError
from service.auth.actions import Action
from service.http.forms import FormBody, text
from service.pages.frame.reason_form import LONGEST_NOTE, do_noted
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.reading import SeenContribution, read_contribution
from service.pages.participant.refund.form import REASONS, WAYS, RefundAsked, read_refund, refund_command
from service.pages.participant.refund.refundable import Refundable, RefundMeans, refundable_of
from service.pages.participant.refund.words import amounts_of, consequences, named

router = APIRouter()
Refunding = Annotated[CampaignVisit, Depends(campaign_visit(Action.REFUND))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}/rembourser"
_KEY: Final = re.compile(r"[\w-]{8,40}")


class RefundPlace(NamedTuple):
    """A contribution as it stands: what may be given back of it, and the refunds that there are already."""

    seen: SeenContribution
    may: Refundable
    known: frozenset[UUID]

    @property
    def kept(self) -> int:
        """What the coop keeps of it now, in cents: what is held, less what is on its way back."""
        return sum(child.held for child in self.seen.children) - self.seen.order.refund_pending


@router.get(_ROUTE)
async def refund_form(visit: Refunding, contribution_id: UUID) -> Response:
    """Show what may be given back, or why nothing can."""
    return await _show(visit, await _place(visit, contribution_id), TypedForm(FormData()))


@router.post(_ROUTE)
async def refund(visit: Refunding, contribution_id: UUID, form: FormBody) -> Response:
    """Read a refund and say what it will do; then ask for it, once however often the form is sent."""
    place, typed, key = await _place(visit, contribution_id), TypedForm(form), text(form, "cle")
    step, digest = text(form, "etape"), text(form, "demande")
    key = key if _KEY.fullmatch(key) else str(contribution_id)
    if step == "confirmer" and visit.new_id(key, f"refund {digest}") in place.known:
        return visit.go(f"{visit.campaign_base}/participants/{contribution_id}")
    if place.may.obstacle:
        return await _show(visit, place, typed, 409)
    names = {child.line: child.first_name for child in place.seen.children}
    asked = read_refund(typed, place.may, place.seen.order.means, visit.today, names)
    if typed.errors or step not in ("relire", "confirmer"):
        return await _show(visit, place, typed, 422 if typed.errors and step != "corriger" else 200)
    if step == "relire" or digest != asked.digest:
        return await _confirm(visit, place, typed, asked, key)
    return await _ask(visit, place, typed, asked, visit.new_id(key, f"refund {asked.digest}"))


async def _ask(
    visit: CampaignVisit, place: RefundPlace, typed: TypedForm, asked: RefundAsked, refund_id: UUID
) -> Response:
    """Ask for a refund, and lead to the detail, which tells it."""
    contribution_id, done = place.seen.order.contribution_id, "demande" if asked.way is RefundMeans.CARD else "ecrit"
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    command = refund_command(asked, place.may, campaign, contribution_id, refund_id, visit.stamp)
    try:
        await do_noted(visit, command, asked.reasoned.note)
    except AlreadyExists as refusal:
        if "slip" in refusal.values:
            typed.refuse("bordereau", "Ce numéro de bordereau est déjà pris.")
            return await _show(visit, place, typed, refusal.status)
        await visit.all_shown()
    except LedgerError as refusal:
        return await _show(visit, place, typed, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/{contribution_id}?fait={done}")


async def _place(visit: CampaignVisit, contribution_id: UUID) -> RefundPlace:
    """Read a contribution, and what may be given back of it.

    Raises:
        NotFound: the campaign has none, or nothing came of it.

    """
    seen = await read_contribution(visit, contribution_id)
    available = await run_in_threadpool(visit.opened.available, visit.coop.coop_id)
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    may = refundable_of(campaign.contribution(contribution_id), available)
    known = frozenset((*campaign.refunds, *campaign.by_hand, *campaign.external_refunds))
    return RefundPlace(seen, may, known)


async def _show(
    visit: CampaignVisit, place: RefundPlace, typed: TypedForm, status: int = 200, refused: str = ""
) -> Response:
    """Show the form with what was typed; at first nothing goes back to any child."""
    children = {child.line: child for child in place.seen.children}
    rows = [
        (one.line, named(children[one.line]), one.cents, typed.typed.get(f"montant-{one.line}", ""))
        for one in place.may.children
    ]
    return await visit.show(
        "participant/refund.html",
        "collectes",
        status,
        help_key="remboursement",
        tab="adherents",
        tab_title="Rembourser",
        contribution_id=place.seen.order.contribution_id,
        may_give=place.may,
        rows=rows,
        ways={way.value: WAYS[way] for way in place.may.ways},
        in_cash=place.seen.order.means == "cash",
        reasons=REASONS,
        typed=TypedFields({"jour": visit.today.isoformat(), **typed.typed}),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
    )


async def _confirm(
    visit: CampaignVisit, place: RefundPlace, typed: TypedForm, asked: RefundAsked, key: str
) -> Response:
    return await visit.show(
        "participant/refund_confirm.html",
        "collectes",
        help_key="remboursement",
        tab="adherents",
        tab_title="Rembourser",
        contribution_id=place.seen.order.contribution_id,
        amounts=list(amounts_of(asked, place.seen)),
        total=asked.cents,
        by_card=asked.way is RefundMeans.CARD,
        way=WAYS[asked.way],
        reason=REASONS.get(asked.reasoned.reason, ""),
        note=asked.reasoned.note,
        sentences=list(consequences(asked, place.seen, place.kept)),
        typed={name: value for name, value in typed.typed.items() if value},
        digest=asked.digest,
        form_key=key,
    )

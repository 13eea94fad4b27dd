"""The coop's own page: its mandate holders, collections, bank accounts, exchanges with the platform (S-27)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.association.state import Association
from domain.coop.state import Coop
from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.coops.bank_accounts import shown_accounts
from service.coops.emails import emails_of_coop
from service.coops.overview import StepState, mandate_lines, office_contacts, opening_steps
from service.http.dependencies import worker_of
from service.pages.frame.visit import CoopVisit, coop_visit, status_sentence, window_sentence

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]


@router.get("/{association}/coops/{coop_id}/cooperative")
async def coop_tab(visit: Reader) -> Response:
    """Show who the coop is and what became of it."""
    coop, association = await visit.coop_state(), await visit.policy_of()
    campaigns: list[CampaignRow] = await visit.read(directory.campaigns_of, visit.coop.coop_id)
    found = await run_in_threadpool(_found, visit, coop, association)
    return await visit.show(
        "coop_profile/tab.html",
        "parametres",
        help_key="cooperative",
        identification=visit.coop.identification(association.name),
        campaigns=[(one, status_sentence(one, visit.now), window_sentence(one, visit.now)) for one in campaigns],
        me=visit.principal.actor,
        registered_on=coop.registered_on,
        address=coop.details.postal_address if coop.details else "",
        **found,
    )


def _found(visit: CoopVisit, coop: Coop, association: Association) -> dict[str, Any]:
    """Read what lies in the vault and among the tasks."""
    opened, today = visit.opened, visit.today
    accounts = shown_accounts(opened, coop)
    steps = opening_steps(coop, accounts, association.charter_version, today)
    holders = {holder for holder, _, _ in coop.mandates.values()}
    outbox = worker_of(visit.request).outbox
    return {
        "accounts": accounts,
        "mandates": mandate_lines(opened, coop, today),
        "steps": steps,
        "complete": all(step.state is StepState.DONE for step in steps),
        "emails": emails_of_coop(outbox, opened.ledger.slug, coop.id, holders),
        "contacts": office_contacts(opened, association, today),
    }

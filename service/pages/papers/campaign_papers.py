"""The papers of one campaign: its recap, or the provisional one, its parts, where its money is (S-168…S-170)."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.papers.drafts import bank_change
from domain.papers.so_far import CampaignSoFar
from projections import class_balances, papers
from projections.papers import PaperRow
from reports.on_demand import rendered
from service.auth.actions import Action
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.papers.words import listed_papers
from service.papers.printer import PaperPrinter

router = APIRouter()
Reader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
_LIST = "/{association}/collectes/{campaign_id}/pieces"


class TieLine(NamedTuple):
    """One of the places where the money of a campaign is: what it is called, a word more, signed cents."""

    label: str
    hint: str
    cents: int


@router.get(_LIST)
async def campaign_papers(visit: Reader) -> Response:
    """Show the papers of a campaign, and that they add up to what families gave."""
    rows: list[PaperRow] = await visit.read(_read, visit.coop.coop_id, visit.campaign.campaign_id)
    so_far = await run_in_threadpool(_so_far, visit)
    balances = await visit.read(class_balances.of_campaign, visit.campaign.campaign_id)
    received, net = sum(row.received for row in balances), _net(so_far)
    recaps = [row for row in rows if row.paper == papers.RECAP]
    return await visit.show(
        "papers/campaign.html",
        "collectes",
        help_key="pieces-collecte",
        tab="",
        tab_title="Pièces",
        recaps=listed_papers(reversed(recaps)),
        parts=listed_papers(row for row in rows if row.paper == papers.PART),
        received=received,
        returned=received - net,
        ties=list(_ties(so_far)),
        net=net,
    )


@router.get(f"{_LIST}/provisoire")
async def provisional(visit: Reader) -> Response:
    """Give what a campaign has come to so far as a document without number, which proves nothing."""
    printer = await run_in_threadpool(PaperPrinter, visit.opened, visit.now)
    report = await run_in_threadpool(printer.provisional, visit.coop.coop_id, visit.campaign.campaign_id)
    return handed_over(await run_limited(DOCUMENT, rendered, report, "pdf"))


def _read(connection: Connection[Any], coop_id: UUID, campaign_id: UUID) -> list[PaperRow]:
    return [row for row in papers.of_coop(connection, coop_id) if row.campaign_id == campaign_id]


def _so_far(visit: CampaignVisit) -> CampaignSoFar:
    return PaperPrinter(visit.opened, visit.now).so_far(visit.coop.coop_id).campaigns[visit.campaign.campaign_id]


def _net(so_far: CampaignSoFar) -> int:
    return sum(row.received - row.returned for row in so_far.draft.classes)


def _ties(so_far: CampaignSoFar) -> list[TieLine]:
    """Say where the money of a campaign is: at the bank by its papers, and not there yet."""
    draft = so_far.draft
    found = [
        TieLine("Arrivé à la banque", "la somme de ses volets", bank_change(so_far.carried[0])),
        TieLine("Encore à virer", "sur le compte en ligne, ou en route vers la banque", draft.to_pay_out),
        TieLine("Viré de trop", "rendu aux familles après le virement", -draft.overpaid),
        TieLine("Contesté", "bloqué auprès d’une banque", draft.blocked),
        TieLine("Espèces", "reçues dans la caisse", draft.cash),
        TieLine("Ailleurs", "chez une autre plateforme", draft.elsewhere),
    ]
    rest = _net(so_far) - sum(one.cents for one in found)
    found.append(TieLine("Dû aux familles, et frais", "remboursements revenus, frais d’une autre plateforme", rest))
    return [*found[:2], *(one for one in found[2:] if one.cents)]
